"""Webhooks of HubSpot as events: changes of contacts, and records of consent in the shape of its communication preferences.

A record of consent may say more than HubSpot does: `purpose`, `technology`, `number`, `seller`, `wording`, `kind`.
"""

from datetime import datetime
from typing import Any

import msgspec

from clearline.engine.events import Event, Instant
from clearline.formats.deliveries import Delivery, Id, Text, event, seen, subject
from clearline.formats.errors import BadShape
from clearline.formats.phones import number_in_full
from clearline.formats.text import parsed, shaped
from clearline.formats.turns import instant

_MILLISECOND: Instant = 1_000
_NUMBERS = frozenset({"phone", "mobilephone"})
_OPT_OUT = frozenset({"do_not_call", "donotcall", "do_not_contact"})
_YES = frozenset({"true", "yes", "1"})
_CHANNELS = {
    "email": "email",
    "sms": "text",
    "text": "text",
    "whatsapp": "text",
    "call": "call",
    "phone": "call",
}
_BASES = {"CONSENT_WITH_NOTICE": "express"}
_KINDS = frozenset({"express", "express_written", "opt_in"})


class _Change(msgspec.Struct):
    """One item of a webhook subscription."""

    eventId: Id  # noqa: N815 - HubSpot's names
    occurredAt: int  # noqa: N815 - milliseconds
    subscriptionType: str  # noqa: N815
    objectId: Id = ""  # noqa: N815
    propertyName: Text = None  # noqa: N815
    propertyValue: Text = None  # noqa: N815


class _Consent(msgspec.Struct):
    """A status of communication preferences."""

    status: str
    channel: str
    timestamp: datetime
    subscriptionId: Id = ""  # noqa: N815
    subscriptionName: Text = None  # noqa: N815
    objectId: Id = ""  # noqa: N815
    contact: Text = None
    source: Text = None
    legalBasis: Text = None  # noqa: N815
    legalBasisExplanation: Text = None  # noqa: N815
    purpose: str = "marketing"
    kind: Text = None
    technology: Text = None
    number: Text = None
    seller: Text = None
    wording: Text = None


def read(body: bytes, prefix: str = "") -> Delivery:
    """The events of a delivery, one item or several; NotRead where one can't be read. `prefix` leads every id."""
    told = parsed(body, object)
    items = shaped(told if isinstance(told, list) else [told], list[dict[str, Any]])
    events: list[Event] = []
    ignored: list[str] = []
    for one in items:
        found = _consent(shaped(one, _Consent), prefix) if "status" in one else _change(one, prefix)
        if isinstance(found, Event):
            events.append(found)
        else:
            ignored.append(found)
    return Delivery(tuple(events), tuple(ignored))


def _change(item: dict[str, Any], prefix: str) -> Event | str:
    """What a change of a contact says, or why nothing is taken of it."""
    told = shaped(item, _Change)
    if told.subscriptionType == "contact.privacyDeletion":
        return "a customer's request for erasure: open a rights request for it"
    if told.subscriptionType not in {"contact.propertyChange", "contact.creation"}:
        return f"a {told.subscriptionType[:60]}"
    contact, at = subject(prefix, told.objectId), told.occurredAt * _MILLISECOND
    name, value = f"change-{told.eventId}", (told.propertyValue or "").strip()
    if told.subscriptionType == "contact.creation":
        return event(name, "contact.created", at, {}, contact=contact)
    if told.propertyName in _OPT_OUT and value.lower() in _YES:
        return event(name, "dnc.requested", at, {"by": "HubSpot"}, contact=contact)
    if told.propertyName == "hs_email_optout" and value.lower() in _YES:
        data = {"purpose": "marketing", "channel": "email"}
        return event(name, "consent.revoked", at, data, contact=contact)
    if told.propertyName in _NUMBERS and value:
        number = number_in_full(value) or value
        return seen(f"contact-{told.objectId}", at, {"number": [number]}, contact)
    if told.propertyName == "email" and value:
        return seen(f"contact-{told.objectId}", at, {"email": [value]}, contact)
    return f"a change of the property {(told.propertyName or '')[:60]}"


def _consent(told: _Consent, prefix: str) -> Event | str:
    """What a contact agreed to or took back. A legitimate interest is no consent, and is not taken for one."""
    if not (told.contact or told.objectId):
        raise BadShape("a consent says of nobody whose it is", "objectId", "Send `objectId`, or `contact`.")
    contact = subject("", told.contact) if told.contact else subject(prefix, told.objectId)
    channel = _CHANNELS.get(told.channel.strip().lower())
    if channel is None:
        raise BadShape(
            "a consent is for a channel that is not known", "channel", f"Known: {', '.join(_CHANNELS)}."
        )
    name = f"consent-{contact}-{told.subscriptionId}-{channel}-{told.status.lower()[:20]}-{instant(told.timestamp)}"
    about: dict[str, Any] = {"purpose": told.purpose, "channel": channel}
    if told.status.upper() in {"UNSUBSCRIBED", "NOT_SUBSCRIBED"}:
        about["evidence"] = told.source
        return event(name, "consent.revoked", told.timestamp, about, contact=contact)
    kind = told.kind if told.kind in _KINDS else _BASES.get(told.legalBasis or "")
    wording = told.wording or told.legalBasisExplanation
    if told.status.upper() != "SUBSCRIBED" or kind is None:
        return "a status that is no consent: it rests on something else, or on nothing that is told"
    if kind == "express_written" and not wording:
        raise BadShape(
            "a written consent comes without its words", "wording", "Send what the contact agreed to."
        )
    about |= {
        "kind": kind,
        "technology": told.technology,
        "number": number_in_full(told.number or "") or told.number,
        "seller": told.seller,
        "wording": wording,
        "evidence": " ".join(filter(None, ["HubSpot", told.source, told.subscriptionName])),
    }
    return event(name, "consent.given", told.timestamp, about, contact=contact)
