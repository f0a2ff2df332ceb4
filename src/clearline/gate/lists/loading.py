"""Loads a list: the file is read into a snapshot of its own, which becomes current at one stroke, or waits for a person."""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from django.db import transaction

from clearline.engine.durations import moment_of
from clearline.engine.events import SECOND, Event, Instant
from clearline.evidence.actions import done, lock
from clearline.gate.list_heads import Head, ListError, UnreadableList
from clearline.gate.lists import names, sorted_numbers
from clearline.gate.lists.current import forget, place
from clearline.gate.lists.files import Part, Tally, parts
from clearline.gate.lists.lines import EXAMPLES
from clearline.gate.lists.sorted_numbers import SortedNumbers
from clearline.gate.models import Snapshot
from clearline.gate.organisation import organisation
from clearline.gate.registry import Builder, Numbers, Registry
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.watching import Watches

SOURCE: Final = "clearline"
SHRINKS: Final = (
    0.05  # a list that lost more of its numbers than this was cut off somewhere, until a person says no
)
UNREADABLE: Final = 0.05  # as many bad lines as this make one doubt the rest
_BLOCK: Final = 1 << 22
_FUTURE: Final = 300 * SECOND


class Brought(NamedTuple):
    """A file that somebody brings, and what they say of it."""

    name: str
    path: Path
    made: Instant  # when it was fetched from whoever keeps the list
    subscription: str = ""
    areas: tuple[int, ...] = ()  # area codes that were asked for, beside those that are in it
    confirmed: bool = False  # whoever brings it has looked why it shrank
    actor: str = "house"


def load(
    brought: Brought, at: Instant, watches: Watches, told: Callable[[float], None] = lambda _: None
) -> Snapshot:
    """Reads the file and makes it current, or holds it; a ListError, in words for people, where it can't be a list."""
    name = names.full_name(brought.name)
    if brought.made > at + _FUTURE:
        raise ListError("the list can't have been made in the future: check its date")
    before = current(name)
    row = Snapshot(
        uid=str(uuid.uuid4()),
        name=name,
        made=brought.made,
        loaded=at,
        sha256=_digest(brought.path),
        subscription=brought.subscription,
        by=brought.actor,
    )
    tally = Tally()
    found = parts(brought.path, names.region(name), tally, told)
    head = (_bits if names.as_bits(name) else _sorted)(row, found, tally, before, brought.areas)
    row.numbers, row.bad, row.areas = head.numbers, tally.bad, list(head.areas)
    try:
        _plausible(row, before, tally)
        doubts = _doubts(row, before, tally)
        row.note = "; ".join([*doubts, *_shown(tally)])
        held = doubts and not brought.confirmed
        return _keep(row, Snapshot.State.HELD if held else Snapshot.State.CURRENT, before, watches)
    finally:
        if row.entry is None:
            place(row.uid, name).unlink(missing_ok=True)


def confirm(snapshot: Snapshot, actor: str, at: Instant, watches: Watches) -> Snapshot:
    """A person has looked at what was held: it becomes current."""
    with transaction.atomic():
        row = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        before = current(row.name)
        if row.state != Snapshot.State.HELD:
            raise ListError("this snapshot does not wait for anybody any more")
        if before is not None and before.made > row.made:
            raise ListError("a newer snapshot is current: load the list again instead")
        done("list.confirmed", actor, {"snapshot": row.uid, "by": actor}, at, row.uid)
        return _keep(row, Snapshot.State.CURRENT, before, watches)


def refuse(snapshot: Snapshot, actor: str, at: Instant) -> Snapshot:
    """A person has looked at what was held: it is no list of ours, and its file goes."""
    with transaction.atomic():
        row = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        if row.state != Snapshot.State.HELD:
            raise ListError("this snapshot does not wait for anybody any more")
        done("list.refused", actor, {"snapshot": row.uid, "by": actor}, at, row.uid)
        row.state = Snapshot.State.REFUSED
        row.save(update_fields=["state"])
    place(row.uid, row.name).unlink(missing_ok=True)
    return row


def current(name: str) -> Snapshot | None:
    """The snapshot of a list that is asked now."""
    return Snapshot.objects.filter(name=name, state=Snapshot.State.CURRENT).first()


def _bits(
    row: Snapshot, found: Iterable[Part], tally: Tally, before: Snapshot | None, areas: tuple[int, ...]
) -> Head:
    builder = None
    for part in found:
        if builder is None:
            goes_on = _goes_on(row, before) if tally.changes else None
            builder = Builder(Registry.open(place(goes_on.uid, goes_on.name)) if goes_on else None)
        none = builder.add(part.numbers) if part.on else builder.remove(part.numbers)
        tally.meet(0, [f"+{number}" for number in part.numbers[none].tolist()])
    builder = builder or Builder()
    builder.covers(areas)
    return builder.write(place(row.uid, row.name), row.uid, row.name, row.made)


