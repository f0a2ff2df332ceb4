"""What became of a reserved attempt: the dialer placed the call, or did not dial."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import transaction
from msgspec.structs import replace

from clearline.engine.events import SECOND, Event, Instant
from clearline.evidence.actions import lock
from clearline.gate.actions.deciding import SKEW, SOURCE
from clearline.gate.asked import PLACED
from clearline.gate.models import Decision
from clearline.people.models import Token
from clearline.record import models
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RecordError
from clearline.record.watching import Watches, read

RELEASED: Final = "call.released"
TOKEN: Final = "token-"  # noqa: S105 # and its key: who asks over HTTP
HOLDS: Final = 3_600 * SECOND
"""How long it may still be said what became of an attempt. After that it counts as it was reserved."""


class Placing(NamedTuple):
    """What a dialer says of an attempt that was allowed: when it was placed, and as which call; or that it was not."""

    decision: str
    actor: str
    placed: bool = True
    at: Instant | None = None
    call: str = ""


class Told(NamedTuple):
    """What stands now, or why nothing was changed."""

    state: str = ""
    entry: int | None = None
    refused: str = ""
    lapsed: bool = False  # the call was placed so late that the decision no longer held


def tell(placings: Sequence[Placing], at: Instant, watches: Watches) -> list[Told]:
    """Confirms and releases attempts, in order; doing the same twice changes nothing. `at` is now."""
    with watches.undone_together(), transaction.atomic():
        lock()
        rows = {row.uid: row for row in Decision.objects.filter(uid__in={one.decision for one in placings})}
        return [_tell(one, rows.get(one.decision), at, watches) for one in placings]


def _tell(one: Placing, row: Decision | None, at: Instant, watches: Watches) -> Told:
    if row is None or not _own(row, one.actor):
        return Told(refused="there is no such decision of yours")
    wanted = Decision.State.PLACED if one.placed else Decision.State.RELEASED
    if row.state == wanted:
        return Told(row.state)
    if row.state != Decision.State.RESERVED:
        return Told(
            row.state, refused=f"the attempt is {row.state}: only one that is reserved can be {wanted}"
        )
    if at - row.asked > HOLDS:
        return Told(
            row.state,
            refused=f"it was reserved more than an hour ago: it counts, and can't be {wanted} any more",
        )
    placed = min(max(one.at or at, row.at), max(at, row.at))
    lapsed = one.placed and placed - row.at > SKEW
    events = [_event(event, one, row, placed, lapsed=lapsed) for event in _reserved(row)]
    stored = append([Received(SOURCE, event, one.actor) for event in events], at, watches)
    refusal = next((told for told in stored if told.outcome is not Outcome.STORED), None)
    if refusal is not None:
        raise RecordError(f"what became of an attempt can't be stored: {refusal.reason}")
    row.state, row.call = wanted, one.call or row.call
    row.save(update_fields=["state", "call"])
    return Told(row.state, stored[0].entry if stored else None, lapsed=lapsed)


def _own(row: Decision, actor: str) -> bool:
    """Whether somebody reserved the attempt, by this token or by another one of theirs."""
    if row.actor == actor:
        return True
    tokens = [one.removeprefix(TOKEN) for one in (row.actor, actor)]
    if not all(one.isdecimal() for one in tokens):
        return False
    owners = Token.objects.filter(pk__in=tokens).values_list("owner", flat=True)
    return len(owners) == len(tokens) and len(set(owners)) == 1


def _reserved(row: Decision) -> list[Event]:
    """The events by which an attempt counts, one for each contact, the first first."""
    named = {"name__gte": row.uid, "name__lt": f"{row.uid}~"}
    rows = models.Event.objects.filter(source=SOURCE, **named, body__isnull=False).order_by("pk")
    return [replace(read(bytes(one.body or b"")), id=one.name) for one in rows]


def _event(reserved: Event, one: Placing, row: Decision, placed: Instant, *, lapsed: bool) -> Event:
    """The event that takes the place of a reservation."""
    if not one.placed:
        name = f"{reserved.id}.released"
        return Event(name, RELEASED, reserved.at, {}, reserved.subjects, reserved.seq, voids=reserved.id)
    call = {"call": one.call} if one.call and reserved.id == row.uid else {}
    data = {**reserved.data, "placed": placed}
    at = reserved.at
    if lapsed:  # an attempt all the same, which counts as one; but its facts are of another time
        at, data = placed, {**data, "lapsed": row.uid}
    return Event(
        f"{reserved.id}.placed",
        PLACED,
        at,
        data,
        {**reserved.subjects, **call},
        reserved.seq,
        replaces=reserved.id,
    )
