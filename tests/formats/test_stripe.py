"""Deliveries of Stripe."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from tests.formats.deliveries import by_type, delivery

from clearline.formats.errors import NotRead
from clearline.formats.stripe import read


def changed(name: str, type_: str, **members: Any) -> bytes:
    told = json.loads(delivery(name))
    told["type"] = type_
    told["data"]["object"] |= members
    return json.dumps(told).encode()


def test_a_payment_stands_on_the_order_that_its_metadata_name() -> None:
    told = by_type(read(delivery("stripe-charge")))
    paid = told["payment.captured"]
    assert paid.subjects == {"order": "310", "contact": "14"}
    assert paid.data == {"amount": 39.9, "currency": "EUR", "payment": "pi_a1"}
    assert told["contact.seen"].data["number"] == ["+495611234567"]


def test_nothing_of_a_card_is_copied() -> None:
    told = repr(read(delivery("stripe-charge")))
    assert all(word not in told for word in ("4242", "visa", "fp_a1", "2030"))


def test_a_payment_and_its_intent_are_one() -> None:
    charge = by_type(read(delivery("stripe-charge")))["payment.captured"]
    intent = changed(
        "stripe-charge", "payment_intent.succeeded", id="pi_a1", latest_charge="ch_a1", amount_received=3990
    )
    assert by_type(read(intent))["payment.captured"].id == charge.id


def test_authorised_is_not_captured() -> None:
    told = read(changed("stripe-charge", "charge.succeeded", captured=False))
    assert [event.type for event in told.events] == ["payment.authorised"]


def test_a_declined_payment_says_why() -> None:
    (told,) = read(changed("stripe-charge", "charge.failed", failure_code="card_declined")).events
    assert (told.type, told.data["reason"]) == ("payment.declined", "card_declined")


def test_currencies_without_cents_are_whole() -> None:
    told = by_type(read(changed("stripe-charge", "charge.succeeded", currency="jpy")))
    assert told["payment.captured"].data["amount"] == 3990


def test_a_refund_is_issued_once_it_succeeded() -> None:
    (told,) = read(delivery("stripe-refund")).events
    assert (told.type, told.subjects, told.data["amount"]) == ("refund.issued", {"order": "310"}, 10)
    assert read(changed("stripe-refund", "refund.created", status="pending")).ignored


def test_a_dispute_of_nobody_stands_on_its_payment() -> None:
    (told,) = read(delivery("stripe-dispute")).events
    assert (told.type, told.subjects) == ("payment.disputed", {"payment": "pi_a1"})


def test_a_subscription_is_cancelled_before_it_ends() -> None:
    cancelled, closed = read(delivery("stripe-subscription")).events
    assert (cancelled.type, closed.type) == ("subscription.cancelled", "subscription.closed")
    assert cancelled.at < closed.at
    running = changed(
        "stripe-subscription",
        "customer.subscription.created",
        status="active",
        canceled_at=None,
        ended_at=None,
    )
    (started,) = read(running).events
    assert started.subjects == {"subscription": "sub_a1", "contact": "cus_a1"}


def test_a_cancellation_that_is_taken_back_begins_it_again() -> None:
    told = json.loads(delivery("stripe-subscription"))
    told["type"] = "customer.subscription.updated"
    told["data"]["object"] |= {"status": "active", "canceled_at": None, "ended_at": None}
    told["data"]["previous_attributes"] = {"canceled_at": 1792000000}
    _, again = read(json.dumps(told).encode()).events
    assert (again.type, again.data) == ("subscription.started", {"resumed": True})


def test_what_is_not_read_says_so() -> None:
    assert read(changed("stripe-charge", "payout.paid")).ignored == ("an event of the type payout.paid",)
    for body in (b"{}", b"null", changed("stripe-charge", "charge.succeeded", amount="many")):
        with pytest.raises(NotRead):
            read(body)


@pytest.mark.data
def test_every_object_of_stripe_is_read_or_left_out_with_a_reason(shared: Path) -> None:
    path = shared / "commerce_payloads/stripe/fixtures3.json.xz"
    objects = json.loads(lzma.decompress(path.read_bytes()))["resources"]
    types = {
        "charge": "charge.succeeded",
        "payment_intent": "payment_intent.succeeded",
        "refund": "refund.created",
        "dispute": "charge.dispute.created",
        "subscription": "customer.subscription.updated",
        "invoice": "invoice.paid",
        "customer": "customer.created",
    }
    taken = set()
    for name, one in objects.items():
        told = {"id": "evt_1", "type": types.get(name, f"{name}.created"), "created": 1791000000}
        found = read(json.dumps({**told, "data": {"object": one}}).encode())
        assert found.events or found.ignored
        taken |= {name} if found.events else set()
    assert taken == types.keys() - {"invoice"}  # it is not paid
