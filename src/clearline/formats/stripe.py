"""Webhooks of Stripe as events: payments, refunds, disputes, subscriptions and customers; nothing of any card.

A charge, a payment intent or a subscription stands on the order and the contact that its metadata name (`order` or
`order_id`, `contact`); without them the contact is Stripe's own customer.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.deliveries import (
    Address,
    Delivery,
    Text,
    details,
    event,
    seen,
    subject,
    told_ignored,
)
from clearline.formats.text import parsed, shaped

_NO_CENTS = re.compile("BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF")
_MILLS = re.compile("BHD|JOD|KWD|OMR|TND")

_Seconds = int


class _Object(msgspec.Struct):
    object: dict[str, Any]
    previous_attributes: dict[str, Any] | None = None


class _Event(msgspec.Struct):
    id: str
    type: str
    created: _Seconds
    data: _Object


class _Address(msgspec.Struct):
    line1: Text = None
    line2: Text = None
    city: Text = None
    postal_code: Text = None
    state: Text = None
    country: Text = None


class _Person(msgspec.Struct):
    """Whose card or account it is, as the charge or the customer says it."""

    name: Text = None
    email: Text = None
    phone: Text = None
    address: _Address | None = None

    def known(self) -> dict[str, Any]:
        where = self.address or _Address()
        lines = (where.line1, where.line2)
        address = Address(lines, where.city, where.postal_code, where.state, where.country)
        return details((self.name,), (self.email,), (self.phone,), (address,))


class _Money(msgspec.Struct):
    """A charge, a payment intent, a refund, a dispute or an invoice: what of them is read."""

    id: str
    currency: str
    created: _Seconds
    amount: int = 0
    amount_captured: int = 0
    amount_received: int = 0
    amount_capturable: int = 0
    amount_paid: int = 0
    captured: bool = True
    status: Text = None
    reason: Text = None
    failure_code: Text = None
    customer: Text = None
    charge: Text = None
    payment_intent: Text = None
    latest_charge: Text = None
    subscription: Text = None
    parent: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    billing_details: _Person | None = None


class _Subscription(msgspec.Struct):
    id: str
    created: _Seconds
    status: str
    customer: Text = None
    start_date: _Seconds | None = None
    canceled_at: _Seconds | None = None
    ended_at: _Seconds | None = None
    metadata: dict[str, Any] | None = None


class _Customer(_Person):
    id: str = ""
    created: _Seconds = 0
    metadata: dict[str, Any] | None = None


_Told = Iterator[Event]


def read(body: bytes, prefix: str = "") -> Delivery:
    """The events of a delivery; NotRead where it is of a known type and can't be read. `prefix` leads every id."""
    told = parsed(body, _Event)
    reader = _READERS.get(told.type)
    if reader is None:
        return told_ignored(f"an event of the type {told.type[:60]}")
    events = tuple(reader(told, prefix))
    return Delivery(events) if events else told_ignored(f"a {told.type[:60]} that changes nothing here")


