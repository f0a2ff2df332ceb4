"""A contact as its events tell it."""

import pytest
from tests.record.conftest import LATER, NOON, Take

from clearline.engine.events import SECOND, Event
from clearline.formats.phones import number_in_full
from clearline.record.contact_rows import zones_of
from clearline.record.models import Contact

pytestmark = pytest.mark.django_db


def told(second: int, what: str, **data: object) -> Event:
    return Event(f"e-{second}", what, NOON + second * SECOND, dict(data), {"contact": "k-1"})


def test_a_contact_is_told_by_its_events_in_whatever_order_they_come(take: Take) -> None:
    events = [
        told(1, "contact.created", name="Rosa Hollis", number="+1 413 555 0107", places=["US-MA"]),
        told(
            2, "consent.given", kind="written", purpose="marketing", channel="call", wording="Yes, call me."
        ),
        told(3, "order.placed", channel="web"),
        told(4, "consent.revoked", purpose="marketing", channel="call"),
        told(
            5, "consent.given", kind="written", purpose="marketing", channel="call", wording="Call me again."
        ),
    ]
    for event in reversed(events):
        take([event])
    contact = Contact.objects.get()
    assert (contact.name, contact.places) == ("Rosa Hollis", ["US", "US-MA"])
    assert [point.value for point in contact.points.all()] == ["+14135550107"]
    first, second = contact.consents.order_by("granted")
    assert (first.revoked, second.revoked) == (NOON + 4 * SECOND, None)
    assert contact.relationships.get().until > LATER


def test_what_an_order_shows_adds_to_what_the_contact_said(take: Take) -> None:
    said = told(1, "contact.created", name="Rosa Hollis", number="+1 413 555 0107", places=["US-MA"])
    shown = told(2, "contact.seen", name="R. H.", number=["+1 212 555 0188"], places=["US-NY"])
    moved = told(3, "contact.updated", number="+1 413 555 0199", places=["US-VT"])
    for event in (shown, said, moved):
        take([event])
    contact = Contact.objects.get()
    assert (contact.name, contact.places) == ("Rosa Hollis", ["US", "US-NY", "US-VT"])
    assert {point.value for point in contact.points.all()} == {"+14135550199", "+12125550188"}


def test_a_number_is_held_in_full_and_may_be_in_several_zones() -> None:
    assert number_in_full("+1 (415) 555-0101") == "+14155550101"
    assert number_in_full("nothing") is None
    assert len(zones_of("+18005550101")) > 3


@pytest.mark.parametrize("how", ["dnc.requested", "dnc.added"])
def test_who_asks_not_to_be_called_takes_back_every_consent_but_to_letters(take: Take, how: str) -> None:
    channels = ("", "call", "phone", "voice", "text", "any", "email")
    given = [
        told(n, "consent.given", kind="written", purpose="marketing", channel=one)
        for n, one in enumerate(channels)
    ]
    take([*given, told(10, how, channel="web")])
    standing = Contact.objects.get().consents.filter(revoked=None)
    assert [one.channel for one in standing] == ["email"]


def test_a_channel_that_is_called_otherwise_is_taken_back_too(take: Take) -> None:
    given = [
        told(n, "consent.given", purpose="marketing", channel=one) for n, one in enumerate(("call", "SMS"))
    ]
    take([*given, told(10, "consent.revoked", channel="Phone"), told(11, "consent.revoked", channel="text")])
    assert [one.revoked for one in Contact.objects.get().consents.order_by("granted")] == [
        NOON + 10 * SECOND,
        NOON + 11 * SECOND,
    ]
