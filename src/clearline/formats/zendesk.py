"""Webhooks of Zendesk as events: tickets, inquiries, and wishes not to be called.

Two shapes are read: the JSON of a trigger, as docs/connecting-your-shop.md gives it, which knows the requester's number;
and Zendesk's own ticket events. Whether a ticket is an inquiry about what is sold, or a wish not to be called, is said
by its tags: nobody's words are guessed at here.
"""

from datetime import datetime
from typing import Any

import msgspec

from clearline.formats.deliveries import (
    Delivery,
    Id,
    Text,
    details,
    event,
    nameless,
    seen,
    subject,
    told_ignored,
)
from clearline.formats.errors import BadShape
from clearline.formats.text import parsed, shaped

INQUIRY = frozenset({"inquiry", "sales_inquiry", "product_question"})
"""Tags of tickets that ask about what is sold (16 CFR 310.2(q)(2): a complaint begins no relationship)."""
OPT_OUT = frozenset({"do_not_call", "dnc", "do_not_contact", "stop_calling", "opt_out"})
"""Tags of tickets in which somebody asks not to be called."""

_EVENT = "zen:event-type:ticket."
_READ = frozenset({"created", "tags_changed", "status_changed"})


class _Ticket(msgspec.Struct):
    """A trigger's JSON: placeholders are filled with text, an unknown one with none."""

    ticket: Id
    created: datetime
    updated: datetime
    tags: str = ""
    via: Text = None
    requester: Id = ""
    contact: Text = None
    name: Text = None
    email: Text = None
    phone: Text = None


class _Via(msgspec.Struct):
    channel: Text = None


class _Detail(msgspec.Struct):
    id: Id
    requester_id: Id
    created_at: datetime
    updated_at: datetime
    tags: list[str] | None = None
    via: _Via | None = None


class _Event(msgspec.Struct):
    type: str
    detail: dict[str, Any]


def read(body: bytes, prefix: str = "") -> Delivery:
    """The events of a delivery; NotRead where it can't be read. `prefix` leads the ids that are Zendesk's own."""
    told = parsed(body, dict[str, Any])
    if "ticket" in told:
        return _ticket(shaped(told, _Ticket), prefix)
    if not str(told.get("type", "")).startswith(_EVENT):
        return told_ignored("something else than a ticket")
    if str(told["type"]).removeprefix(_EVENT) not in _READ:
        return told_ignored(f"a change of a ticket that says nothing here ({told['type'][:60]})")
    one = shaped(shaped(told, _Event).detail, _Detail)
    tags, via = " ".join(one.tags or ()), one.via.channel if one.via else None
    return _ticket(_Ticket(one.id, one.created_at, one.updated_at, tags, via, one.requester_id), prefix)


def _ticket(told: _Ticket, prefix: str) -> Delivery:
    known = details((told.name,), (told.email,), (told.phone,), ())
    contact = (told.contact or "").strip() or (subject(prefix, told.requester) if told.requester else "")
    contact = subject("", contact) if contact else nameless(known)
    if not contact:
        raise BadShape(
            "the ticket does not say whose it is", "requester", "Send the requester's id, as the docs show."
        )
    name, about, tags = (
        f"ticket-{told.ticket}",
        {"ticket": str(told.ticket), "via": told.via},
        {*told.tags.lower().split()},
    )
    events = [event(name, "ticket.opened", told.created, about, contact=contact)]
    if any(known.values()):
        events.append(seen(name, told.updated, known, contact))
    if tags & INQUIRY:
        events.append(event(f"{name}-inquiry", "contact.inquired", told.created, about, contact=contact))
    if tags & OPT_OUT:
        wish = about | {"by": "ticket"}  # all numbers of theirs
        events.append(event(f"{name}-opt-out", "dnc.requested", told.updated, wish, contact=contact))
    return Delivery(tuple(events))
