"""Evidence that people enter: each piece is an event, and one that comes twice is one."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from clearline.audits.actions.entering import HOUSE, SOURCE, let, said
from clearline.audits.programme.controls import Control
from clearline.audits.programme.evidence import PASSED, lasting
from clearline.engine.durations import instant_of, moment_of
from clearline.engine.events import Event, Instant
from clearline.gate.organisation import organisation
from clearline.people.models import Person
from clearline.record.actions.append import Answer, Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.identities import canonical
from clearline.record.watching import Watches

GIVEN: Final = {"document": ("document.adopted", "document"), "person": ("person.appointed", "task")}
TAKEN: Final = {"document": ("document.withdrawn", "document"), "person": ("person.released", "task")}


class Piece(NamedTuple):
    """A piece of evidence for a control, as somebody says it."""

    control: Control
    on: date
    who: str = ""  # of a training the telephony's id of an agent, of a task the uid of a person
    until: date | None = None  # earlier than the control's own measure
    title: str = ""
    version: str = ""
    link: str = ""


def added(by: Person | None, pieces: Sequence[Piece], at: Instant, watches: Watches) -> list[Answer]:
    """Enters pieces of evidence, all or none; by nobody who is logged in: from the command line."""
    if by:
        let(by, "keep programme")
    actor = str(by.uid) if by else HOUSE
    events = [_event(piece, at) for piece in pieces]
    answers = append([Received(SOURCE, one, actor) for one in events], at, watches)
    if refused := [one for one in answers if one.outcome in {Outcome.REFUSED, Outcome.CONFLICT}]:
        raise RefusedError(f"it can't be entered: {refused[0].reason}")
    return answers


def withdrawn(by: Person, control: Control, reason: str, at: Instant, watches: Watches) -> None:
    """A document stands no more, or nobody answers for a task any more."""
    let(by, "keep programme")
    if control.kind not in TAKEN:
        raise RefusedError("what somebody has learned is not withdrawn; it grows too old")
    kind, field = TAKEN[control.kind]
    data = {field: control.id, "reason": said(reason, "why")}
    event = Event(f"programme.{control.id}.withdrawn.{at}", kind, at, data, {"organisation": organisation()})
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")


def _event(piece: Piece, at: Instant) -> Event:
    """A day counts from its beginning, so that the same piece is the same event whenever it comes."""
    begun = instant_of(datetime(piece.on.year, piece.on.month, piece.on.day, tzinfo=UTC))
    if begun > at:
        raise RefusedError(f"{piece.control.title}: {piece.on} has not come yet")
    told: dict[str, Any] = {"title": piece.title, "version": piece.version, "link": piece.link}
    told = {name: value for name, value in told.items() if value}
    if piece.control.kind == "training":
        data = {"course": piece.control.course, **told}
        return Event(_name(piece, data), PASSED, begun, data, {"agent": piece.who})
    until = moment_of(lasting(begun, piece.control.lasts)).date()
    kind, field = GIVEN[piece.control.kind]
    data = {field: piece.control.id, "until": min(until, piece.until or until).isoformat(), **told}
    if piece.control.kind == "person":
        data["person"] = piece.who
    return Event(_name(piece, data), kind, begun, data, {"organisation": organisation()})


def _name(piece: Piece, data: dict[str, Any]) -> str:
    """From all that it says."""
    told = canonical([piece.on.isoformat(), piece.who, data])
    return f"programme.{piece.control.id[:60]}.{hashlib.sha256(told).hexdigest()[:24]}"
