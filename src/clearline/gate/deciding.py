"""Decides attempts: the rules are asked what the call would break, and what they say becomes an answer with reasons."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from os import urandom
from typing import Any, Final, NamedTuple, Protocol

from msgspec.structs import replace

from clearline.engine.durations import moment_of
from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.gate import wording
from clearline.gate.asked import PLACED, Asked, Memory
from clearline.gate.attempts import PURPOSES, SALES, Answer, Attempt, Decision, Reason
from clearline.gate.dialled import in_full
from clearline.gate.facts import ARTIFICIAL, Facts, Known, Looking, Lookup
from clearline.gate.reasons import Reasons
from clearline.rulebook.rulebook import Rulebook

KINDS: Final = ("contact", "campaign", "agent", "organisation")
DIALERS: Final = frozenset({"human_dialer", ARTIFICIAL})  # that call for a campaign, as machines do
STEPS: Final = 4  # times that the gate looks ahead for a moment at which the answer is another
EARLIEST: Final = 946_684_800 * SECOND  # 2000: no dialer is older
LATEST: Final = 4_102_444_800 * SECOND  # 2100
_LAST: Final = 9


class Rules(Protocol):
    """What judges: see record.judging."""

    @property
    def rulebook(self) -> Rulebook: ...
    @property
    def known(self) -> Mapping[str, Mapping[str, Any]]: ...
    def program(self, kind: str) -> Program | None: ...


class Question(NamedTuple):
    """An attempt, whom it concerns, and what is known of them."""

    attempt: Attempt
    at: Instant
    known: Known = Known()
    on: Sequence[Asked] | None = None  # the timelines that it would stand on; None: all are new
    overrides: Mapping[str, str] = {}  # rule -> the override that lifts it
    clock: Instant | None = None  # what our clock shows, where `at` is later because some sender's is fast


class _Judged(NamedTuple):
    """What the rules said at one moment."""

    facts: Facts
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]


class Deciding:
    """Answers questions by rules and what can be looked up; keeps nothing of the attempts."""

    def __init__(self, rules: Rules, lookup: Lookup | None = None, *, brief: bool = False) -> None:
        self.rules = rules
        self.looking = Looking(rules.known.get("tables", {}), lookup)
        self._new: dict[str, Asked | None] = {}
        self.memory = Memory()
        self.reasons = Reasons(rules.rulebook, brief=brief)

    def decide(self, question: Question) -> Decision:
        """The answer, with a reason for every rule that would be broken and for every fact that is missing."""
        attempt, at = question.attempt, question.at
        number = in_full(attempt.number)
        refusal = _refusal(attempt, number, at)
        uid = urandom(16).hex()
        if refusal is not None:
            return Decision(
                uid=uid, at=at, answer=Answer.DENY, attempt=attempt, number=number, reasons=(refusal,)
            )
        on = self.new(attempt) if question.on is None else question.on
        judged = self._judge(question, number, on, at, question.clock)
        opens = self._not_before(question, number, on, judged) if judged.reasons else None
        answer = Answer.ALLOW if not judged.reasons else Answer.DENY if opens is None else Answer.NOT_BEFORE
        return Decision(
            uid=uid,
            at=at,
            answer=answer,
            attempt=attempt,
            number=number,
            not_before=opens,
            reasons=judged.reasons,
            notes=judged.notes,
            facts=judged.facts.data,
            lists=tuple(one.told(at) for one in judged.facts.asked),
            rules=self.versions,
        )

    def new(self, attempt: Attempt) -> list[Asked]:
        """The timelines of an attempt of which nothing is known."""
        named = {"campaign": attempt.campaign, "agent": attempt.agent}
        found = (self.fresh(kind) for kind in KINDS if named.get(kind, kind))
        return [one for one in found if one is not None]

    def fresh(self, kind: str) -> Asked | None:
        """A new timeline of a kind; none where no rule speaks of it."""
        if kind not in self._new:
            program = self.rules.program(kind)
            self._new[kind] = (
                Asked(kind, program, Monitor(program, self.rules.known), lasts=True)
                if program is not None
                else None
            )
        return self._new[kind]

    @cached_property
    def versions(self) -> str:
        """A hash over the rules that are asked, in the versions that they have."""
        programs = filter(None, map(self.rules.program, KINDS))
        entries = {rule.id: self.rules.rulebook.rules[rule.id] for one in programs for rule in one.rules}
        lines = sorted(f"{name} {entry.version}\n" for name, entry in entries.items())
        return sha256("".join(lines).encode()).hexdigest()

    def _judge(
        self,
        question: Question,
        number: str,
        on: Sequence[Asked],
        at: Instant,
        clock: Instant | None = None,
    ) -> _Judged:
        facts = self.looking.facts(question.attempt, number, at, question.known, clock)
        event = Event("", PLACED, at, {"decision": "", **facts.data})
        reasons: list[tuple[int, Reason]] = []
        notes: list[Reason] = []
        bound = question.attempt.purpose not in PURPOSES - SALES
        if question.attempt.purpose not in PURPOSES:
            reasons.append((_LAST, _without_purpose(question.attempt)))
        elif "technology" not in facts.data:  # it may be an artificial voice, whatever the call is for
            reasons.append((_LAST, _without_technology(question.attempt)))
        if bound:
            reasons += [(_LAST, one) for one in self._unnamed(question, facts)]
        for said in self.memory.what_if(on, event):
            weight, reason = self.reasons.of(said, facts, event)
            lifts = question.overrides.get(reason.rule)
            if lifts:
                notes.append(replace(reason, override=lifts))
            elif reason.unknown in {"purpose", "technology"}:
                continue  # said once, for all rules
            elif reason.unknown and not bound:
                notes.append(reason)
            else:
                reasons.append((weight, reason))
        if not reasons:
            return _Judged(facts, (), tuple(dict.fromkeys(notes)))
        told = dict.fromkeys(reason for _, reason in sorted(reasons, key=lambda one: (one[0], one[1].rule)))
        return _Judged(facts, tuple(told), tuple(dict.fromkeys(notes)))

    def _unnamed(self, question: Question, facts: Facts) -> Iterator[Reason]:
        """Whose rules can't be asked: the campaign's of a dialer, the agent's of a person."""
        attempt = question.attempt
        if (
            not attempt.campaign.strip()
            and facts.data.get("technology") in DIALERS
            and self.rules.program("campaign") is not None
        ):
            yield _without("campaign", "Nobody said for which campaign the dialer calls")
        if "agent" in question.known.unnamed and self.rules.program("agent") is not None:
            title = (
                "The record does not know this agent" if attempt.agent else "Nobody said which agent calls"
            )
            yield _without("agent", title)

    def _not_before(
        self, question: Question, number: str, on: Sequence[Asked], judged: _Judged
    ) -> Instant | None:
        """The first moment found at which the same attempt would be allowed, if nothing else happens."""
        at = question.at
        for _ in range(STEPS):
            if any(reason.until is None for reason in judged.reasons):
                return None
            at = max(at, *(reason.until or at for reason in judged.reasons))
            judged = self._judge(question, number, on, at)
            if not judged.reasons:
                return at
        return None


