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


def test_twilio_signs_as_its_own_library_does() -> None:
    """The signature was computed by Twilio's library for Python, version 9.13."""
    url = "wss://clearline.example/live/in/twilio"
    headers = {"x-twilio-signature": "s7RwfR4ByLBCcQ/HkHeGhvb0d5E="}
    secrets = ("another one", "the auth token of the tests")
    assert place("twilio", headers, b"", url=url, secrets=secrets) == 1
    assert place("twilio", headers, b"", url=f"{url}?", secrets=secrets) is None


GENESYS = {
    "audiohook-organization-id": "d7934305-0972-4844-938e-9060eef73d05",
    "audiohook-correlation-id": "e160e428-53e2-487c-977d-96989bf5c99d",
    "audiohook-session-id": "30b0e395-84d3-4570-ac13-9a62d8f514c0",
    "x-api-key": "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh",
    "signature": "sig1=:NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=:",
    "signature-input": 'sig1=("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" '
    '"audiohook-correlation-id" "x-api-key");keyid="SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";'
    'nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created=1641013200;expires=3282026430',
}
"""The example of Genesys's documentation, with its secret and address."""


def of_genesys(headers: dict[str, str], at: int = 1_641_013_200_000_000, **more: Any) -> int | None:
    url = more.get("url", "wss://audiohook.example.com/api/v1/voicebiometrics/ws")
    secrets = ("TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=",)
    return place("audiohook", headers, b"", url=url, secrets=secrets, at=at)


def test_audiohook_s_own_example_is_known() -> None:
    assert of_genesys(GENESYS) == 0
    assert of_genesys(GENESYS, 1_641_013_200_000_000 + TOLERANCE + 1) is None
    assert of_genesys(GENESYS, url="wss://audiohook.example.com/api/v1/other") is None


@pytest.mark.parametrize("name", sorted(GENESYS))
def test_whatever_is_changed_in_what_audiohook_signs_is_refused(name: str) -> None:
    for value in (
        "",
        GENESYS[name] + "0",
        "0" + GENESYS[name],
        GENESYS[name].replace("e", "f").replace("S", "T"),
    ):
        assert of_genesys({**GENESYS, name: value}) is None
    assert of_genesys({key: value for key, value in GENESYS.items() if key != name}) is None


def test_audiohook_must_sign_all_that_says_who_it_is() -> None:
    less = GENESYS["signature-input"].replace(' "x-api-key"', "")
    twice = GENESYS["signature-input"].replace('"x-api-key")', '"x-api-key" "x-api-key")')
    for told in (less, twice, GENESYS["signature-input"].replace("sha256", "sha1")):
        assert of_genesys({**GENESYS, "signature-input": told}) is None


@given(st.text(max_size=60))
def test_whatever_audiohook_s_headers_hold_nobody_gets_in(text: str) -> None:
    for name in ("signature", "signature-input"):
        assert of_genesys({**GENESYS, name: text}) is None