def _captured(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    if not one.captured:
        yield from _authorised(told, prefix)
        return
    amount = one.amount_captured or one.amount_received or one.amount
    yield _payment("payment.captured", "captured", told, one, prefix, amount)
    yield from _payer(one, told, prefix)


def _authorised(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    yield _payment("payment.authorised", "authorised", told, one, prefix, one.amount_capturable or one.amount)


def _declined(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    told_why = _payment("payment.declined", f"declined-{told.created}", told, one, prefix, one.amount)
    yield msgspec.structs.replace(told_why, data={**told_why.data, "reason": one.failure_code or "declined"})


def _refunded(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    if one.status == "succeeded":
        yield event(
            f"refund-{one.id}", "refund.issued", _at(one.created), _sum(one, one.amount), **_on(one, prefix)
        )


def _disputed(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    data = _sum(one, one.amount) | {"reason": one.reason, "status": one.status}
    if told.type.endswith("created"):
        yield event(f"dispute-{one.id}", "payment.disputed", _at(one.created), data, **_on(one, prefix))
    else:
        yield event(f"dispute-{one.id}-closed", "dispute.closed", _at(told.created), data, **_on(one, prefix))


def _subscribed(told: _Event, prefix: str) -> _Told:
    """Begun once it is paid or on trial; cancelled when the customer said so; closed when it ended."""
    one = shaped(told.data.object, _Subscription)
    on = {"subscription": subject(prefix, one.id), "contact": _contact(one.customer, one.metadata, prefix)}
    if one.status in {"active", "trialing"}:
        yield event(f"{one.id}-started", "subscription.started", _at(one.start_date or one.created), {}, **on)
    if one.canceled_at:
        at = _at(one.canceled_at)
        yield event(f"{one.id}-cancelled-{one.canceled_at}", "subscription.cancelled", at, {}, **on)
    elif (told.data.previous_attributes or {}).get("canceled_at"):
        again = {"resumed": True}
        yield event(f"{one.id}-resumed-{told.id}", "subscription.started", _at(told.created), again, **on)
    if one.ended_at:
        yield event(f"{one.id}-closed", "subscription.closed", _at(one.ended_at), {}, **on)


def _charged(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Money)
    inner = (one.parent or {}).get("subscription_details") or {}
    of = one.subscription or inner.get("subscription")
    if of and one.amount_paid:
        on = {"subscription": subject(prefix, of), "contact": _contact(one.customer, one.metadata, prefix)}
        data = _sum(one, one.amount_paid)
        yield event(f"invoice-{one.id}", "subscription.charged", _at(told.created), data, **on)


def _customer(told: _Event, prefix: str) -> _Told:
    one = shaped(told.data.object, _Customer)
    what = "contact.created" if told.type.endswith("created") else "contact.updated"
    contact = _contact(one.id, one.metadata, prefix)
    yield event(f"customer-{one.id}-{told.id}", what, _at(told.created), one.known(), contact=contact)


_READERS: Mapping[str, Callable[[_Event, str], _Told]] = {
    "charge.succeeded": _captured,
    "charge.captured": _captured,
    "charge.failed": _declined,
    "payment_intent.succeeded": _captured,
    "payment_intent.amount_capturable_updated": _authorised,
    "refund.created": _refunded,
    "refund.updated": _refunded,
    "charge.refund.updated": _refunded,
    "charge.dispute.created": _disputed,
    "charge.dispute.closed": _disputed,
    "customer.subscription.created": _subscribed,
    "customer.subscription.updated": _subscribed,
    "customer.subscription.deleted": _subscribed,
    "invoice.paid": _charged,
    "invoice.payment_succeeded": _charged,
    "customer.created": _customer,
    "customer.updated": _customer,
}


def _payment(what: str, state: str, told: _Event, one: _Money, prefix: str, amount: int) -> Event:
    """A payment and its intent are one: both go by the id of the charge."""
    name = one.latest_charge or one.id
    return event(f"payment-{name}-{state}", what, _at(told.created), _sum(one, amount), **_on(one, prefix))


def _payer(one: _Money, told: _Event, prefix: str) -> _Told:
    contact = _contact(one.customer, one.metadata, prefix)
    known = (one.billing_details or _Person()).known()
    if contact and any(known.values()):
        yield seen(f"payment-{one.id}", _at(told.created), known, contact)


def _sum(one: _Money, amount: int) -> dict[str, Any]:
    currency = one.currency.upper()
    parts = 1 if _NO_CENTS.fullmatch(currency) else 1000 if _MILLS.fullmatch(currency) else 100
    payment = one.payment_intent or one.charge or one.latest_charge or one.id
    return {"amount": amount / parts, "currency": currency, "payment": payment}


def _on(one: _Money, prefix: str) -> dict[str, str | None]:
    """The timelines of money: of the order and the contact, where they are known, else of the payment itself."""
    named = one.metadata or {}
    order = _word(named.get("order")) or _word(named.get("order_id"))
    contact = _contact(one.customer, named, prefix)
    payment = one.payment_intent or one.charge or one.latest_charge or one.id
    return {"order": order, "contact": contact, "payment": None if order or contact else subject("", payment)}


def _contact(customer: str | None, metadata: Mapping[str, Any] | None, prefix: str) -> str | None:
    named = _word((metadata or {}).get("contact"))
    return named or (subject(prefix, customer) if customer else None)


def _word(value: Any) -> str | None:
    return subject("", value) if isinstance(value, str) and value.strip() else None


def _at(seconds: _Seconds) -> Instant:
    return seconds * SECOND
