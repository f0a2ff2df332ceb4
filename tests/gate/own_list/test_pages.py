"""The own list from a page and over the API: an agent writes it, vendors fetch and confirm it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.characters import Cast, cast, logged_in
from tests.record.conftest import Take, call

from clearline.engine.events import Event
from clearline.gate.models import DoNotCall
from clearline.gate.own_list import actions
from clearline.people.models import Act, Person
from clearline.people.tokens import DAY, make
from clearline.record.models import Contact, EventOn
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
NUMBER = "+12025550143"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def kim(take: Take) -> Contact:
    """A contact of a call of Ada's."""
    at = now() - DAY
    told = {"name": "Kim", "number": NUMBER}
    take([Event("k-1-0", "contact.created", at, told, {"contact": "k-1"})], at=now())
    take(call("0 call.started", "1 call.ended", name="c-1", at=at, agent="a-1", contact="k-1"), at=now())
    return Contact.objects.get(subject="k-1")


def token(person: Person, *scopes: str) -> Client:
    at = now()
    _, words = make(person, name="dialer", scopes=scopes, expires=at + 30 * DAY, at=at)
    return Client(headers={"Authorization": f"Bearer {words}"})


def post(client: Client, path: str, told: dict[str, Any]) -> Any:
    return client.post(path, json.dumps(told), content_type="application/json")


def test_an_agent_puts_a_number_on_the_list(people: Cast) -> None:
    ada = logged_in(people.ada)
    told = {"number": "(202) 555-0143", "channel": "call"}
    answer = ada.post(reverse("own_list"), told, follow=True)
    assert "It is on the list" in answer.content.decode()
    assert DoNotCall.objects.get().number == NUMBER
    assert ada.post(reverse("own_list"), {**told, "number": "555"}).status_code == 400
    assert logged_in(people.audrey).post(reverse("own_list"), told).status_code == 403


def test_an_agent_puts_the_contact_of_their_call_on_the_list(people: Cast, kim: Contact) -> None:
    ada = logged_in(people.ada)
    shown = ada.get(reverse("contact", args=[kim.pk])).content.decode()
    where = reverse("ask_not_to_call", args=[kim.pk])
    assert where in shown
    assert ada.post(where).status_code == 302
    kinds = EventOn.objects.filter(timeline__subject="k-1").values_list("event__type", flat=True)
    assert {"dnc.requested", "dnc.added"} <= set(kinds)
    assert logged_in(people.charlie).post(where).status_code == 404
    assert where not in logged_in(people.audrey).get(reverse("contact", args=[kim.pk])).content.decode()


def test_machines_write_vendors_fetch_and_confirm(people: Cast, kim: Contact) -> None:
    actions.entered("Dial & Co", "alice", now())
    client = token(people.alice, "gate:lists")
    answer = post(client, "/api/gate/dnc", {"number": "+1 (202) 555-0143", "channel": "text"})
    assert answer.status_code == 201
    assert [one["number"] for one in answer.json()] == [NUMBER]
    assert post(client, "/api/gate/dnc", {"contact": "k-1"}).status_code == 201
    found = client.get("/api/gate/dnc").json()
    assert [one["number"] for one in found["items"]] == [NUMBER, NUMBER]
    part = client.get("/api/gate/dnc?limit=1").json()
    assert len(part["items"]) == 1
    assert client.get(f"/api/gate/dnc?since={found['next']}").json() == {"items": [], "next": found["next"]}
    assert Act.objects.filter(kind="look", what__contains="own do-not-call list").exists()
    told = {"vendor": "Dial & Co", "until": part["next"]}
    assert post(client, "/api/gate/dnc/copied", told).json() == {"owed": 1}
    told["until"] = found["next"]
    assert post(client, "/api/gate/dnc/copied", told).json() == {"owed": 0}
    assert Contact.objects.filter(pk=kim.pk).exists()


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"number": "555"},
        {"number": NUMBER, "channel": "pigeon"},
        {"number": NUMBER, "at": "2099-01-01T00:00:00Z"},
        {"contact": "k\u0000"},
        {"contact": "k" * 129},
    ],
)
def test_a_request_that_can_not_be_taken_is_a_problem(people: Cast, told: dict[str, Any]) -> None:
    answer = post(token(people.alice, "gate:lists"), "/api/gate/dnc", told)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not DoNotCall.objects.exists()


def test_other_tokens_do_not_reach_it(people: Cast) -> None:
    client = token(people.alice, "events:write")
    assert client.get("/api/gate/dnc").status_code == 403
    assert post(client, "/api/gate/dnc", {"number": NUMBER}).status_code == 403
    unknown = post(token(people.alice, "gate:lists"), "/api/gate/dnc/copied", {"vendor": "x", "until": 1})
    assert unknown.status_code == 422
