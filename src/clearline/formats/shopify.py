"""Webhooks of Shopify as events: orders, fulfilments, refunds, customers and their consent.

What a delivery is about is read from its body, which is signed; its topic stands in a header, which is not.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from clearline.engine.events import Event
from clearline.formats.deliveries import (
    Address,
    Delivery,
    Id,
    Text,
    When,
    amount,
    details,
    event,
    nameless,
    seen,
    subject,
    told_ignored,
)
from clearline.formats.errors import BadShape
from clearline.formats.phones import number_in_full
from clearline.formats.text import parsed, shaped
from clearline.formats.turns import instant

_PAID = frozenset({"paid", "partially_refunded", "refunded"})
_WENT = frozenset({"success", "complete"})
_CHANNELS = {"web": "web", "pos": "shop", "iphone": "shop", "android": "shop"}
_CONSENT = {"subscribed": "consent.given", "unsubscribed": "consent.revoked"}


class _Address(msgspec.Struct):
    address1: Text = None
    address2: Text = None
    city: Text = None
    zip: Text = None
    province_code: Text = None
    country_code: Text = None
    phone: Text = None

    def plain(self) -> Address:
        lines = (self.address1, self.address2)
        return Address(lines, self.city, self.zip, self.province_code, self.country_code, self.phone)


class _Consent(msgspec.Struct):
    state: Text = None
    opt_in_level: Text = None
    consent_updated_at: When = None
    consent_collected_from: Text = None


class _Customer(msgspec.Struct):
    id: Id | None = None
    customer_id: Id | None = None  # what changes of consent call it
    created_at: When = None
    updated_at: When = None
    first_name: Text = None
    last_name: Text = None
    email: Text = None
    phone: Text = None
    addresses: list[_Address] | None = None
    default_address: _Address | None = None
    email_marketing_consent: _Consent | None = None
    sms_marketing_consent: _Consent | None = None


class _Fulfilment(msgspec.Struct):
    id: Id
    order_id: Id
    created_at: datetime
    status: Text = None
    tracking_company: Text = None


class _Order(msgspec.Struct):
    id: Id
    created_at: datetime
    updated_at: When = None
    cancelled_at: When = None
    cancel_reason: Text = None
    test: bool | None = None
    name: Text = None
    source_name: Text = None
    financial_status: Text = None
    fulfillment_status: Text = None
    currency: Text = None
    total_price: Text = None
    email: Text = None
    phone: Text = None
    customer_locale: Text = None
    customer: _Customer | None = None
    billing_address: _Address | None = None
    shipping_address: _Address | None = None
    fulfillments: list[_Fulfilment] | None = None


class _Transaction(msgspec.Struct):
    amount: Text = None
    currency: Text = None
    kind: Text = None
    status: Text = None


class _Refund(msgspec.Struct):
    id: Id
    order_id: Id
    created_at: datetime
    processed_at: When = None
    transactions: list[_Transaction] | None = None


def read(body: bytes, prefix: str = "") -> Delivery:
    """The events of a delivery; NotRead where it is of a known kind and can't be read. `prefix` leads every id."""
    told = parsed(body, dict[str, Any])
    if "financial_status" in told:
        return _order(shaped(told, _Order), prefix)
    if "refund_line_items" in told and "order_id" in told:
        return _refund(shaped(told, _Refund), prefix)
    if "tracking_numbers" in told and "order_id" in told:
        return _fulfilment(shaped(told, _Fulfilment), prefix)
    if not told.keys().isdisjoint({"verified_email", "email_marketing_consent", "sms_marketing_consent"}):
        return _customer(shaped(told, _Customer), prefix)
    if not told.keys().isdisjoint({"orders_to_redact", "data_request"}):
        return told_ignored(
            "a customer's request for their data or its erasure: open a rights request for it"
        )
    return told_ignored("something else than an order, a fulfilment, a refund or a customer")


