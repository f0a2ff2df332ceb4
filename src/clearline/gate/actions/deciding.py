"""Decides attempts and keeps the answers: decision, reservation and the log's entries are written together, or not at all."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import transaction
from msgspec.structs import replace

from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.engine.storing import storable
from clearline.evidence import many
from clearline.evidence.actions import lock
from clearline.gate import models
from clearline.gate.asked import PLACED, Asked
from clearline.gate.attempts import PURPOSES, TECHNOLOGIES, Answer, Attempt, Decision
from clearline.gate.deciding import KINDS, Deciding, Question, postponed, refused
from clearline.gate.dialled import in_full as number_in_full
from clearline.gate.entries import entered, new_secret
from clearline.gate.hours import DIALLING, MINUTE
from clearline.gate.lists.current import lookup
from clearline.gate.organisation import KIND as ORGANISATION
from clearline.gate.queries.concerned import NAMED, Concerned, Subject, concerned
from clearline.record.actions.append import Outcome, Received, append, in_full
from clearline.record.errors import RecordError
from clearline.record.identities import canonical
from clearline.record.judging import Judging, judging
from clearline.record.watching import Watches

SOURCE: Final = "gate"
SKEW: Final = DIALLING * MINUTE
"""How far a dialer's clock may be from ours where it wants to dial now."""
APART: Final = 30 * SECOND
"""How much later than now an attempt may be decided as of, where what stands already is dated later."""
_ROW: Final = [one.name for one in models.Decision._meta.fields if one.name != "id"]  # noqa: SLF001 - Django's name


class Asking(NamedTuple):
    """An attempt on its way in, and on whose behalf; a check reserves nothing, and may be about any time."""

    attempt: Attempt
    actor: str
    check: bool = False


class Answered(NamedTuple):
    """A decision that is written, what became of the attempt, and its place in the log."""

    decision: Decision
    state: str
    entry: int


class House:
    """The organisation's timeline as it was last asked: as long as nothing is new on it, what it said of others is kept."""

    def __init__(self) -> None:
        self._held: tuple[Asked, int] | None = None

    def asked(self, program: Program, monitor: Monitor, length: int) -> Asked:
        held = self._held
        if held is None or held[0].monitor is not monitor or held[1] != length:
            held = self._held = (Asked(ORGANISATION, program, monitor, lasts=True), length)
        return held[0]


class LoggedGate:
    """Decides in the transaction of whoever asks."""

    def __init__(self, lists: Callable[[str], Any] = lookup, *, brief: bool = False) -> None:
        self._lists, self._brief = lists, brief
        self._by: tuple[Judging, Deciding] | None = None
        self._house = House()

    def decide(self, asking: Sequence[Asking], at: Instant, watches: Watches) -> list[Answered]:
        """Answers in the order of the attempts; each that is allowed counts for those after it. `at` is now."""
        numbers = [number_in_full(one.attempt.number) for one in asking]
        with watches.undone_together(), transaction.atomic():
            lock()
            named = zip(numbers, (one.attempt for one in asking), strict=True)
            found = concerned(list(named), at, watches)
            work = _Work(self._deciding(watches.judging), found, at, self._house)
            for one, number in zip(asking, numbers, strict=True):
                work.decide(one, number)
            return work.keep()

    def foretell(self, attempts: Sequence[Attempt], at: Instant, watches: Watches) -> list[Decision]:
        """The answers that checks as of a moment would get; nothing of them is kept."""
        numbers = [number_in_full(one.number) for one in attempts]
        found = concerned(list(zip(numbers, attempts, strict=True)), at, watches)
        work = _Work(self._deciding(watches.judging), found, at, self._house)
        for one, number in zip(attempts, numbers, strict=True):
            work.decide(Asking(replace(one, at=at), "", check=True), number)
        return work.decisions

    def _deciding(self, by: Judging) -> Deciding:
        """What is compiled for these rules; made anew where they have changed."""
        if self._by is None or self._by[0] is not by:
            self._by = (by, Deciding(by, self._lists, brief=self._brief))
        return self._by[1]


@cache
def gate() -> LoggedGate:
    """The one of this process."""
    return LoggedGate()


def decide(asking: Sequence[Asking], at: Instant) -> list[Answered]:
    """Decides outside of the writer, as a page does that somebody looks at."""
    return gate().decide(asking, at, Watches(judging))


