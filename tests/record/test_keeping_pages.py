"""Pages of the shop's questions, of keeping, and of requests, over HTTP."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.characters import Cast, cast, logged_in
from tests.record.conftest import Take
from tests.record.test_rights import CANARY, a_customer
from tests.record.test_shop import SHOP

from clearline.record.judging import forget
from clearline.record.models import Contact, Hold, Job, RetentionChoice, RightsRequest, ShopAnswers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def alice(people: Cast) -> Client:
    return logged_in(people.alice, freshly=True)


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_changed_answers_show_what_changes_before_they_are_saved(alice: Client) -> None:
    assert "Nothing is answered yet" in page(alice, "shop")
    told = SHOP | {"do": "look"}
    looked = alice.post(reverse("shop_answers"), told)
    assert "No longer in force" in looked.content.decode()
    assert not ShopAnswers.objects.exists()
    digest = looked.context["digest"]
    changed = alice.post(reverse("shop_answers"), told | {"do": "save", "seen": digest, "records": ["no"]})
    assert not ShopAnswers.objects.exists(), "what was not looked at is not saved"
    assert "Save" in changed.content.decode()
    assert alice.post(reverse("shop_answers"), told | {"do": "save", "seen": digest}).status_code == 302
    assert ShopAnswers.objects.get().answers["records"] == ["yes"]
    assert "Because" in page(alice, "shop")
    assert "checked" in page(alice, "shop_answers")
    forget()


@pytest.mark.parametrize("told", [{"records": "perhaps"}, {"ai": ["none", "speaks"]}, {"after": "x"}])
def test_answers_that_make_no_sense_come_back_with_a_reason(alice: Client, told: dict[str, object]) -> None:
    answer = alice.post(reverse("shop_answers"), {**told, "do": "save"})
    assert answer.status_code == 400
    assert not ShopAnswers.objects.exists()


def test_others_read_the_answers_and_agents_do_not(people: Cast) -> None:
    for person in people:
        expected = 403 if person in (people.ada, people.charlie) else 200
        assert logged_in(person).get(reverse("shop")).status_code == expected


def test_a_decision_needs_what_it_goes_against_ticked(alice: Client) -> None:
    assert "they disagree" in page(alice, "retention")
    where = reverse("retention_decide") + "?class=call_facts&area=US"
    told = {"amount": 1, "unit": "y", "reason": "counsel said so"}
    refused = alice.post(where, told)
    assert refused.status_code == 400
    assert "goes against the law" in refused.content.decode()
    ticked = told | {"overruled": ["tsr-call-detail", "reg-f-evidence"]}
    assert alice.post(where, ticked).status_code == 302
    assert RetentionChoice.objects.get().span == "1y"
    assert "counsel said so" in page(alice, "retention")
    assert alice.get(reverse("retention_decide") + "?class=gossip&area=US").status_code == 404


def test_what_is_due_is_looked_at_before_it_is_deleted(take: Take, alice: Client) -> None:
    a_customer(take)
    alice.post(
        reverse("retention_decide") + "?class=words&area=EU", {"amount": 1, "unit": "d", "reason": "short"}
    )
    found = alice.get(reverse("retention_due"))
    assert "Delete 1 timeline" in found.content.decode()
    assert CANARY not in found.content.decode()
    until = found.context["form"].initial["until"]
    assert alice.post(reverse("retention_delete"), {"until": until}).status_code == 302
    assert Job.objects.get(kind="retention.delete").args["until"] == until
    assert alice.post(reverse("retention_delete"), {}).status_code == 400


def test_a_hold_is_placed_and_released(take: Take, alice: Client) -> None:
    a_customer(take)
    told = {"scope": "call", "subject": "c-1", "reason": "Doe v. Shop"}
    assert alice.post(reverse("place_hold"), told | {"subject": "nobody"}).status_code == 400
    assert alice.post(reverse("place_hold"), told).status_code == 302
    hold = Hold.objects.get()
    assert "Doe v. Shop" in page(alice, "holds")
    alice.post(reverse("release_hold", args=[hold.uid]), {"why": ""})
    hold.refresh_from_db()
    assert hold.released is None
    alice.post(reverse("release_hold", args=[hold.uid]), {"why": "settled"})
    hold.refresh_from_db()
    assert hold.released_why == "settled"


def a_request(alice: Client, contact: Contact, kind: str) -> RightsRequest:
    told = {"kind": kind, "places": ["FR"], "asked": "2026-11-20"}
    where = reverse("new_rights_request") + f"?contact={contact.pk}"
    assert alice.post(where, told | {"places": []}).status_code == 400
    assert alice.post(where, told).status_code == 302
    return RightsRequest.objects.get()


def test_a_request_goes_its_way_to_the_end(take: Take, alice: Client) -> None:
    request = a_request(alice, a_customer(take), "access")
    shown = page(alice, "rights_request", request.uid)
    assert "rights-answered-in-a-month" in shown
    assert CANARY not in shown
    for what in ("confirm", "extend"):
        alice.post(reverse("rights_step", args=[request.uid]), {"do": what})
    alice.post(reverse("make_rights_export", args=[request.uid]))
    export = request.exports.get()
    assert alice.get(reverse("rights_export", args=[export.uid])).status_code == 405
    assert alice.post(reverse("rights_export", args=[export.uid])).content[:2] == b"PK"
    alice.post(reverse("rights_answer", args=[request.uid]), {"outcome": "done", "words": ""})
    alice.post(reverse("rights_step", args=[request.uid]), {"do": "close"})
    request.refresh_from_db()
    assert None not in (request.confirmed, request.extended_to, request.answered, request.closed)
    assert "closed" in page(alice, "rights")
    assert alice.post(reverse("rights_step", args=[request.uid]), {"do": "dance"}).status_code == 404


def test_an_erasure_is_seen_before_it_is_done_and_says_what_stays(take: Take, alice: Client) -> None:
    contact = a_customer(take, ["DE"])
    request = a_request(alice, contact, "erasure")
    shown = page(alice, "rights_erase", request.uid)
    assert "Nothing stands against it" in shown
    alice.post(reverse("rights_erase", args=[request.uid]))
    contact.refresh_from_db()
    assert contact.erased is not None
    assert "erased" in page(alice, "rights_request", request.uid)
    assert alice.get(reverse("new_rights_request") + f"?contact={contact.pk}").status_code == 404


@pytest.mark.parametrize("contact", ["", "x", "999", "9" * 40])
def test_a_contact_that_is_none_is_not_found(alice: Client, contact: str) -> None:
    assert alice.get(reverse("new_rights_request") + f"?contact={contact}").status_code == 404


def test_an_auditor_reads_requests_and_takes_no_step(take: Take, people: Cast, alice: Client) -> None:
    request = a_request(alice, a_customer(take), "access")
    audrey = logged_in(people.audrey)
    assert "Answer</h2>" not in page(audrey, "rights_request", request.uid)
    for name in ("rights_step", "rights_answer", "make_rights_export", "rights_erase"):
        assert audrey.post(reverse(name, args=[request.uid])).status_code == 403


def test_nobody_else_sees_a_request_a_file_or_a_hold(take: Take, people: Cast, alice: Client) -> None:
    contact = a_customer(take)
    request = a_request(alice, contact, "erasure")
    alice.post(reverse("make_rights_export", args=[request.uid]))
    alice.post(reverse("place_hold"), {"scope": "call", "subject": "c-1", "reason": CANARY})
    file, hold = request.exports.get().uid, Hold.objects.get().uid
    steps = ("rights_request", "rights_step", "rights_answer", "make_rights_export", "rights_erase")
    ways = [reverse(name, args=[request.uid]) for name in steps]
    ways += [reverse("rights_export", args=[file]), reverse("release_hold", args=[hold])]
    ways += [
        reverse(name) for name in ("rights", "holds", "place_hold", "retention_decide", "retention_delete")
    ]
    for person in (people.charlie, people.ada, people.bob, people.anna, people.max):
        client = logged_in(person, freshly=True)
        for way in ways:
            for answer in (client.get(way), client.post(way)):
                assert answer.status_code == 403
                assert CANARY not in answer.content.decode()