def _order(told: _Order, prefix: str) -> Delivery:
    """All that the order is by now; what an earlier delivery said has the same id, and is known."""
    if told.test:
        return told_ignored("an order that was placed to test the shop")
    addresses = [one.plain() for one in (told.shipping_address, told.billing_address) if one]
    customer = told.customer or _Customer()
    known = details(
        (customer.first_name, customer.last_name),
        (customer.email, told.email),
        (customer.phone, told.phone),
        addresses,
        language=told.customer_locale,
    )
    contact = subject(prefix, customer.id) if customer.id else nameless(known)
    order = subject(prefix, told.id)
    placed = {
        "order_id": order,
        "name": told.name,
        "contact": contact,
        "channel": _CHANNELS.get(told.source_name or ""),
        "amount": amount(told.total_price),
        "total": told.total_price,
        "currency": told.currency,
        "places": known["places"],
        "postcode": known["postcode"],
    }
    name = f"order-{told.id}"
    events = [event(f"{name}-placed", "order.placed", told.created_at, placed, order=order, contact=contact)]
    if contact:
        events.append(seen(name, told.updated_at or told.created_at, known, contact))
    return Delivery((*events, *_afterwards(told, order, contact)))


def _afterwards(told: _Order, order: str, contact: str) -> Iterator[Event]:
    """What became of the order since it was placed."""
    name, changed, about = f"order-{told.id}", told.updated_at or told.created_at, {"order_id": order}
    if told.financial_status in _PAID:
        money = {"amount": amount(told.total_price), "currency": told.currency}
        yield event(f"{name}-paid", "payment.captured", changed, about | money, order=order)
    if told.fulfillment_status == "fulfilled":  # all of it; a part is a parcel
        left = [one.created_at for one in told.fulfillments or () if one.status in _WENT]
        at = max(filter(None, left), default=changed)
        yield event(f"{name}-shipped", "order.shipped", at, about, order=order)
    if told.cancelled_at:
        why = about | {"reason": told.cancel_reason}
        yield event(
            f"{name}-cancelled", "order.cancelled", told.cancelled_at, why, order=order, contact=contact
        )


def _fulfilment(told: _Fulfilment, prefix: str) -> Delivery:
    if told.status not in _WENT:
        return told_ignored("a fulfilment that has not left")
    order = subject(prefix, told.order_id)
    about = {"order_id": order, "carrier": told.tracking_company}
    return Delivery((event(f"fulfilment-{told.id}", "parcel.shipped", told.created_at, about, order=order),))


def _refund(told: _Refund, prefix: str) -> Delivery:
    """Money that went back; a refund whose transactions are still under way is none yet."""
    done = [one for one in told.transactions or () if one.kind == "refund" and one.status == "success"]
    if told.transactions and not done:
        return told_ignored("a refund of which no money has gone back yet")
    order = subject(prefix, told.order_id)
    about = {
        "order_id": order,
        "amount": round(sum(amount(one.amount) or 0 for one in done), 3),
        "currency": done[0].currency if done else None,
    }
    at = told.processed_at or told.created_at
    return Delivery((event(f"refund-{told.id}", "refund.issued", at, about, order=order),))


def _customer(told: _Customer, prefix: str) -> Delivery:
    name = told.id if told.id is not None else told.customer_id
    if name is None:
        raise BadShape("the customer has no id", "at the top", "Send `id`, or `customer_id`.")
    contact, events, left = subject(prefix, name), [], []
    at = told.updated_at or told.created_at
    if at is not None:
        addresses = [one.plain() for one in (told.default_address, *(told.addresses or ())) if one]
        known = details((told.first_name, told.last_name), (told.email,), (told.phone,), addresses)
        what = "contact.created" if told.created_at == at else "contact.updated"
        events.append(event(f"customer-{name}-{instant(at)}", what, at, known, contact=contact))
    for channel, consent in (("email", told.email_marketing_consent), ("text", told.sms_marketing_consent)):
        if consent is None or consent.state not in _CONSENT:
            continue
        if consent.consent_updated_at is None:
            left.append("a consent without a date")
            continue
        events.append(_consent(told, consent, channel, contact))
    return Delivery(tuple(events), tuple(left) or (() if events else ("a customer of whom nothing is told",)))


def _consent(told: _Customer, consent: _Consent, channel: str, contact: str) -> Event:
    """What somebody chose in the shop: for messages on this channel, never for calls."""
    assert consent.consent_updated_at is not None
    what = _CONSENT[consent.state or ""]
    data: dict[str, Any] = {"purpose": "marketing", "channel": channel}
    if what == "consent.given":
        number = number_in_full(told.phone) if channel == "text" and told.phone else None
        evidence = " ".join(filter(None, ["Shopify", consent.consent_collected_from, consent.opt_in_level]))
        data |= {"kind": "opt_in", "number": number, "evidence": evidence}
    name = f"{what}-{contact}-{channel}-{instant(consent.consent_updated_at)}"
    return event(name, what, consent.consent_updated_at, data, contact=contact)
