"""The one way in: in one transaction events are stored, judged, and entered into the evidence log."""

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from msgspec import to_builtins

from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event, Instant
from clearline.engine.storing import same, storable
from clearline.evidence import many
from clearline.evidence.actions import Entered, lock
from clearline.evidence.actions import append as enter
from clearline.record import models
from clearline.record.actions.judged import Judged, judge, look_up
from clearline.record.actions.rows import renew
from clearline.record.gone import of_deleted, of_erased
from clearline.record.identities import body
from clearline.record.models import EventOn, Timeline
from clearline.record.watching import Watches, read
from clearline.seal.commitments import commitment, entry_key

OWNERS = ("contact", "call", "order", "subscription", "report", "agent", "campaign", "organisation")
"""Whose secret keys an event: the first of these that it stands on, those that are about a person before all."""

_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,19}")
_FUTURE = 300 * SECOND  # clocks differ; what is dated later has not happened
_LONGEST = 128
_SPEECH = 86_400  # seconds of an utterance, at most


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"
    KNOWN = "known"  # the same event was stored before
    CONFLICT = "conflict"  # another event with its id was stored before
    REFUSED = "refused"


class Received(NamedTuple):
    """An event on its way in: who sent it, and on whose behalf it is entered into the log."""

    source: str
    event: Event
    actor: str


class Answer(NamedTuple):
    """What became of an event, and its place in the log; or why it was not taken."""

    outcome: Outcome
    entry: int | None = None
    reason: str = ""


@dataclass(slots=True)
class _Work:
    """What one call of `append` has in hand."""

    watches: Watches
    at: Instant
    timelines: dict[tuple[str, str], Timeline] = field(default_factory=dict)
    fresh: list[tuple[int, Received, Event, Timeline]] = field(
        default_factory=list
    )  # place in the answers, stored form
    on: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))


def append(
    received: Sequence[Received], at: Instant, watches: Watches, beside: Sequence[Entered] = ()
) -> list[Answer]:
    """Stores, judges and proves events, all or none; an answer for each. `at` is now, in microseconds.

    Entries that stand beside them are proven with them, and answered after them.
    """
    answers: list[Answer | None] = [_refused(one, at) for one in received]
    work = _Work(watches, at)
    with (
        watches.undone_together(lambda: [timeline.pk for timeline in work.timelines.values()]),
        transaction.atomic(),
    ):
        lock()
        _find_known(received, answers)
        _refuse(received, answers, of_erased)
        _find_timelines(work, [one for one, answer in zip(received, answers, strict=True) if answer is None])
        _refuse(received, answers, lambda events: of_deleted(events, work.timelines))
        _make_storable(work, received, answers)
        proven = _store(work, answers, beside)
        look_up(_touched(work), work.on, watches)
        judged = [judge(timeline, work.on[timeline.pk], watches, at) for timeline in _touched(work)]
        enter_judged(judged, at)
        renew(_touched(work), work.on, judged, watches)
        if watches.told is not None and work.fresh:
            transaction.on_commit(partial(watches.told, [event for _, _, event, _ in work.fresh]))
    return [*(answer for answer in answers if answer is not None), *proven]


def _refused(one: Received, at: Instant) -> Answer | None:
    """Why an event can't be taken, if it can't."""
    event = one.event
    reason = ""
    if not _TYPE.fullmatch(event.type) or len(event.type) > 64:
        reason = "its type is no name like call.ended, in small letters"
    elif not event.subjects:
        reason = "it names no timeline: say which call, contact, order, … it is about"
    elif not all(
        _KIND.fullmatch(kind) and 0 < len(name) <= _LONGEST for kind, name in event.subjects.items()
    ):
        reason = f"a subject is a kind in small letters and an id of up to {_LONGEST} characters"
    elif not 0 < len(event.id) <= _LONGEST or not 0 < len(one.source) <= _LONGEST:
        reason = f"its id and its source need 1 to {_LONGEST} characters"
    elif event.at > at + _FUTURE:
        reason = "it is dated more than 5 minutes in the future: check the sender's clock"
    elif event.at < 0:
        reason = "its time lies before 1970"
    elif not -(1 << 31) < event.seq < 1 << 62:
        reason = "its seq is out of range"
    elif event.type in {UTTERANCE, UNHEARD} and _is_endless(event.data):
        reason = "its seconds, or the times of its words, are no length that somebody speaks"
    elif _holds_nul(one.source) or (b"\\u0000" in body(event) and _holds_nul(to_builtins(event))):
        reason = "it holds a NUL (\\u0000), which no text may"
    return Answer(Outcome.REFUSED, reason=reason) if reason else None


