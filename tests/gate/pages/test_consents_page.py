"""The registry of consents."""

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import CONSENT, read

from clearline.people.acts import LOOK
from clearline.people.models import Act, Person
from clearline.record.models import Event

pytestmark = pytest.mark.django_db


def rows(person: Person, query: str = "") -> int:
    return read(logged_in(person).get(f"/gate/consents/{query}")).count("<tr>") - 1


def test_it_shows_wording_and_proof(people: Cast) -> None:
    body = read(logged_in(people.alice).get("/gate/consents/"))
    assert CONSENT["wording"] in body
    assert CONSENT["evidence"] in body
    for kind in ("consent.given", "consent.revoked"):
        for event in Event.objects.filter(type=kind):
            assert f"/evidence/entries/{event.entry}/" in body
    assert Act.objects.filter(kind=LOOK, by=people.alice).exists()


def test_filters_leave_what_they_say(people: Cast) -> None:
    assert rows(people.alice) == 2
    assert rows(people.alice, "?stands=yes") == 1
    assert rows(people.alice, "?stands=no") == 1
    assert rows(people.alice, "?purpose=marketing&channel=call&technology=human_dialer") == 2
    assert "No consent is like that" in read(logged_in(people.alice).get("/gate/consents/?kind=implied"))
    read(logged_in(people.alice).get("/gate/consents/?stands=perhaps"), 400)


def test_a_supervisor_sees_those_of_their_teams_contacts(people: Cast) -> None:
    assert rows(people.bob) == 1


@pytest.mark.parametrize("who", ["ada", "charlie", "max"])
def test_some_see_no_registry(people: Cast, who: str) -> None:
    assert logged_in(getattr(people, who)).get("/gate/consents/").status_code == 403