def _sorted(
    row: Snapshot, found: Iterable[Part], tally: Tally, before: Snapshot | None, areas: tuple[int, ...]
) -> Head:
    if areas:
        raise ListError("only the registries of North America are had by area codes")
    numbers = np.zeros(0, np.int64)
    more: list[Numbers] = []
    started = False
    for part in found:
        if not started and tally.changes:
            goes_on = _goes_on(row, before)
            numbers = SortedNumbers.open(place(goes_on.uid, goes_on.name)).numbers
        started = True
        if part.on:
            more.append(part.numbers)
        elif len(part.numbers):
            numbers, more = np.setdiff1d(np.concatenate([numbers, *more]), part.numbers), []
    return sorted_numbers.write(
        place(row.uid, row.name), np.concatenate([numbers, *more]), row.uid, row.name, row.made
    )


def _goes_on(row: Snapshot, before: Snapshot | None) -> Snapshot:
    """What changes are made to."""
    if before is None:
        raise UnreadableList(
            "the file holds changes only, and there is nothing to change: load the full list first"
        )
    if before.made > row.made:
        raise UnreadableList("these changes are older than the list that is current")
    return before


def _plausible(row: Snapshot, before: Snapshot | None, tally: Tally) -> None:
    if tally.lines == tally.bad:
        shown = f": lines like {', '.join(tally.shapes)}" if tally.shapes else ""
        raise UnreadableList(f"no line of the file holds a number of this list{shown}")
    if before is not None and before.made > row.made:
        raise ListError("a newer snapshot of this list is current; this one would take it back")


def _doubts(row: Snapshot, before: Snapshot | None, tally: Tally) -> list[str]:
    """Why a person should look before it counts."""
    doubts = []
    if before is not None and row.numbers < before.numbers * (1 - SHRINKS):
        lost = 1 - row.numbers / before.numbers
        doubts.append(
            f"it has {lost:.1%} fewer numbers than before ({row.numbers:,} after {before.numbers:,})"
        )
    if before is not None and (gone := set(before.areas) - set(row.areas)):
        told = ", ".join(map(str, sorted(gone)[:EXAMPLES]))
        doubts.append(f"it no longer covers {len(gone)} area codes that it covered ({told}, …)")
    if tally.bad > tally.lines * UNREADABLE:
        doubts.append(f"{tally.bad:,} of {tally.lines:,} lines hold no number")
    return doubts


def _shown(tally: Tally) -> list[str]:
    return [f"lines without a number look like: {' | '.join(tally.shapes)}"] if tally.shapes else []


def _keep(row: Snapshot, state: Snapshot.State, before: Snapshot | None, watches: Watches) -> Snapshot:
    """The snapshot with its entries in the log; where it is current, in the place of the one before."""
    with transaction.atomic():
        lock()
        if current(row.name) != before:
            raise ListError("another snapshot of this list became current meanwhile: load this one again")
        if row.entry is None:
            row.entry = done("list.loaded", row.by, _told(row), row.loaded, row.uid)
        if state == Snapshot.State.CURRENT:
            Snapshot.objects.filter(name=row.name, state=state).update(state=Snapshot.State.PAST)
        row.state = state
        row.save()
        if state == Snapshot.State.CURRENT:
            _tell(row, watches)
    forget()
    past = Snapshot.objects.filter(name=row.name, state=Snapshot.State.PAST).order_by("-loaded", "-pk")
    for one in past[1:6]:  # the last one may still be opened by somebody who has just asked for it
        place(one.uid, one.name).unlink(missing_ok=True)
    return row


def _tell(row: Snapshot, watches: Watches) -> None:
    """The organisation's timeline hears of it, as of when the list was fetched: rules count a list's age from there."""
    data = {
        "list": row.name,
        "made": moment_of(row.made).isoformat(),
        "snapshot": row.uid,
        "entries": row.numbers,
        "sha256": row.sha256,
        "subscription": row.subscription,
    }
    event = Event(f"list.{row.uid}", "list.loaded", row.made, data, {"organisation": organisation()})
    (answer,) = append([Received(SOURCE, event, row.by)], max(row.loaded, row.made), watches)
    if answer.outcome is not Outcome.STORED:
        raise ListError(f"the record did not take it: {answer.reason}")


def _told(row: Snapshot) -> dict[str, object]:
    """What the log commits to."""
    return {
        "snapshot": row.uid,
        "list": row.name,
        "made": row.made,
        "sha256": row.sha256,
        "numbers": row.numbers,
        "bad": row.bad,
        "subscription": row.subscription,
        "areas": row.areas,
        "by": row.by,
    }


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
