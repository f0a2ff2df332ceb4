"""Pages of people, over HTTP."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.characters import PASSWORD, Cast, logged_in, with_password

from clearline.people import actions
from clearline.people.models import Act, Person, Role

EVERY_PAGE = ("people", "teams", "looks", "me", "tokens")


def link_in(page: str) -> str:
    found = re.search(r"http://testserver(/people/welcome/\?code=[\w-]+)", page)
    assert found
    return found[1]


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_everybody_has_their_pages(people: Cast, name: str) -> None:
    for person in people:
        assert logged_in(person).get(reverse(name)).status_code == 200


def test_an_agent_sees_only_themselves(people: Cast) -> None:
    page = logged_in(people.ada).get(reverse("people")).content.decode()
    assert "Ada" in page
    assert not re.search("Bob|Alice|Charlie|Audrey|Max|Anna", page)


def test_a_supervisor_sees_the_teams_they_lead(people: Cast) -> None:
    client = logged_in(people.bob)
    assert "Ada" in client.get(reverse("people")).content.decode()
    assert client.get(reverse("person", args=[people.ada.uid])).status_code == 200
    assert client.get(reverse("person", args=[people.charlie.uid])).status_code == 404
    assert "Boots" not in client.get(reverse("teams")).content.decode()


def test_an_analyst_sees_names_and_no_addresses(people: Cast) -> None:
    client = logged_in(people.anna)
    for page in (reverse("people"), reverse("person", args=[people.ada.uid])):
        shown = client.get(page).content.decode()
        assert "Ada" in shown
        assert "ada@shop.example" not in shown


def test_somebody_is_invited_comes_once_and_goes_to_the_second_factor(people: Cast) -> None:
    sent = {"name": "Nora", "email": "nora@shop.example", "role": Role.ANALYST, "team": ""}
    invited = logged_in(people.max, freshly=True).post(reverse("invite"), sent)
    assert invited.headers["Cache-Control"] == "no-store"
    link = link_in(invited.content.decode())
    nora = Client()
    shown = nora.get(link)
    assert "Nora" in shown.content.decode()
    code = link.partition("code=")[2]
    weak = nora.post(reverse("welcome"), {"code": code, "password": "password1234"})
    assert weak.status_code == 400
    came = nora.post(reverse("welcome"), {"code": code, "password": PASSWORD})
    assert came.status_code == 302
    assert nora.get("/people/").headers["Location"] == reverse("mfa_index")
    again = Client().post(reverse("welcome"), {"code": code, "password": PASSWORD})
    assert again.status_code == Client().get(link).status_code == 410


def test_a_role_is_changed_only_after_a_fresh_login(people: Cast) -> None:
    with_password(people.max)
    client = logged_in(people.max)
    sent = {"role": Role.ANALYST, "team": "", "agent": ""}
    change = reverse("change_person", args=[people.ada.uid])
    asked = client.post(change, sent)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Person.objects.get(name="Ada").role == Role.AGENT
    wrong = client.post(asked.headers["Location"], {"password": "no", "next": change})
    assert wrong.status_code == 200
    assert Person.objects.get(name="Ada").role == Role.AGENT
    client.post(asked.headers["Location"], {"password": PASSWORD, "next": change})
    assert Person.objects.get(name="Ada").role == Role.ANALYST


def test_no_field_that_was_not_offered_is_taken(people: Cast) -> None:
    client = logged_in(people.max, freshly=True)
    sent = {
        "role": Role.AGENT,
        "email": "x@y.example",
        "is_active": "",
        "secret": "",
        "uid": "",
        "name": "Eve",
    }
    client.post(reverse("change_person", args=[people.ada.uid]), sent)
    ada = Person.objects.get(pk=people.ada.pk)
    assert (ada.email, ada.name, ada.is_active, ada.uid) == ("ada@shop.example", "Ada", True, people.ada.uid)
    own = {"role": Role.ADMINISTRATOR, "is_active": "on"}
    for page in ("me", "tokens"):
        logged_in(people.ada).post(reverse(page), own)
    assert Person.objects.get(pk=people.ada.pk).role == Role.AGENT


def test_an_administrator_can_t_promote_themselves(people: Cast) -> None:
    client = logged_in(people.max, freshly=True)
    client.post(reverse("change_person", args=[people.max.uid]), {"role": Role.OFFICER})
    assert Person.objects.get(name="Max").role == Role.ADMINISTRATOR
    assert not Act.objects.exists()


@pytest.mark.parametrize("name", ["change_person", "invite_again", "person_leaves", "person_returns"])
def test_only_an_administrator_gets_through_to_a_change(people: Cast, name: str) -> None:
    for person in people:
        status = logged_in(person, freshly=True).post(reverse(name, args=[people.ada.uid])).status_code
        assert (status == 403) == (person != people.max), person


def test_a_token_is_shown_once_and_revoked(people: Cast) -> None:
    client = logged_in(people.alice)
    sent = {"name": "shop", "scopes": ["calls:read"], "days": "30"}
    made = client.post(reverse("tokens"), sent)
    found = re.search(r"cl_[\w-]{43}", made.content.decode())
    assert found
    assert made.headers["Cache-Control"] == "no-store"
    assert found[0] not in client.get(reverse("tokens")).content.decode()
    token = people.alice.tokens.get()
    assert logged_in(people.bob).post(reverse("revoke_token", args=[token.pk])).status_code == 404
    client.post(reverse("revoke_token", args=[token.pk]))
    assert "revoked" in client.get(reverse("tokens")).content.decode()


def test_a_token_beyond_the_role_is_refused(people: Cast) -> None:
    sent = {"name": "x", "scopes": ["events:write"], "days": "30"}
    assert logged_in(people.ada).post(reverse("tokens"), sent).status_code == 400
    assert not people.ada.tokens.exists()


def test_a_long_name_of_a_token_is_refused_in_plain_words(people: Cast) -> None:
    sent = {"name": "t" * 81, "scopes": ["calls:read"], "days": "30"}
    page = logged_in(people.alice, freshly=True).post(reverse("tokens"), sent)
    assert page.status_code == 400
    assert "The name has 81 characters; shorten it to 80 or fewer." in page.content.decode()
    assert not people.alice.tokens.exists()


def test_looks_are_shown_to_whom_they_concern(people: Cast) -> None:
    actions.looked(people.bob, "call c-77", 1, about=people.ada)
    shown = {one.name: "c-77" in logged_in(one).get(reverse("looks")).content.decode() for one in people}
    assert shown == {
        "Alice": True,
        "Bob": False,
        "Ada": True,
        "Anna": False,
        "Charlie": False,
        "Audrey": True,
        "Max": False,
    }
    assert "c-77" in logged_in(people.ada).get(reverse("me")).content.decode()


def test_whoever_leaves_is_out_at_once(people: Cast) -> None:
    ada = logged_in(people.ada)
    assert ada.get(reverse("me")).status_code == 200
    logged_in(people.max, freshly=True).post(reverse("person_leaves", args=[people.ada.uid]))
    assert ada.get(reverse("me")).headers["Location"].startswith(reverse("account_login"))