def _is_endless(data: Mapping[str, Any]) -> bool:
    """Whether an utterance says of itself that it lasts for ever, or ended before it began."""
    words = data.get("words")
    timed = [one[1:3] for one in words if isinstance(one, list)] if isinstance(words, list) else []
    times = [data.get("seconds"), *(time for pair in timed for time in pair)]
    return any(isinstance(time, int | float) and not 0 <= time <= _SPEECH for time in times)


def _holds_nul(value: Any) -> bool:
    """Whether a text in it has the one character that PostgreSQL can't hold."""
    if isinstance(value, str):
        return "\0" in value
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return isinstance(parts, list) and any(map(_holds_nul, parts))


def _refuse(
    received: Sequence[Received],
    answers: list[Answer | None],
    gone: Callable[[Mapping[int, Event]], Mapping[int, str]],
) -> None:
    """What comes back of what was erased or deleted stays outside."""
    asked = {place: one.event for place, one in enumerate(received) if answers[place] is None}
    for place, reason in gone(asked).items():
        answers[place] = Answer(Outcome.REFUSED, reason=reason)


def in_full(one: Received) -> Event:
    """The event under the id that it has here, which no other source can take."""
    event, source = one.event, one.source

    def named(name: str) -> str:
        return f"{source}/{name}" if name else ""

    return Event(
        named(event.id),
        event.type,
        event.at,
        event.data,
        event.subjects,
        event.seq,
        named(event.replaces),
        named(event.voids),
    )


def _find_known(received: Sequence[Received], answers: list[Answer | None]) -> None:
    """Answers for what was stored before, and for what comes twice in one batch."""
    asked = [one for one, answer in zip(received, answers, strict=True) if answer is None]
    names: dict[str, set[str]] = defaultdict(set)
    for one in asked:
        names[one.source].add(one.event.id)
    stored: dict[tuple[str, str], models.Event] = {}
    for source, ids in names.items():
        rows = many.find(models.Event, source=source, name=sorted(ids))
        stored |= {(row.source, row.name): row for row in rows}
    seen: dict[tuple[str, str], Event] = {}
    for place, one in enumerate(received):
        if answers[place] is not None:
            continue
        key = (one.source, one.event.id)
        if key in stored:
            answers[place] = _same(stored[key], one)
        elif key in seen:
            answers[place] = Answer(Outcome.KNOWN if seen[key] == one.event else Outcome.CONFLICT)
        else:
            seen[key] = one.event


def _same(row: models.Event, one: Received) -> Answer:
    """Whether a stored event is the one that comes again. Words that were hidden can't be compared, and are not."""
    if row.body is None or same(read(bytes(row.body)), in_full(one)):
        return Answer(Outcome.KNOWN, row.entry)
    return Answer(
        Outcome.CONFLICT, row.entry, "another event with this id is stored; send changes as `replaces`"
    )


def _find_timelines(work: _Work, received: Sequence[Received]) -> None:
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in received:
        for kind, subject in one.event.subjects.items():
            wanted[kind].add(subject)
    for kind, subjects in wanted.items():
        found = many.find(Timeline, locked=True, kind=kind, subject=sorted(subjects))
        work.timelines |= {(row.kind, row.subject): row for row in found}
    missing = sorted({key for one in received for key in one.event.subjects.items()} - work.timelines.keys())
    for row, (kind, subject) in zip(many.keys(Timeline, len(missing)), missing, strict=True):
        new = Timeline(row, kind, subject, secret=secrets.token_bytes(32))
        work.timelines[kind, subject] = new  # stored when it is known what it holds
    for timeline in work.timelines.values():
        if timeline.secret is None:  # erased; what comes after that is keyed anew
            timeline.secret = secrets.token_bytes(32)
            timeline.save(update_fields=["secret"])


