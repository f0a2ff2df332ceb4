"""Somebody asks whether a number may be called."""

import pytest
from django.test import Client
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import KIM, read

from clearline.gate.models import Decision
from clearline.record.models import Event

pytestmark = pytest.mark.django_db
ASKED = {"number": "(212) 555-0143", "purpose": "marketing", "technology": "human_dialer"}


def checked(client: Client, **more: str) -> tuple[str, Decision]:
    answer = client.post("/gate/", ASKED | more, follow=True)
    return read(answer), Decision.objects.latest("pk")


def test_the_page_offers_a_form_and_the_ways_on(people: Cast) -> None:
    body = read(logged_in(people.alice).get("/gate/"))
    assert "May this number be called?" in body
    for label in ("Decisions", "Campaigns", "Consents", "Overrides"):
        assert f">{label}</a>" in body
    assert "Autumn tents" in body
    own = read(logged_in(people.ada).get("/gate/"))
    assert ">Campaigns</a>" not in own


def test_the_answer_says_why_by_which_rule_and_what_would_change_it(people: Cast) -> None:
    body, row = checked(logged_in(people.alice))
    assert row.state == Decision.State.CHECKED
    assert row.actor == str(people.alice.uid)
    assert "No, don't call" in body or "Not before" in body
    assert f"/rules/{row.rule}/" in body
    assert "What would change it" in body
    assert f"/evidence/entries/{row.entry}/" in body
    assert KIM in body
    assert "America/New York" in body


def test_a_check_reserves_nothing(people: Cast) -> None:
    before = Event.objects.count()
    checked(logged_in(people.alice), purpose="service")
    assert Event.objects.count() == before


def test_an_agent_asks_for_themselves_and_sees_no_whole_number(people: Cast) -> None:
    body, row = checked(logged_in(people.ada))
    assert row.agent == "a-1"
    assert KIM not in body
    assert "•••• 0143" in body


def test_a_time_may_be_asked_about(people: Cast) -> None:
    body, row = checked(logged_in(people.alice), when="2026-12-24T03:30")
    assert "24 Dec 2026, 03:30" in body
    assert row.at != row.asked


@pytest.mark.parametrize("number", ["", "x" * 61])
def test_what_is_no_question_is_not_asked(people: Cast, number: str) -> None:
    before = Decision.objects.count()
    read(logged_in(people.alice).post("/gate/", ASKED | {"number": number}), 400)
    assert Decision.objects.count() == before


def test_a_number_that_cannot_be_read_is_denied_in_words(people: Cast) -> None:
    body, row = checked(logged_in(people.alice), number="twelve")
    assert (row.answer, row.number) == ("deny", "")
    assert "The number can&#x27;t be read" in body


def test_who_administers_asks_nothing(people: Cast) -> None:
    assert logged_in(people.max).get("/gate/").status_code == 403
