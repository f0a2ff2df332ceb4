"""One call as it is remembered: the talk, what was due when, every rule that came up, and where each stands in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import msgspec

from clearline.engine.durations import moment_of
from clearline.engine.events import Event
from clearline.engine.monitor import in_order
from clearline.people.models import Person
from clearline.record.judging import Judging
from clearline.record.models import Call, Duty, EventOn, Finding
from clearline.record.queries import reach
from clearline.record.watching import read
from clearline.reports import reviewed
from clearline.reports.card import Card, Numbered
from clearline.reports.drawing import Review, draw
from clearline.reports.reviewing import Sayer, rfc3339
from clearline.reports.watching import watch
from clearline.rulebook.entries import RuleEntry

Body = TypeVar("Body", reviewed.Finding, reviewed.Duty)
HOUSE = "clearline/"  # in front of the ids of what people do here
RANK = ("broken", "due", "unknown", "open", "kept")


class Came(NamedTuple):
    """A rule that came up, and what became of it."""

    rule: RuleEntry
    judged: reviewed.Judged


class Left(NamedTuple):
    """Something that is still to be done."""

    row: Duty
    told: reviewed.Duty | None  # none: erased


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that there is to show of a call."""

    card: Card | None  # none: nothing of it is left
    findings: list[tuple[Numbered, Finding]]
    questions: list[tuple[Numbered, Finding]]
    gone: list[Finding]  # withdrawn, or erased
    duties: list[Left]
    came_up: list[Came]
    waiting: list[Came]  # what can't be judged, because facts are missing
    entries: Mapping[str, int]  # row of the talk -> its entry in the log
    events: int
    erased: int  # of these
    differs: bool  # the rules of today would say something else


def call(who: Person, subject: str) -> Call:
    """One that they may see; Call.DoesNotExist for all others, there or not."""
    rows = reach.calls(who).select_related("timeline", "contact").prefetch_related("contact__points")
    return rows.get(timeline__kind="call", timeline__subject=subject)


def remembered(call: Call, judging: Judging) -> Remembered:
    """The report of a call, made from what was stored; its findings are those that were entered, not made anew."""
    places = list(EventOn.objects.filter(timeline=call.timeline_id).select_related("event"))
    entries = {f"{one.event.source}/{one.event.name}": one.event.entry for one in places}
    events = in_order([read(bytes(one.event.body)) for one in places if one.event.body is not None])
    rows = list(Finding.objects.filter(timeline=call.timeline_id).order_by("at", "pk"))
    duties = [Left(row, _told(row, reviewed.Duty)) for row in call.timeline.duties.order_by("deadline", "pk")]
    found = [(row, told) for row in rows if row.withdrawn is None and (told := _told(row, reviewed.Finding))]
    gone = [row for row in rows if row.withdrawn is not None or row.body is None]
    erased = sum(one.event.body is None for one in places)
    talk = [one for one in events if not _about(one, call)]
    if not talk:
        return Remembered(None, [], [], gone, duties, [], [], {}, len(places), erased, differs=False)
    card, came, differs = _card(call, events, talk, judging, found)
    known = [row for row, _ in found if not row.question] + [row for row, _ in found if row.question]
    numbered = _numbered(card, known)
    return Remembered(
        card,
        [one for one in numbered if not one[0].question],
        [one for one in numbered if one[0].question],
        gone,
        duties,
        [one for one in came if not one.judged.missing],
        [one for one in came if one.judged.missing],
        {f"c0-e{n}": entries[event.id] for n, event in enumerate(talk) if event.id in entries},
        len(places),
        erased,
        differs,
    )


def _card(
    call: Call,
    events: list[Event],
    talk: list[Event],
    judging: Judging,
    found: list[tuple[Finding, reviewed.Finding]],
) -> tuple[Card, list[Came], bool]:
    """The drawing, the rules, and whether a replay finds other things than those that stand."""
    said = Sayer(judging.rulebook, talk)
    program = judging.program("call")
    watched = watch(program, events, judging.known, drawn=True) if program else None
    days = {moment_of(event.at).date() for event in (talk[0], talk[-1])}
    rules = judging.rulebook.rules
    verdicts = [
        one
        for one in (watched.verdicts if watched else ())
        if any(rules[one.rule.id].in_force(day) for day in days)
    ]
    judged = [said.judged(one, program, watched.known) for one in verdicts] if program and watched else []
    came_up = {one.rule for one in verdicts if one.tried or one.findings or one.questions}
    again = sorted(
        (one.rule.id, bool(one.doubts)) for each in verdicts for one in (*each.findings, *each.questions)
    )
    line = reviewed.Reviewed(
        schema=reviewed.SCHEMA,
        file="",
        format="record",
        kind="call",
        id=call.timeline.subject,
        started=rfc3339(talk[0].at),
        ended=rfc3339(talk[-1].at),
        dated=True,
        notes=[],
        strangers=said.strangers,
        rules=judged,
        findings=[told for row, told in found if not row.question],
        questions=[told for row, told in found if row.question],
        duties=[],
    )
    stretches = [one for one in watched.stretches if one.since <= talk[-1].at] if watched else []
    drawing = draw(said.talk, stretches, came_up)
    card = Card(0, Review(line, drawing), {rule.id: rule.title for rule in rules.values()})
    came = [
        Came(rules[one.rule], one)
        for verdict, one in zip(verdicts, judged, strict=True)
        if verdict.rule in came_up or one.missing
    ]
    came.sort(key=lambda one: (RANK.index(one.judged.state), one.rule.title))
    return card, came, again != sorted((row.rule, row.question) for row, _ in found)


def _about(event: Event, call: Call) -> bool:
    """Whether people did it about the call once it was over: to grade it is no part of it."""
    return event.id.startswith(HOUSE) and call.ended is not None and event.at > call.ended


def _numbered(card: Card, rows: list[Finding]) -> list[tuple[Numbered, Finding]]:
    """The findings of a card with their rows; questions that only wait for facts have no place on it."""
    told = [*card.line.findings, *card.line.questions]
    row_of = {id(one): row for one, row in zip(told, rows, strict=True)}
    return [(one, row_of[id(one.finding)]) for one in card.findings]


def _told(row: Finding | Duty, kind: type[Body]) -> Body | None:
    return None if row.body is None else msgspec.json.decode(bytes(row.body), type=kind)