def unwritten(attempt: Attempt, at: Instant, why: str) -> Decision:
    """The answer where none can be kept: what is not logged is not decided."""
    reason = Reason(
        title="The answer can't be written into the log", told=why, lifted="asking again when it can"
    )
    return Decision(uid=urandom(16).hex(), at=at, answer=Answer.DENY, attempt=attempt, reasons=(reason,))


def refused(attempt: Attempt, at: Instant, title: str, lifted: str) -> Decision:
    """A refusal by the gate itself."""
    reason = Reason(title=title, lifted=lifted)
    return Decision(uid=urandom(16).hex(), at=at, answer=Answer.DENY, attempt=attempt, reasons=(reason,))


def postponed(decision: Decision, ahead: Instant) -> Decision:
    """What would be allowed, were it not that something is dated later than now: nobody decides in the time to come."""
    at = decision.at
    reason = Reason(
        title="The record is ahead of the clock",
        told=f"something that concerns the call is dated {-(-ahead // SECOND)} seconds later than now",
        lifted=f"waiting until {moment_of(at):%Y-%m-%d %H:%M:%S} UTC",
        until=at,
    )
    return replace(decision, answer=Answer.NOT_BEFORE, not_before=at, reasons=(reason,))


def _refusal(attempt: Attempt, number: str, at: Instant) -> Reason | None:
    """What no rule can judge."""
    if not number:
        title = "The number can't be read" if attempt.number else "There is no number"
        return Reason(
            title=title, unknown="number", lifted="a number with its country code, as +1 212 555 0123"
        )
    if not EARLIEST <= at < LATEST:
        return Reason(title="The time is impossible", unknown="at", lifted="a time of this century, in UTC")
    return None


def _without(fact: str, title: str, said: str = "") -> Reason:
    return Reason(title=title, unknown=fact, told=said, lifted=wording.SUPPLIES[fact])


def _without_purpose(attempt: Attempt) -> Reason:
    said = f"`{attempt.purpose[:40]}` is no purpose" if attempt.purpose else ""
    return _without("purpose", "Nobody said what the call is for", said)


def _without_technology(attempt: Attempt) -> Reason:
    said = f"`{attempt.technology[:40]}` is no technology" if attempt.technology else ""
    return _without("technology", "Nobody said how the call is placed", said)
