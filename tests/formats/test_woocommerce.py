"""Deliveries of WooCommerce."""

import json
from pathlib import Path

import pytest
from tests.formats.deliveries import by_type, delivery

from clearline.formats.errors import BadShape
from clearline.formats.woocommerce import read


def test_an_order_is_placed_and_paid() -> None:
    told = by_type(read(delivery("woocommerce-order")))
    assert told["order.placed"].subjects == {"order": "310", "contact": "14"}
    assert told["order.placed"].data["places"] == ["DE"]
    assert told["contact.seen"].data["number"] == ["+495611234567"]
    assert told["payment.captured"].data["amount"] == 39.9


def test_an_order_that_is_not_paid_is_not_placed() -> None:
    told = by_type(read(delivery("woocommerce-order", status="pending", date_paid_gmt=None)))
    assert set(told) == {"contact.seen"}


def test_what_became_of_an_order_is_told_by_its_status() -> None:
    done = {"status": "completed", "date_completed_gmt": "2026-10-06T10:00:00"}
    assert "order.shipped" in by_type(read(delivery("woocommerce-order", **done)))
    back = {"status": "refunded", "refunds": [{"id": 311, "total": "-39.90"}]}
    told = by_type(read(delivery("woocommerce-order", **back)))
    assert told["refund.issued"].data["amount"] == 39.9
    assert "order.refunded" in told
    assert "order.cancelled" in by_type(read(delivery("woocommerce-order", status="cancelled")))


def test_a_refund_finds_its_order() -> None:
    (refund,) = read(delivery("woocommerce-refund"), "south-").events
    assert refund.subjects == {"order": "south-310"}
    (same,) = [
        event
        for event in read(delivery("woocommerce-order", refunds=[{"id": 311, "total": "-10.00"}])).events
        if event.type == "refund.issued"
    ]
    assert same.id == refund.id


def test_a_guest_stands_on_their_number() -> None:
    told = by_type(read(delivery("woocommerce-order", customer_id=0), "south-"))
    assert told["order.placed"].subjects == {"order": "south-310", "contact": "tel:+495611234567"}


def test_a_customer_is_read() -> None:
    (told,) = read(delivery("woocommerce-customer")).events
    assert (told.type, told.subjects) == ("contact.updated", {"contact": "14"})
    assert told.data["name"] == "Lene Brandt"


def test_what_is_not_read_says_so() -> None:
    assert read(b'{"id": 9}').ignored
    with pytest.raises(BadShape):
        read(delivery("woocommerce-order", date_created_gmt="0000-00-00T00:00:00"))


@pytest.mark.data
def test_objects_of_woocommerce_are_read_or_left_out_with_a_reason(shared: Path) -> None:
    read_types = set()
    for path in sorted((shared / "commerce_payloads/woocommerce").glob("*.json")):
        told = json.loads(path.read_bytes())
        batch = isinstance(told, dict) and told.keys() <= {"create", "update", "delete"}
        several = [one for part in told.values() for one in part] if batch else told
        for one in several if isinstance(several, list) else [several]:
            found = read(json.dumps(one).encode())
            assert found.events or found.ignored
            read_types |= {event.type for event in found.events}
    assert {"order.placed", "order.shipped", "payment.captured", "contact.updated"} <= read_types
