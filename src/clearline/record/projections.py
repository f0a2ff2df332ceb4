"""Calls, orders and contacts as their events tell them; folded anew from all of them, so that order of arrival is nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from clearline.engine.events import UTTERANCE, Event
from clearline.record.models import Call, Contact, Order, Timeline


def call_of(timeline: Timeline, events: Iterable[Event], contacts: Mapping[str, Contact]) -> Call:
    """The row of a call."""
    row = Call(timeline=timeline, started=timeline.first or 0)
    legs: dict[str, dict[str, Any]] = {}
    for event in events:
        data = event.data
        if event.type == UTTERANCE:
            row.utterances += 1
            continue
        row.agent = event.subjects.get("agent", row.agent)
        row.campaign = event.subjects.get("campaign", row.campaign)
        if "contact" in event.subjects:
            row.contact = contacts.get(event.subjects["contact"])
        if not event.type.startswith("call."):
            _recording(row, event)
            continue
        row.direction = _text(data.get("direction"), 12) or row.direction
        row.purpose = _text(data.get("purpose"), 40) or row.purpose
        row.agent_kind = _text(data.get("agent_kind"), 12) or row.agent_kind
        row.places = data["places"] if isinstance(data.get("places"), list) else row.places
        row.recorded = data["recorded"] if isinstance(data.get("recorded"), bool) else row.recorded
        _leg(legs, event)
        if event.type == "call.answered" and row.answered is None:
            row.answered = event.at
        elif event.type == "call.ended":
            row.ended, row.state = event.at, Call.State.EVALUATED
        elif event.type == "call.excluded":
            row.state, row.reason = Call.State.EXCLUDED, _text(data.get("reason"), 200)
    row.legs = list(legs.values())
    return row


def _recording(row: Call, event: Event) -> None:
    if event.type == "recording.started":
        row.recorded = True


def _leg(legs: dict[str, dict[str, Any]], event: Event) -> None:
    """Who is in the call: those who start it, are joined to it, and leave it."""
    party = _text(event.data.get("party"), 64)
    if event.type in {"call.started", "call.answered"} and "agent" in event.subjects:
        party = event.subjects["agent"]
    if not party:
        return
    leg = legs.setdefault(party, {"party": party, "from": event.at, "to": None})
    if event.type in {"call.party_left", "call.transferred"}:
        leg["to"] = event.at


STATUS = {
    "order.placed": "placed",
    "order.shipped": "shipped",
    "order.delivered": "delivered",
    "order.cancelled": "cancelled",
    "order.returned": "returned",
    "order.refunded": "refunded",
    "order.closed": "closed",
}


def order_of(timeline: Timeline, events: Iterable[Event], contacts: Mapping[str, Contact]) -> Order:
    """The row of an order."""
    row = Order(timeline=timeline)
    for event in events:
        if "contact" in event.subjects:
            row.contact = contacts.get(event.subjects["contact"])
        row.total = _text(event.data.get("total"), 20) or row.total
        row.currency = _text(event.data.get("currency"), 3) or row.currency
        if event.type == "order.closed":
            row.closed = event.at
            continue
        row.status = STATUS.get(event.type, row.status)
        if event.type == "order.placed":
            row.placed = event.at
            row.total = row.total or _text(event.data.get("amount"), 20)
    return row


def _text(value: Any, longest: int) -> str:
    return str(value)[:longest] if isinstance(value, str | int | float) else ""