def _make_storable(work: _Work, received: Sequence[Received], answers: Sequence[Answer | None]) -> None:
    """Secrets are hidden before anything is written; the words of a call are listened to in the order they came."""
    for place, one in enumerate(received):
        if answers[place] is not None:
            continue
        event = in_full(one)
        on = [work.timelines[subject] for subject in event.subjects.items()]
        talk = next((timeline for timeline in on if timeline.kind == "call"), None)
        if talk is not None and event.type == UTTERANCE:
            event, listener = storable(event, work.watches.listener(talk))
            work.watches.remember(talk, listener)
        else:
            event, _ = storable(event)
        ranked = sorted(on, key=lambda timeline: _rank(timeline.kind))
        work.fresh.append((place, one, event, ranked[0]))
        for timeline in on:
            work.on[timeline.pk].append(event)


def _store(work: _Work, answers: list[Answer | None], beside: Sequence[Entered]) -> list[Answer]:
    bodies = [body(event) for _, _, event, _ in work.fresh]
    entered = [
        Entered(work.at, "event", one.actor, _committed(owner, f"event {event.id}", told))
        for (_, one, event, owner), told in zip(work.fresh, bodies, strict=True)
    ]
    proven = enter([*entered, *beside])
    indices = proven[: len(entered)]
    keys = many.keys(models.Event, len(work.fresh))
    many.insert(
        models.Event,
        ("id", "source", "name", "type", "at", "seq", "body", "owner", "entry", "received"),
        [
            (key, one.source, one.event.id, event.type, event.at, event.seq, told, owner.pk, index, work.at)
            for key, (_, one, event, owner), told, index in zip(
                keys, work.fresh, bodies, indices, strict=True
            )
        ],
    )
    many.insert(
        EventOn,
        ("timeline", "event", "at"),
        [
            (work.timelines[subject].pk, key, event.at)
            for key, (_, _, event, _) in zip(keys, work.fresh, strict=True)
            for subject in event.subjects.items()
        ],
    )
    for (place, _, _, _), index in zip(work.fresh, indices, strict=True):
        answers[place] = Answer(Outcome.STORED, index)
    return [Answer(Outcome.STORED, index) for index in proven[len(entered) :]]


def enter_judged(judged: Iterable[Judged], at: Instant) -> None:
    """Entries for findings that were raised or withdrawn, and their rows."""
    work = [one for one in judged if one.raised or one.withdrawn]
    if not work:
        return
    entered = []
    for one in work:
        owner = one.timeline
        entered += [
            Entered(
                at,
                "finding.raised",
                "engine",
                _committed(owner, f"raised {row.uid} {at}", bytes(row.body or b"")),
            )
            for row in one.raised
        ]
        entered += [
            Entered(
                at,
                "finding.withdrawn",
                "engine",
                _committed(owner, f"withdrawn {row.uid} {at}", row.uid.encode()),
            )
            for row in one.withdrawn
        ]
    indices = iter(enter(entered))
    for one in work:
        for row in one.raised:
            row.entry, row.raised = next(indices), at
        for row in one.withdrawn:
            row.withdrawn_entry, row.withdrawn = next(indices), at
    models.Finding.objects.bulk_update(
        [row for one in work for row in one.withdrawn], ["withdrawn", "withdrawn_entry"], batch_size=500
    )
    models.Finding.objects.bulk_create([row for one in work for row in one.raised], batch_size=2_000)


def _committed(timeline: Timeline, label: str, payload: bytes) -> bytes:
    assert timeline.secret is not None
    return commitment(entry_key(bytes(timeline.secret), label), payload)


def _touched(work: _Work) -> list[Timeline]:
    return [timeline for timeline in work.timelines.values() if work.on.get(timeline.pk)]


def _rank(kind: str) -> int:
    return OWNERS.index(kind) if kind in OWNERS else len(OWNERS)
