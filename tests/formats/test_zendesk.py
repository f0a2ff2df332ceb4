"""Deliveries of Zendesk."""

import pytest
from tests.formats.deliveries import by_type, delivery

from clearline.formats.errors import BadShape
from clearline.formats.zendesk import read


def test_tags_say_what_a_ticket_is() -> None:
    told = by_type(read(delivery("zendesk-trigger"), "zendesk-"))
    assert set(told) == {"ticket.opened", "contact.seen", "contact.inquired", "dnc.requested"}
    assert {event.subjects["contact"] for event in told.values()} == {"5501"}
    assert "number" not in told["dnc.requested"].data  # all of theirs
    assert told["contact.inquired"].at < told["dnc.requested"].at


def test_a_ticket_without_such_tags_begins_no_relationship() -> None:
    told = by_type(read(delivery("zendesk-event"), "zendesk-"))
    assert set(told) == {"ticket.opened"}
    assert told["ticket.opened"].subjects == {"contact": "zendesk-772"}


def test_words_of_a_ticket_are_not_guessed_at() -> None:
    told = by_type(read(delivery("zendesk-trigger", tags="", description="Stop calling me, do_not_call")))
    assert "dnc.requested" not in told


def test_somebody_of_whom_only_a_number_is_known_stands_on_it() -> None:
    told = read(delivery("zendesk-trigger", contact="", requester=""))
    assert {event.subjects["contact"] for event in told.events} == {"tel:+12125550142"}


def test_a_ticket_of_nobody_is_refused() -> None:
    with pytest.raises(BadShape):
        read(delivery("zendesk-trigger", contact="", requester="", phone=""))


def test_what_is_not_read_says_so() -> None:
    assert read(b'{"type": "zen:event-type:user.created", "detail": {}}').ignored
    assert read(b'{"type": "zen:event-type:ticket.comment_added", "detail": {}}').ignored
    with pytest.raises(BadShape):
        read(b'{"type": "zen:event-type:ticket.created", "detail": {}}')
