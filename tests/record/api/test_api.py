"""What the API answers, to whom, and what stays in the log of it."""

import json
from base64 import b64decode
from typing import Any

import pytest
from django.test import Client
from tests.characters import Cast, cast
from tests.record.conftest import Take, call
from tests.record.test_append import LINES

from clearline.evidence.actions import checkpoint
from clearline.evidence.keys import open_keys
from clearline.people.models import Act, Person
from clearline.people.permissions import SCOPES, may
from clearline.people.tokens import DAY, make
from clearline.record import models
from clearline.record.api import limits
from clearline.seal.entries import Entry
from clearline.seal.merkle import leaf_hash, verify_inclusion
from clearline.seal.proofs import Receipt
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(take: Take) -> Cast:
    """Everybody; Ada has three calls, somebody else has one."""
    found = cast()
    for number in range(3):
        take(call(*LINES, name=f"c-{number}", at=number * 3_600_000_000, agent="a-1", contact=f"k-{number}"))
    take(call(*LINES, name="other", at=0, agent="a-2", contact="k-9"))
    return found


def asking(person: Person, *scopes: str) -> Client:
    told = scopes or tuple(scope for scope, deed in SCOPES.items() if may(person, deed))
    _, words = make(person, name="t", scopes=told, expires=now() + 30 * DAY, at=now())
    return Client(headers={"Authorization": f"Bearer {words}"})


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["items"]]


def looks(person: Person) -> list[str]:
    return list(Act.objects.filter(by=person, kind="look").order_by("index").values_list("what", flat=True))


def test_a_list_comes_in_parts_that_join_without_a_gap(people: Cast) -> None:
    alice = asking(people.alice)
    found: list[str] = []
    cursor = ""
    while True:
        answer = alice.get("/api/calls", {"limit": "1", "cursor": cursor})
        found += ids(answer)
        cursor = answer.json()["next"]
        if not cursor:
            break
    assert found == ["c-2", "c-1", "other", "c-0"]


def test_each_sees_as_far_as_their_role_and_the_scope_reach(people: Cast) -> None:
    assert set(ids(asking(people.bob).get("/api/calls"))) == {"c-0", "c-1", "c-2"}
    assert set(ids(asking(people.ada).get("/api/calls"))) == {"c-0", "c-1", "c-2"}
    assert ids(asking(people.charlie).get("/api/calls")) == []
    assert asking(people.charlie).get("/api/calls/c-1").status_code == 404
    assert asking(people.alice, "findings:read").get("/api/calls").status_code == 403
    assert Client().get("/api/calls").status_code == 401
    assert "calls:read" not in [scope for scope, deed in SCOPES.items() if may(people.max, deed)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"agent": "a-2"}, ["other"]),
        ({"contact": "k-1"}, ["c-1"]),
        ({"id": "c-2"}, ["c-2"]),
        ({"since": "1970-01-01T01:00:00Z"}, ["c-2", "c-1"]),
        ({"until": "1970-01-01T02:00:00+01:00"}, ["other", "c-0"]),
        ({"with_findings": "false"}, []),
        ({"state": "running"}, []),
    ],
)
def test_calls_are_filtered(people: Cast, asked: dict[str, str], found: list[str]) -> None:
    assert ids(asking(people.alice).get("/api/calls", asked)) == found


def test_findings_and_duties_say_what_and_where_without_secrets(people: Cast) -> None:
    alice = asking(people.alice)
    found = alice.get("/api/findings", {"call": "c-1"}).json()["items"]
    assert found
    assert {one["timeline"]["id"] for one in found} == {"c-1"}
    assert all(one["explanation"] and one["cites"] and not one["erased"] for one in found)
    assert alice.get(f"/api/findings/{found[0]['id']}").json() == found[0]
    assert len(ids(alice.get("/api/duties"))) == models.Duty.objects.count() > 0


def test_an_erased_finding_has_no_words(people: Cast) -> None:
    models.Finding.objects.update(body=None)
    (first, *_) = asking(people.alice).get("/api/findings").json()["items"]
    assert (first["erased"], first["explanation"], first["trigger"]) == (True, "", None)


