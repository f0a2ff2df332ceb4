"""Judges what a file holds by a rulebook, and says it masked."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from clearline.engine.durations import moment_of
from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.explain import MAX_WORDS, Clock, clock_from, dated, explain, explain_duty, quoted
from clearline.engine.forms.form import Breach, Mark
from clearline.engine.listed import NOBODY, Listed
from clearline.engine.monitor import in_order
from clearline.engine.program import Program
from clearline.engine.verdicts import Duty as Due
from clearline.engine.verdicts import Finding as Found
from clearline.engine.verdicts import Verdict
from clearline.formats.conversation import Conversation
from clearline.reports.drawing import Review, draw
from clearline.reports.masked import MaskedTalk, characters, masked_text
from clearline.reports.reviewed import (
    SCHEMA,
    Cited,
    Duty,
    Finding,
    Judged,
    Place,
    Recording,
    Reviewed,
)
from clearline.reports.watching import Known, watch
from clearline.rulebook.rulebook import Rulebook

DAY = 24 * 3600 * SECOND
SPEAKERS = {"agent", "customer", "system", "unknown"}
_HAS = re.compile(r"has\([^()]*\)")
_IN_FULL = re.compile(r"\b[a-z0-9-]+/(?=\w+[^`]*`)")
_SPOKEN = re.compile(r"(?<![\w.'])([a-z]\w*)\.([a-z]\w*)")


class Timeline(NamedTuple):
    """The events of one subject of a file."""

    kind: str
    id: str
    events: tuple[Event, ...]
    conversation: Conversation  # the first that tells of it


class Reviewer:
    """Judges timelines by the rules of some packs; compiles the rules of a kind when the first of it comes."""

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        packs: Collection[str] | None = None,
        facts: Known | None = None,
        on: Instant = 0,
        drawn: bool = False,
        portable: bool = True,
        listed: Listed = NOBODY,
    ) -> None:
        self.rulebook = rulebook
        self.known = {**rulebook.known, **(facts or {})}
        self.on = on  # where undated conversations are put
        self.drawn = drawn
        self.portable = portable
        self.listed = listed  # names and addresses that are not to be shown
        self._rules = rulebook.select(packs)
        self._kinds = {rule.on for rule in self._rules} | {"call"}
        self._programs: dict[str, Program] = {}

    def review(
        self, file: str, conversations: Sequence[Conversation], recording: Recording | None = None
    ) -> Iterator[Review]:
        """Every timeline that a rule can speak of, as it stands in the file of that (masked) name."""
        for timeline in self.timelines(conversations):
            if timeline.events:
                yield self._review(file, timeline, recording)

    def timelines(self, conversations: Sequence[Conversation]) -> Iterator[Timeline]:
        """Calls as the file groups them; then orders and other subjects, gathered over all its calls."""
        gathered: dict[tuple[str, str], list[Event]] = defaultdict(list)
        first: dict[tuple[str, str], Conversation] = {}
        for conversation in conversations:
            standing = in_order(conversation.events)
            moved = [event if conversation.dated else _moved(event, self.on) for event in standing]
            subjects = {key: name for event in moved for key, name in event.subjects.items()}
            if "call" in subjects or not subjects:
                yield Timeline("call", subjects.get("call", ""), tuple(moved), conversation)
            for event in moved:
                for subject in event.subjects.items():
                    if subject[0] != "call" and subject[0] in self._kinds:
                        gathered[subject].append(event)
                        first.setdefault(subject, conversation)
        for (kind, name), events in gathered.items():
            yield Timeline(kind, name, tuple(in_order(events)), first[kind, name])

    def program(self, kind: str) -> Program:
        if kind not in self._programs:
            self._programs[kind] = self.rulebook.program(kind, self._rules, portable=self.portable)
        return self._programs[kind]

    def _review(self, file: str, timeline: Timeline, recording: Recording | None) -> Review:
        start, end = timeline.events[0].at, timeline.events[-1].at
        program = self.program(timeline.kind)
        watched = watch(program, timeline.events, self.known, drawn=self.drawn)
        days = {moment_of(at).date() for at in (start, end)}
        verdicts = [
            one
            for one in watched.verdicts
            if any(self.rulebook.rules[one.rule.id].in_force(day) for day in days)
        ]
        said = Sayer(self.rulebook, timeline.events, listed=self.listed)
        line = Reviewed(
            schema=SCHEMA,
            file=file,
            format=timeline.conversation.format,
            kind=timeline.kind,
            id=masked_text(timeline.id),
            started=rfc3339(start),
            ended=rfc3339(end),
            dated=timeline.conversation.dated,
            notes=[self.listed.hide(masked_text(note)) for note in timeline.conversation.notes],
            strangers=said.strangers,
            rules=[said.judged(one, program, watched.known) for one in verdicts],
            findings=[said.finding(one) for verdict in verdicts for one in verdict.findings],
            questions=[said.finding(one) for verdict in verdicts for one in verdict.questions],
            duties=[said.duty(one) for verdict in verdicts for one in verdict.duties],
            recording=recording,
        )
        if not self.drawn:
            return Review(line)
        came_up = {one.rule for one in verdicts if one.tried or one.findings or one.questions}
        return Review(line, draw(said.talk, watched.stretches, came_up))


class Sayer:
    """Puts verdicts on one timeline into words, masked; its times as `clock` tells them, or else counted from its start."""

    def __init__(
        self,
        rulebook: Rulebook,
        events: Sequence[Event],
        clock: Clock | None = None,
        *,
        listed: Listed = NOBODY,
    ) -> None:
        self.rulebook = rulebook
        self.start = events[0].at
        self.events = events
        self.listed = listed
        counted = clock_from(self.start) if events[-1].at - self.start < DAY else dated
        self.clock: Clock = clock or counted
        self._talk: MaskedTalk | None = None

    @property
    def strangers(self) -> int:
        """Utterances of which nobody knows who spoke."""
        said = [event.data for event in self.events if event.type == UTTERANCE]
        return sum(data.get("by") not in SPEAKERS - {"unknown"} for data in said)

    @property
    def talk(self) -> MaskedTalk:
        """Made when the first words are shown: most calls show none."""
        if self._talk is None:
            self._talk = MaskedTalk(self.events, self.listed)
        return self._talk

    def judged(self, verdict: Verdict, program: Program, known: Known) -> Judged:
        missing = _missing(verdict, program, known)
        return Judged(
            rule=verdict.rule.id,
            version=self.rulebook.rules[verdict.rule.id].version,
            state="unknown" if missing else verdict.state.value,
            tried=verdict.tried,
            ended_first=verdict.ended_first,
            missing=missing,
        )

    def finding(self, found: Found) -> Finding:
        found = self.talk.finding(found)
        breach = found.breach
        entry = self.rulebook.rules[found.rule.id]
        sources = self.rulebook.packs[entry.pack].sources
        return Finding(
            rule=entry.id,
            version=entry.version,
            pack=entry.pack,
            title=entry.title,
            severity=_one_of(entry.severity),
            sentence=self.rulebook.sentence(found),
            cites=list(entry.cites),
            sources=[
                Cited(key, sources[key].title, sources[key].primary)
                for key in entry.sources
                if key in sources
            ],
            status=_one_of(entry.status),
            how=breach.how.value,
            at=rfc3339(breach.at),
            seconds=self._seconds(breach.at),
            place=self.place(breach.deed),
            trigger=self.place(breach.trigger),
            deadline=None if breach.deadline is None else rfc3339(breach.deadline),
            explanation=self._quoting(explain(found._replace(doubts=()), self.clock), breach),
            doubts=_doubts(found.doubts),
        )

    def duty(self, due: Due) -> Duty:
        due = self.talk.duty(due)
        entry = self.rulebook.rules[due.rule.id]
        return Duty(
            rule=entry.id,
            version=entry.version,
            title=entry.title,
            severity=_one_of(entry.severity),
            deadline=None if due.deadline is None else rfc3339(due.deadline),
            overdue=due.overdue,
            trigger=self.place(due.trigger),
            explanation=explain_duty(due, self.clock),
            doubts=_doubts(due.doubts),
        )

    def place(self, mark: Mark | None) -> Place | None:
        if mark is None:
            return None
        event, spoken = mark.event, mark.event.type == UTTERANCE
        by = event.data.get("by", "unknown")
        return Place(
            at=rfc3339(mark.at),
            seconds=self._seconds(mark.at),
            event=masked_text(event.id),
            type=masked_text(event.type),
            by=(by if by in SPEAKERS else "unknown") if spoken else None,
            words=words_at(mark) if spoken else "",
            word_span=(mark.first, mark.last) if spoken and mark.last >= 0 else None,
            char_span=characters(mark),
        )

    def _quoting(self, explanation: str, breach: Breach) -> str:
        """The explanation with masks quoted as masks: a reader must not take them for what was said."""
        for mark in (breach.trigger, breach.deed):
            if mark is not None and mark.event.type == UTTERANCE:
                explanation = explanation.replace(f'"{quoted(mark)}"', f'"{words_at(mark)}"')
        return explanation

    def _seconds(self, at: Instant) -> float:
        return round((at - self.start) / SECOND, 3)


def rfc3339(at: Instant) -> str:
    """The instant as RFC 3339 in UTC, to the microsecond where it has any."""
    return moment_of(at).isoformat().replace("+00:00", "Z")


def words_at(mark: Mark) -> str:
    """The words of a mark in a masked text, with the brackets of masks."""
    place = characters(mark)
    text = str(mark.event.data["text"])
    return quoted(mark) if place is None or place[1] - place[0] > MAX_WORDS else text[slice(*place)]


def _doubts(doubts: Sequence[str]) -> list[str]:
    """Reasons, with names as their own pack writes them."""
    return [_IN_FULL.sub("", one) for one in doubts if one]


def _missing(verdict: Verdict, program: Program, known: Known) -> list[str]:
    """The facts without which nobody knows whether the rule applies."""
    if verdict.applies is not None:
        return []
    condition = program.applies[verdict.rule]
    unguarded = _HAS.sub("", condition.source)
    optional = {found.groups() for test in _HAS.findall(condition.source) for found in _SPOKEN.finditer(test)}
    asked = dict.fromkeys(found.groups() for found in _SPOKEN.finditer(unguarded))
    facts = [
        f"{area}.{name}"
        for area, name in asked
        if area in (program.kind.name, "shop")
        and name not in known.get(area, {})
        and (area, name) not in optional
    ]
    return facts or [condition.truth(known)[1]]


def _moved(event: Event, on: Instant) -> Event:
    return msgspec.structs.replace(event, at=event.at + on)


def _one_of(text: str) -> Any:
    """A word that the rulebook has checked to be one of those that the line allows."""
    return text
