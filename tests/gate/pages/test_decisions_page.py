"""Decisions: the list as far as a role reaches, and one with all that decided it."""

import re

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import KIM, read

from clearline.gate.models import Decision
from clearline.people.acts import LOOK
from clearline.people.models import Act, Person

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="/gate/decisions/([0-9a-f]+)/"')


def listed(person: Person, query: str = "") -> set[str]:
    return set(LINK.findall(read(logged_in(person).get(f"/gate/decisions/{query}"))))


def uids(**asked: object) -> set[str]:
    return set(Decision.objects.filter(**asked).values_list("uid", flat=True))


@pytest.mark.parametrize("who", ["alice", "anna", "audrey"])
def test_some_see_all_decisions(people: Cast, who: str) -> None:
    assert listed(getattr(people, who)) == uids()


@pytest.mark.parametrize("who", ["bob", "ada"])
def test_some_see_those_about_the_attempts_of_ada(people: Cast, who: str) -> None:
    assert listed(getattr(people, who)) == uids(agent="a-1") != uids()


def test_a_supervisor_sees_what_they_checked_themselves(people: Cast) -> None:
    logged_in(people.bob).post("/gate/", {"number": KIM, "purpose": "service", "technology": "human_manual"})
    assert listed(people.bob) == uids(agent="a-1") | uids(actor=str(people.bob.uid))
    assert listed(people.ada) == uids(agent="a-1")


def test_max_sees_none(people: Cast) -> None:
    assert logged_in(people.max).get("/gate/decisions/").status_code == 403


def test_filters_leave_what_they_say(people: Cast, ada_s: Decision) -> None:
    Decision.objects.filter(pk=ada_s.pk).update(answer="allow", rule="", state="placed", campaign="m-2")
    assert listed(people.alice, "?answer=allow") == {ada_s.uid}
    assert listed(people.alice, "?state=placed") == {ada_s.uid}
    assert listed(people.alice, "?campaign=m-2") == {ada_s.uid}
    assert listed(people.alice, "?agent=a-9") == uids(agent="a-9")
    assert listed(people.alice, "?purpose=survey") == set()
    other = Decision.objects.get(agent="a-9")
    assert listed(people.alice, f"?rule={other.rule}") == uids(rule=other.rule)
    assert listed(people.alice, "?since=2199-01-01") == set()
    read(logged_in(people.alice).get("/gate/decisions/?answer=perhaps"), 400)


def test_a_number_or_a_contact_is_searched_without_a_trace_in_the_address(people: Cast) -> None:
    client = logged_in(people.alice)
    for words in ("(212) 555-0143", "k-1"):
        body = read(client.post("/gate/decisions/", {"words": words}))
        assert set(LINK.findall(body)) == uids(agent="a-1")
    assert "No decision about that" in read(client.post("/gate/decisions/", {"words": "+13035550100"}))
    assert not set(LINK.findall(read(logged_in(people.charlie).post("/gate/decisions/", {"words": KIM}))))


def test_one_shows_what_decided_it_and_the_look_is_logged(people: Cast, ada_s: Decision) -> None:
    body = read(logged_in(people.bob).get(f"/gate/decisions/{ada_s.uid}/"))
    assert "The facts that decided" in body
    assert f"/rules/{ada_s.rule}/" in body
    assert f"entry {ada_s.entry:,}" in body
    assert "Autumn tents" in body or "m-1" in body
    look = Act.objects.filter(kind=LOOK).latest("index")
    assert (look.by, look.about, look.what) == (people.bob, people.ada, f"decision {ada_s.uid}")


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("max", 403)])
def test_one_of_somebody_else_is_not_shown(people: Cast, ada_s: Decision, who: str, status: int) -> None:
    assert logged_in(getattr(people, who)).get(f"/gate/decisions/{ada_s.uid}/").status_code == status
    assert not Act.objects.filter(kind=LOOK).exists()


def test_an_erased_one_says_so_and_no_more(people: Cast, ada_s: Decision) -> None:
    Decision.objects.filter(pk=ada_s.pk).update(body=None, secret=None, number="", contact="")
    body = read(logged_in(people.alice).get(f"/gate/decisions/{ada_s.uid}/"))
    assert "was erased" in body
    assert "What would change it" not in body
