"""Signatures of deliveries: one byte is enough to lose them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.conftest import SECRET, URL, signed

from clearline.intake.signatures import TOLERANCE, Sent, signed_by

AT = 1_795_478_400_000_000
KINDS = ("shopify", "woocommerce", "stripe", "zendesk", "hubspot")
DATED = KINDS[2:]
kinds = pytest.mark.parametrize("kind", KINDS)
BODY = '{"id": 1, "note": "Grüße"}'.encode()


def place(kind: str, headers: dict[str, str], body: bytes = BODY, **more: Any) -> int | None:
    sent = Sent(headers, body, more.get("url", URL))
    return signed_by(kind, sent, more.get("secrets", (SECRET,)), more.get("at", AT))


@kinds
def test_what_was_signed_is_known(kind: str) -> None:
    assert place(kind, signed(kind, BODY, AT)) == 0


@kinds
def test_two_secrets_are_taken_at_a_time(kind: str) -> None:
    headers = signed(kind, BODY, AT)
    assert place(kind, headers, secrets=("the new one of the tests", SECRET)) == 1
    assert place(kind, headers, secrets=("the new one of the tests",)) is None
    assert place(kind, headers, secrets=()) is None


@kinds
@given(data=st.data())
def test_any_byte_of_the_body_that_is_changed_is_refused(kind: str, data: st.DataObject) -> None:
    body = data.draw(st.binary(min_size=1, max_size=300))
    where, by = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(1, 255))
    other = body[:where] + bytes([body[where] ^ by]) + body[where + 1 :]
    headers = signed(kind, body, AT)
    assert place(kind, headers, body) == 0
    assert place(kind, headers, other) is None


@kinds
@given(data=st.data())
def test_any_character_of_the_signature_that_is_changed_is_refused(kind: str, data: st.DataObject) -> None:
    headers = signed(kind, BODY, AT)
    name = next(name for name in headers if "signature" in name or "hmac" in name)
    whole = headers[name].removesuffix(",v0=old")
    where = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.characters(max_codepoint=255).filter(lambda one: one != whole[where]))
    headers[name] = whole[:where] + other + whole[where + 1 :]
    assert place(kind, headers) is None


@kinds
@given(st.dictionaries(st.sampled_from(["stripe-signature", "x-hubspot-request-timestamp", "x"]), st.text()))
def test_whatever_headers_come_nobody_gets_in(kind: str, headers: dict[str, str]) -> None:
    assert place(kind, headers) is None


@pytest.mark.parametrize("kind", DATED)
def test_an_old_delivery_is_a_replay(kind: str) -> None:
    headers = signed(kind, BODY, AT)
    assert place(kind, headers, at=AT + TOLERANCE) == 0
    assert place(kind, headers, at=AT + TOLERANCE + 1_000_000) is None
    assert place(kind, headers, at=AT - TOLERANCE - 1_000_000) is None


@pytest.mark.parametrize("kind", DATED)
def test_a_signed_time_can_not_be_changed(kind: str) -> None:
    old = signed(kind, BODY, AT - 2 * TOLERANCE)
    fresh = signed(kind, BODY, AT)
    for name in old:
        if "timestamp" in name:
            old[name] = fresh[name]
    old = {
        name: value.replace(f"t={(AT - 2 * TOLERANCE) // 1_000_000}", f"t={AT // 1_000_000}")
        for name, value in old.items()
    }
    assert place(kind, old) is None


def test_hubspot_signs_the_address_too() -> None:
    headers = signed("hubspot", BODY, AT)
    assert place("hubspot", headers, url=URL + "?a=1") is None


def test_stripe_may_show_the_signatures_of_two_secrets() -> None:
    old, new = (signed("stripe", BODY, AT, secret)["stripe-signature"] for secret in ("x" * 20, SECRET))
    both = f"{old.removesuffix(',v0=old')},{new.split(',')[1]}"
    assert place("stripe", {"stripe-signature": both}) == 0
