"""Webhooks of WooCommerce as events: orders with their refunds, and customers.

What a delivery is about is read from its body, which is signed; its topic stands in a header, which is not.
"""

import re
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
from clearline.formats.text import parsed, shaped
from clearline.formats.turns import instant

_UNPAID = frozenset({"pending", "failed", "checkout-draft", "auto-draft", "draft", "trash"})
_CHANNELS = {"checkout": "web", "store-api": "web"}
_ORDER = re.compile(r"/orders/(\d{1,20})/?$")


class _Address(msgspec.Struct):
    first_name: Text = None
    last_name: Text = None
    address_1: Text = None
    address_2: Text = None
    city: Text = None
    postcode: Text = None
    state: Text = None
    country: Text = None
    email: Text = None
    phone: Text = None

    def plain(self) -> Address:
        lines = (self.address_1, self.address_2)
        return Address(lines, self.city, self.postcode, self.state, self.country, self.phone)


class _Customer(msgspec.Struct):
    id: Id
    date_created_gmt: datetime
    date_modified_gmt: When = None
    email: Text = None
    first_name: Text = None
    last_name: Text = None
    billing: _Address | None = None
    shipping: _Address | None = None


class _Part(msgspec.Struct):
    """A refund as the order lists it; its total is negative."""

    id: Id
    total: Text = None


class _Order(msgspec.Struct):
    id: Id
    status: str
    date_created_gmt: datetime
    date_modified_gmt: When = None
    date_paid_gmt: When = None
    date_completed_gmt: When = None
    number: Text = None
    created_via: Text = None
    currency: Text = None
    total: Text = None
    customer_id: Id = 0
    billing: _Address | None = None
    shipping: _Address | None = None
    refunds: list[_Part] | None = None


class _Link(msgspec.Struct):
    href: str = ""


class _Links(msgspec.Struct):
    up: list[_Link] = []


class _Refund(msgspec.Struct):
    id: Id
    date_created_gmt: datetime
    amount: Text = None
    parent_id: Id = 0
    links: _Links = msgspec.field(default_factory=_Links, name="_links")


def read(body: bytes, prefix: str = "") -> Delivery:
    """The events of a delivery; NotRead where it is of a known kind and can't be read. `prefix` leads every id."""
    told = parsed(body, dict[str, Any])
    if "order_key" in told and "created_via" in told:
        return _order(shaped(told, _Order), prefix)
    if "is_paying_customer" in told:
        return _customer(shaped(told, _Customer), prefix)
    if "refunded_by" in told:
        return _refund(shaped(told, _Refund), prefix)
    return told_ignored("something else than an order, a refund or a customer")


def _order(told: _Order, prefix: str) -> Delivery:
    """All that the order is by now; what an earlier delivery said has the same id, and is known."""
    billing = told.billing or _Address()
    addresses = [one.plain() for one in (told.shipping, told.billing) if one]
    known = details((billing.first_name, billing.last_name), (billing.email,), (), addresses)
    contact = subject(prefix, told.customer_id) if told.customer_id not in {0, "0", ""} else nameless(known)
    order, name = subject(prefix, told.id), f"order-{told.id}"
    changed = told.date_modified_gmt or told.date_created_gmt
    events = [seen(name, changed, known, contact)] if contact else []
    if told.date_paid_gmt or told.status not in _UNPAID | {"cancelled"}:
        placed = {
            "order_id": order,
            "name": told.number,
            "contact": contact,
            "channel": _CHANNELS.get(told.created_via or ""),
            "amount": amount(told.total),
            "total": told.total,
            "currency": told.currency,
            "places": known["places"],
            "postcode": known["postcode"],
        }
        at = told.date_created_gmt
        events.append(event(f"{name}-placed", "order.placed", at, placed, order=order, contact=contact))
    events += _afterwards(told, order, contact, changed)
    return Delivery(tuple(events), () if events else ("an order that is not complete yet",))


def _afterwards(told: _Order, order: str, contact: str, changed: datetime) -> Iterator[Event]:
    """What became of the order since it was placed."""
    name, about = f"order-{told.id}", {"order_id": order}
    money: dict[str, Any] = {"currency": told.currency}
    if told.date_paid_gmt:
        paid = about | money | {"amount": amount(told.total)}
        yield event(f"{name}-paid", "payment.captured", told.date_paid_gmt, paid, order=order)
    if told.status == "completed":
        at = told.date_completed_gmt or changed
        yield event(f"{name}-shipped", "order.shipped", at, about, order=order)
    for one in told.refunds or ():
        back = about | money | {"amount": abs(amount(one.total) or 0)}
        yield event(f"refund-{one.id}", "refund.issued", changed, back, order=order)
    if told.status == "cancelled":
        yield event(f"{name}-cancelled", "order.cancelled", changed, about, order=order, contact=contact)
    if told.status == "refunded":
        yield event(f"{name}-refunded", "order.refunded", changed, about, order=order)


def _refund(told: _Refund, prefix: str) -> Delivery:
    above = _ORDER.search(told.links.up[0].href) if told.links.up else None
    order = told.parent_id or (above[1] if above else 0)
    if not order:
        return told_ignored("a refund that does not say of which order")
    name = subject(prefix, order)
    about = {"order_id": name, "amount": amount(told.amount)}
    return Delivery((event(f"refund-{told.id}", "refund.issued", told.date_created_gmt, about, order=name),))


def _customer(told: _Customer, prefix: str) -> Delivery:
    at = told.date_modified_gmt or told.date_created_gmt
    addresses = [one.plain() for one in (told.billing, told.shipping) if one]
    emails = (told.email, told.billing.email if told.billing else None)
    known = details((told.first_name, told.last_name), emails, (), addresses)
    what = "contact.created" if at == told.date_created_gmt else "contact.updated"
    name = f"customer-{told.id}-{instant(at)}"
    return Delivery((event(name, what, at, known, contact=subject(prefix, told.id)),))
