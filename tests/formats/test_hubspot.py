"""Deliveries of HubSpot."""

import pytest
from tests.formats.deliveries import by_type, delivery

from clearline.formats.errors import NotRead
from clearline.formats.hubspot import read


def test_changes_of_a_contact_are_read_one_by_one() -> None:
    told = read(delivery("hubspot-changes"), "hubspot-")
    assert [event.type for event in told.events] == ["contact.seen", "dnc.requested"]
    assert told.events[0].data == {"number": ["+12125550142"]}
    assert {event.subjects["contact"] for event in told.events} == {"hubspot-33"}
    assert told.ignored == ("a change of the property favourite_colour",)


def test_a_consent_keeps_its_words() -> None:
    told = by_type(read(delivery("hubspot-consent")))["consent.given"]
    assert told.data["wording"].startswith("I agree that Northwind")
    assert (told.data["kind"], told.data["channel"], told.data["number"]) == (
        "express_written",
        "call",
        "+12125550142",
    )


def test_a_consent_is_taken_back() -> None:
    (told,) = read(delivery("hubspot-consent", status="UNSUBSCRIBED")).events
    assert (told.type, told.data["purpose"], told.data["channel"]) == ("consent.revoked", "marketing", "call")


def test_a_legitimate_interest_is_no_consent() -> None:
    assert read(delivery("hubspot-consent", legalBasis="LEGITIMATE_INTEREST_CLIENT", kind=None)).ignored
    assert read(delivery("hubspot-consent", status="NOT_SPECIFIED")).ignored


@pytest.mark.parametrize(
    "changed",
    [
        {"wording": "", "legalBasisExplanation": ""},
        {"channel": "PIGEON"},
        {"objectId": ""},
        {"timestamp": "soon"},
    ],
)
def test_a_consent_that_shows_too_little_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(NotRead):
        read(delivery("hubspot-consent", **changed))


def test_what_is_no_object_is_refused() -> None:
    for body in (b"[1]", b"7", b'[{"subscriptionType": "contact.creation"}]'):
        with pytest.raises(NotRead):
            read(body)