def test_every_answer_about_people_is_one_look_in_the_log_and_an_empty_one_is_none(people: Cast) -> None:
    alice = asking(people.alice)
    alice.get("/api/calls", {"limit": 2})
    alice.get("/api/findings")
    alice.get("/api/calls", {"agent": "nobody"})
    alice.get("/api/checkpoint")
    told = looks(people.alice)
    assert len(told) == 2
    assert told[0].startswith("calls through the API: ")


def test_what_is_unchanged_is_not_sent_again_nor_looked_at(people: Cast, take: Take) -> None:
    alice = asking(people.alice)
    first = alice.get("/api/calls")
    again = alice.get("/api/calls", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(looks(people.alice)) == 1
    take(call(*LINES, name="new", agent="a-1"))
    assert alice.get("/api/calls", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_proof_leads_from_an_entry_to_the_signed_root(people: Cast, tmp_path: Any) -> None:
    alice = asking(people.alice)
    assert alice.get("/api/proofs/0").status_code == 404  # nothing is signed yet
    signed = checkpoint(open_keys(tmp_path, "test"), now())
    told = alice.get("/api/proofs/5").json()
    assert told["checkpoint"]["size"] == signed.size
    entry = told["entry"].encode()
    assert Entry.parse(entry).index == 5
    assert leaf_hash(entry).hex() == told["leaf"]
    assert Receipt.parse(told["receipt"].encode()).index == 5
    hashes = [bytes.fromhex(one) for one in told["hashes"]]
    verify_inclusion(leaf_hash(entry), 5, signed.size, hashes, root_in(signed.note))


def test_an_agent_gets_proofs_of_their_own_only(people: Cast, tmp_path: Any) -> None:
    checkpoint(open_keys(tmp_path, "test"), now())
    ada, charlie = asking(people.ada), asking(people.charlie)
    own = models.Event.objects.filter(places__timeline__subject="c-1").values_list("entry", flat=True)[0]
    other = models.Event.objects.filter(places__timeline__subject="other").values_list("entry", flat=True)[0]
    assert ada.get(f"/api/proofs/{own}").status_code == 200
    assert ada.get(f"/api/proofs/{other}").status_code == 404
    assert charlie.get(f"/api/proofs/{own}").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "limit=0",
        "limit=x",
        "cursor=here",
        "since=0.5",
        "since=2026-11-23",
        "agent=%00",
        "state=odd",
        "agnet=a-1",
        "limit=1e999",
    ],
)
def test_what_makes_no_sense_is_a_problem_with_a_reason(people: Cast, asked: str) -> None:
    answer = asking(people.alice).get(f"/api/calls?{asked}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert asked.partition("=")[0] in answer.json()["detail"]


def test_who_asks_too_often_is_told_when_to_come_again(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_buckets", limits.Buckets(0.4))
    alice = asking(people.alice)
    answers = [alice.get("/api/checkpoint") for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429]
    assert answers[-1].headers["Retry-After"] == "3"
    assert asking(people.alice).get("/api/checkpoint").status_code == 404  # another token


def test_a_bucket_fills_again_and_never_over_its_brim() -> None:
    buckets = limits.Buckets(2)
    assert [buckets.wait(1, 0) for _ in range(11)] == [0] * 10 + [1]
    assert buckets.wait(1, 500_000) == 0
    assert buckets.wait(1, 500_000) == 1
    assert [buckets.wait(1, 10**12) for _ in range(11)] == [0] * 10 + [1]
    assert buckets.wait(1, 0) == 1  # a clock that goes back gives nothing


def test_the_description_is_public_and_its_page_is_for_those_who_are_here() -> None:
    told = json.loads(Client().get("/api/openapi.json").content)
    assert {"/api/events", "/api/calls", "/api/findings", "/api/duties", "/api/proofs/{index}"} <= set(
        told["paths"]
    )
    assert Client().get("/api/").status_code == 302
    answer = Client().get("/api/no/where")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def root_in(note: str) -> bytes:
    return b64decode(note.split("\n")[2])
