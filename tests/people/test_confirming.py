"""Four eyes: an administrator alone makes nobody an officer or an administrator."""

import pytest
from django.urls import reverse
from tests.characters import AT, Cast, logged_in

from clearline.people import actions, queries
from clearline.people.confirming import WEIGHTY, confirmed, declined
from clearline.people.errors import Refused
from clearline.people.models import Act, Person, Proposal, Role


def change(by: Person, person: Person, role: Role) -> None:
    actions.changed(by, person, role=role, team=person.team, leads=[], agent=person.agent, at=AT)


def role_of(person: Person) -> str:
    return Person.objects.get(pk=person.pk).role


@pytest.mark.parametrize("role", WEIGHTY)
def test_a_weighty_role_waits_for_an_officer(people: Cast, role: Role) -> None:
    change(people.max, people.anna, role)
    assert role_of(people.anna) == Role.ANALYST
    confirmed(people.alice, people.anna, AT + 1)
    assert role_of(people.anna) == role
    told = Act.objects.filter(about=people.anna).order_by("index").values_list("kind", "what", "by__name")
    assert list(told) == [
        ("person.proposed", f"{role}, if an officer confirms it", "Max"),
        ("person.role", f"analyst → {role}, confirmed", "Alice"),
    ]
    with pytest.raises(Refused, match="nothing waits"):
        confirmed(people.alice, people.anna, AT + 2)


@pytest.mark.parametrize("role", WEIGHTY)
def test_whoever_is_invited_to_one_comes_in_without_it(people: Cast, role: Role) -> None:
    nora, code = actions.invited(people.max, email="n@shop.example", name="Nora", role=role, team=None, at=AT)
    actions.arrived(code, "correct horse battery", AT)
    assert role_of(nora) == Role.AGENT
    confirmed(people.alice, nora, AT)
    assert role_of(nora) == role


@pytest.mark.parametrize("name", ["bob", "ada", "anna", "charlie", "audrey", "max"])
def test_only_officers_confirm(people: Cast, name: str) -> None:
    change(people.max, people.anna, Role.OFFICER)
    for deed in (confirmed, declined):
        with pytest.raises(Refused, match="only another officer"):
            deed(getattr(people, name), people.anna, AT)
    assert role_of(people.anna) == Role.ANALYST


def test_what_is_declined_stays_as_it_was(people: Cast) -> None:
    change(people.max, people.anna, Role.OFFICER)
    declined(people.alice, people.anna, AT)
    assert role_of(people.anna) == Role.ANALYST
    assert not Proposal.objects.exists()
    assert Act.objects.filter(kind="person.declined", by=people.alice, about=people.anna).exists()


def test_other_changes_take_hold_at_once_and_a_newer_one_replaces_what_waits(people: Cast) -> None:
    actions.changed(
        people.max, people.anna, role=Role.OFFICER, team=people.ada.team, leads=[], agent=None, at=AT
    )
    assert Person.objects.get(pk=people.anna.pk).team == people.ada.team
    change(people.max, people.anna, Role.AUDITOR)
    assert role_of(people.anna) == Role.AUDITOR
    assert not Proposal.objects.exists()


def test_before_there_is_an_officer_nobody_has_to_confirm(people: Cast) -> None:
    Person.objects.filter(pk=people.alice.pk).update(role=Role.AGENT)
    change(people.max, people.anna, Role.OFFICER)
    assert role_of(people.anna) == Role.OFFICER


def test_nor_on_the_machine_itself(people: Cast) -> None:
    nora, _ = actions.invited(None, email="n@shop.example", name="Nora", role=Role.OFFICER, team=None, at=AT)
    actions.invited_again(None, people.alice, AT)
    assert role_of(nora) == role_of(people.alice) == Role.OFFICER


def test_an_officer_let_in_again_or_back_is_one_when_another_says_so(people: Cast) -> None:
    with pytest.raises(Refused, match="last officer"):
        actions.invited_again(people.max, people.alice, AT)
    change(people.max, people.anna, Role.OFFICER)
    confirmed(people.alice, people.anna, AT)
    actions.invited_again(people.max, people.alice, AT)
    assert role_of(people.alice) == Role.AGENT
    with pytest.raises(Refused, match="only another officer"):
        confirmed(people.alice, people.alice, AT)
    confirmed(people.anna, people.alice, AT)
    assert role_of(people.alice) == Role.OFFICER
    actions.left(people.max, people.alice, AT)
    actions.returned(people.max, people.alice, AT)
    assert role_of(people.alice) == Role.AGENT


def test_whoever_left_waits_for_nothing(people: Cast) -> None:
    change(people.max, people.anna, Role.OFFICER)
    actions.left(people.max, people.anna, AT)
    assert not queries.proposals(people.alice).exists()


def test_an_officer_is_told_and_says_their_word(people: Cast) -> None:
    change(people.max, people.anna, Role.OFFICER)
    path = reverse("confirm_role", args=[people.anna.uid])
    shown = reverse("person", args=[people.anna.uid])
    alice = logged_in(people.alice, freshly=True)
    assert shown in alice.get("/").content.decode()
    assert path in alice.get(shown).content.decode()
    for other in (people.max, people.audrey):
        body = logged_in(other).get(shown).content.decode()
        assert "An officer has to confirm it" in body
        assert path not in body
    assert logged_in(people.max, freshly=True).post(path, {"do": "confirm"}).status_code == 403
    stale = logged_in(people.alice).post(path, {"do": "confirm"})
    assert "reauthenticate" in stale.headers["Location"]
    assert role_of(people.anna) == Role.ANALYST
    assert alice.post(path, {"do": "decline"}).status_code == 302
    change(people.max, people.anna, Role.OFFICER)
    assert alice.post(path, {"do": "confirm"}).status_code == 302
    assert role_of(people.anna) == Role.OFFICER