@dataclass
class _Work:
    """One batch of attempts."""

    deciding: Deciding
    found: Concerned
    at: Instant
    house: House
    asked: dict[Subject, Asked | None] = field(default_factory=dict)
    coming: dict[Subject, list[Received]] = field(default_factory=lambda: defaultdict(list))  # reserved on it
    rows: list[models.Decision] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    reserved: list[Received] = field(default_factory=list)
    last: Instant = 0  # the time of what was reserved last

    def decide(self, one: Asking, number: str) -> None:
        """Decides the next attempt, and counts it where it is allowed."""
        attempt = one.attempt
        contacts = self.found.rung(number, attempt) if number else []
        subjects = [
            *(("contact", name) for name in contacts),
            *((kind, name) for kind in NAMED for name in self.found.called(kind, attempt)),
            (ORGANISATION, self.found.organisation),
        ]
        at = self._when(one, subjects)
        if not one.check and attempt.at is not None and abs(attempt.at - self.at) > SKEW:
            title = "The dialer's clock is wrong, or it asks too early"
            decision = refused(attempt, at, title, "asking within two minutes of dialling, or for a check")
        else:
            on = [self._on(subject, at) for subject in subjects]
            question = Question(
                attempt,
                at,
                self.found.known(number, attempt, at),
                [asked for asked in on if asked is not None],
                self.found.lifted(number, attempt, at),
                at if one.check and attempt.at is not None else self.at,
            )
            decision = self.deciding.decide(question)
            foretold = one.check and attempt.at is not None
            if decision.answer is Answer.ALLOW and not foretold and at - self.at > APART:
                decision = postponed(decision, at - self.at)
        self._take(one, decision, contacts)

    def keep(self) -> list[Answered]:
        """Writes all of it."""
        stored = append(self.reserved, self.at, self.found.watches, [entered(row) for row in self.rows])
        refusal = next((one for one in stored if one.outcome is not Outcome.STORED), None)
        if refusal is not None:
            raise RecordError(f"an attempt can't be reserved: {refusal.reason}")
        for row, told in zip(self.rows, stored[len(self.reserved) :], strict=True):
            assert told.entry is not None  # it is stored
            row.entry = told.entry
        many.insert(models.Decision, _ROW, [[getattr(row, name) for name in _ROW] for row in self.rows])
        return [
            Answered(decision, row.state, row.entry)
            for decision, row in zip(self.decisions, self.rows, strict=True)
        ]

    def _when(self, one: Asking, subjects: Sequence[Subject]) -> Instant:
        """Now; never before what stands already, so that attempts count in the order in which they were decided."""
        if one.check and one.attempt.at is not None:
            return one.attempt.at
        timelines = filter(None, map(self.found.timelines.get, subjects))
        return max([self.at, self.last, *(one.last for one in timelines if one.last is not None)])

    def _on(self, subject: Subject, at: Instant) -> Asked | None:
        """The timeline as it stood then, with what was reserved in this batch."""
        kind = subject[0]
        fresh = self.deciding.fresh(kind)
        if fresh is None:
            return None
        if subject not in self.asked:
            self.asked[subject] = self._standing(subject, fresh)
        for reserved in self.coming.pop(subject, ()):
            self._foresee(subject, reserved)
        asked = self.asked[subject]
        assert asked is not None
        events = asked.monitor.events
        if not events or events[-1].at <= at:
            return asked
        return self._grown(kind, fresh, [event for event in events if event.at <= at])

    def _standing(self, subject: Subject, fresh: Asked) -> Asked:
        """The timeline with what is stored of it."""
        timeline = self.found.timelines.get(subject)
        if timeline is None or not timeline.length:
            return fresh
        monitor = self.found.watches.of(timeline).monitor
        assert monitor is not None  # rules speak of its kind
        if timeline.kind == ORGANISATION:
            return self.house.asked(fresh.program, monitor, timeline.length)
        return Asked(timeline.kind, fresh.program, monitor)

    def _grown(self, kind: str, fresh: Asked, events: Sequence[Event]) -> Asked:
        """A timeline of its own with these events."""
        monitor = Monitor(fresh.program, self.deciding.rules.known)
        for event in events:
            monitor.step(event)
        return Asked(kind, fresh.program, monitor)

    def _take(self, one: Asking, decision: Decision, contacts: Sequence[str]) -> None:
        allowed = decision.answer is Answer.ALLOW
        states = models.Decision.State
        state = states.CHECKED if one.check else states.RESERVED if allowed else states.REFUSED
        if state is states.RESERVED:
            self._reserve(one, decision, contacts)
        attempt = decision.attempt
        self.decisions.append(decision)
        self.rows.append(
            models.Decision(
                uid=decision.uid,
                at=decision.at,
                asked=self.at,
                answer=decision.answer.value,
                not_before=decision.not_before,
                rule=decision.reasons[0].rule if decision.reasons else "",
                number=decision.number,
                contact=contacts[0] if contacts else attempt.contact,
                campaign=attempt.campaign,
                agent=attempt.agent,
                purpose=attempt.purpose if attempt.purpose in PURPOSES else "",
                technology=attempt.technology if attempt.technology in TECHNOLOGIES else "",
                call=attempt.call,
                state=state.value,
                actor=one.actor,
                body=canonical(decision),
                secret=new_secret(),
            )
        )

    def _reserve(self, one: Asking, decision: Decision, contacts: Sequence[str]) -> None:
        """The attempt counts from now on, with everybody whom it may ring."""
        self.last = decision.at
        data = {"decision": decision.uid, **decision.facts}
        attempt = decision.attempt
        named = {"call": attempt.call}
        named |= {kind: name for kind in NAMED for name in self.found.called(kind, attempt)[:1]}
        for place, contact in enumerate(contacts):
            others = {} if place else {kind: name for kind, name in named.items() if name}
            name = f"{decision.uid}.{place}" if place else decision.uid
            subjects = {"contact": contact, **others}
            event = Event(name, PLACED, decision.at, data, subjects, len(self.rows))
            self.reserved.append(Received(SOURCE, event, one.actor))
            for subject in subjects.items():
                if subject[0] in KINDS and self.asked.get(subject) is not None:
                    self.coming[subject].append(self.reserved[-1])

    def _foresee(self, subject: Subject, reserved: Received) -> None:
        """Whoever asks of a timeline for a second time in this batch is answered after what the batch reserved on it."""
        asked, timeline = self.asked[subject], self.found.timelines.get(subject)
        assert asked is not None
        event, _ = storable(in_full(reserved))
        if timeline is not None and timeline.length:
            self.found.watches.of(timeline).foresee(event)
            self.asked[subject] = Asked(asked.kind, asked.program, asked.monitor)
        else:
            self.asked[subject] = self._grown(asked.kind, asked, [*asked.monitor.events, event])
