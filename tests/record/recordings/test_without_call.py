"""A recording of which nothing was heard is accounted for where calls are listed: its call has no page."""

import pytest
from tests.characters import Cast, logged_in
from tests.record.recordings.conftest import Add, Hear

from clearline.people.models import Person
from clearline.record.models import Recording

pytestmark = pytest.mark.django_db
TITLE = "Recordings of which nothing was heard yet"


def page(who: Person, query: str = "") -> str:
    return logged_in(who).get(f"/calls/{query}").content.decode()


def test_one_that_waits_and_one_that_could_not_be_heard_are_told_with_the_reason(
    people: Cast, add: Add
) -> None:
    add("waits-1")
    failed = add("broken-1")
    Recording.objects.filter(pk=failed.pk).update(
        state=Recording.State.FAILED, reason="its header can't be read"
    )
    for who in (people.alice, people.bob, people.ada):
        told = page(who).partition(TITLE)[2]
        assert "waits-1" in told
        assert "Waits to be heard" in told
        assert "broken-1" in told
        assert "Could not be heard: its header can&#x27;t be read" in told
    assert TITLE not in page(people.charlie)
    assert TITLE not in page(people.alice, "?state=running")


def test_one_that_was_heard_and_one_whose_call_has_a_page_are_not_among_them(
    people: Cast, add: Add, hear: Hear
) -> None:
    hear(add("new-1"))
    add("bad")
    assert TITLE not in page(people.alice)
