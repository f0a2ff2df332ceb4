"""Deliveries of Shopify."""

import json
from pathlib import Path

import pytest
from tests.formats.deliveries import by_type, delivery

from clearline.formats.errors import BadJson, BadShape, BadTime, NotRead
from clearline.formats.shopify import read


def test_an_order_is_placed_by_somebody_who_is_seen_at_two_addresses() -> None:
    told = by_type(read(delivery("shopify-order")))
    placed, seen = told["order.placed"], told["contact.seen"]
    assert placed.subjects == {"order": "8801", "contact": "5501"}
    assert placed.data["places"] == ["US-FL", "US-NY"]
    assert (placed.data["amount"], placed.data["total"], placed.data["channel"]) == (64.5, "64.50", "web")
    assert seen.data["number"] == ["+12125550142", "+18135550177"]
    assert seen.data["address"][0] == "3 Pelican Court, Flat 2, 33602 Tampa, US-FL"


def test_nothing_of_a_card_is_copied() -> None:
    told = repr(read(delivery("shopify-order")))
    assert "4242" not in told
    assert "Visa" not in told


def test_an_order_tells_all_that_became_of_it_whatever_the_topic() -> None:
    body = delivery(
        "shopify-order",
        financial_status="paid",
        fulfillment_status="fulfilled",
        cancelled_at="2026-10-09T10:00:00-04:00",
        cancel_reason="customer",
        updated_at="2026-10-09T10:00:00-04:00",
        fulfillments=[
            {"id": 1, "order_id": 8801, "status": "success", "created_at": "2026-10-07T15:00:00-04:00"},
            {"id": 2, "order_id": 8801, "status": "cancelled", "created_at": "2026-10-08T15:00:00-04:00"},
        ],
    )
    told = by_type(read(body))
    assert told["payment.captured"].data == {"order_id": "8801", "amount": 64.5, "currency": "USD"}
    assert told["order.shipped"].at < told["order.cancelled"].at
    assert told["order.cancelled"].data["reason"] == "customer"
    first = by_type(read(delivery("shopify-order")))
    assert told["order.placed"] == first["order.placed"]
    assert told["contact.seen"].id == first["contact.seen"].id


def test_a_part_of_an_order_is_a_parcel_and_not_the_order() -> None:
    (parcel,) = read(delivery("shopify-fulfilment"), "north-").events
    assert (parcel.type, parcel.subjects) == ("parcel.shipped", {"order": "north-8801"})
    assert read(delivery("shopify-fulfilment", status="failure")).events == ()


def test_a_refund_is_what_its_transactions_gave_back() -> None:
    (refund,) = read(delivery("shopify-refund")).events
    assert (refund.type, refund.data["amount"], refund.data["currency"]) == ("refund.issued", 24.5, "USD")
    waiting = [{"kind": "refund", "status": "pending", "amount": "20.00"}]
    assert read(delivery("shopify-refund", transactions=waiting)).ignored


def test_a_customer_chooses_for_each_channel() -> None:
    told = by_type(read(delivery("shopify-customer")))
    assert told["contact.updated"].data["number"] == ["+12125550142", "+15185550163"]
    assert told["consent.given"].data["channel"] == "email"
    assert told["consent.revoked"].data == {"purpose": "marketing", "channel": "text"}
    (later,) = [one for one in read(delivery("shopify-consent")).events if one.type == "consent.given"]
    assert later.data["number"] == "+12125550142"


def test_an_order_of_nobody_stands_on_its_number() -> None:
    told = by_type(read(delivery("shopify-order", customer=None, phone="+12125550142")))
    assert told["order.placed"].subjects["contact"] == "tel:+12125550142"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"created_at": None}, BadShape),
        ({"created_at": "yesterday"}, BadShape),
        ({"created_at": "1917-11-07T10:00:00Z"}, BadTime),
        ({"total_price": "a lot"}, BadShape),
        ({"total_price": "inf"}, BadShape),
        ({"id": " "}, BadShape),
        ({"id": "9" * 101}, BadShape),
        ({"customer": [5501]}, BadShape),
    ],
)
def test_a_broken_order_is_refused(changed: dict[str, object], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        read(delivery("shopify-order", **changed))


def test_what_is_not_read_says_so() -> None:
    assert read(delivery("shopify-order", test=True)).ignored
    assert "rights request" in read(b'{"shop_id": 1, "orders_to_redact": []}').ignored[0]
    assert read(b'{"id": 1, "title": "Storm lantern"}').ignored
    with pytest.raises(BadJson):
        read(b"{")
    with pytest.raises(BadShape):
        read(b"[]")


@pytest.mark.data
def test_objects_of_shopify_are_read_or_left_out_with_a_reason(shared: Path) -> None:
    read_types, refused = set(), {}
    for path in sorted((shared / "commerce_payloads/shopify").glob("*.json")):
        told = json.loads(path.read_bytes())
        inner = next(iter(told.values())) if isinstance(told, dict) and len(told) == 1 else told
        for one in inner if isinstance(inner, list) else [inner]:
            try:
                found = read(json.dumps(one).encode())
            except NotRead as fault:
                refused[path.stem] = str(fault)
                continue
            assert found.events or found.ignored
            read_types |= {event.type for event in found.events}
    assert {"order.placed", "contact.seen", "refund.issued", "contact.created"} <= read_types
    assert refused == {}
