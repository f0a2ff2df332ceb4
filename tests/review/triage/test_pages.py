"""The queue, the disputes, and a finding's page, for each who has to do with it."""

import pytest
from django.test import Client
from tests.browsing import Console
from tests.characters import Cast, logged_in
from tests.record.test_pages_in_browser import SMALL, WIDER
from tests.ui.reading import Reader

from clearline.people.models import Person
from clearline.people.permissions import SCOPES, may
from clearline.people.tokens import DAY, make
from clearline.record.models import Finding
from clearline.review.models import Triage
from clearline.ui.clock import now


def one(severity: str) -> Finding:
    return Finding.objects.filter(timeline__subject="bad", severity=severity, withdrawn=None).order_by("pk")[
        0
    ]


def read(client: object, path: str) -> str:
    answer = client.get(path)  # type: ignore[attr-defined] # a client of Django's
    assert answer.status_code == 200
    text: str = answer.content.decode()
    assert Reader(text).faults() == []
    return text


@pytest.mark.django_db
def test_an_agent_disputes_a_supervisor_answers_and_both_see_it(people: Cast) -> None:
    row = one("serious")
    ada, bob = logged_in(people.ada), logged_in(people.bob)
    page = f"/findings/{row.uid}/"
    assert "I think it is wrong" in read(ada, page)
    ada.post(f"{page}dispute/", {"words": "I had said so before the call was passed on."})
    assert "I had said so" in read(bob, "/findings/disputes/")
    bob.post(f"{page}step/", {"do": "answer", "words": "You are right: it stands at 0:41."})
    bob.post(f"{page}step/", {"do": "dismiss", "words": "It was said at 0:41."})
    told = read(ada, page)
    assert "it stands at 0:41" in told
    assert "dismissed" in told
    assert row.uid not in read(bob, "/findings/queue/")


@pytest.mark.django_db
def test_a_critical_one_waits_for_a_second_person(people: Cast) -> None:
    row = one("critical")
    page = f"/findings/{row.uid}/"
    logged_in(people.alice).post(
        f"{page}step/", {"do": "dismiss", "words": "The code was read from a leaflet."}
    )
    assert "Agree: dismiss it" not in read(logged_in(people.alice), page)
    assert "Agree: dismiss it" in read(logged_in(people.anna), page)


@pytest.mark.django_db
def test_an_auditor_and_a_stranger_decide_nothing(people: Cast) -> None:
    page = f"/findings/{one('serious').uid}/"
    assert 'value="confirm"' not in read(logged_in(people.audrey), page)
    assert logged_in(people.audrey).post(f"{page}step/", {"do": "confirm"}).status_code == 403
    assert logged_in(people.charlie).post(f"{page}dispute/", {"words": "It is not mine."}).status_code == 404
    assert not Triage.objects.exists()


@pytest.mark.django_db
def test_an_agent_is_told_on_their_own_page_and_whoever_decides_what_waits(people: Cast) -> None:
    row = one("serious")
    page = f"/findings/{row.uid}/"
    ada, bob = logged_in(people.ada), logged_in(people.bob)
    logged_in(people.alice).post(f"{page}step/", {"do": "confirm", "words": "I have heard it, twice."})
    home = read(ada, "/")
    assert "What people say of your findings" in home
    assert "I have heard it, twice." in home
    ada.post(f"{page}dispute/", {"words": "I had said so before the call was passed on."})
    assert "I had said so" in read(bob, "/")
    assert "What people say" not in read(logged_in(people.charlie), "/")


@pytest.mark.django_db
def test_a_token_decides_what_its_owner_may_and_nothing_else(people: Cast) -> None:
    grave, page = one("critical"), f"/api/triage/{one('critical').uid}"
    alice, anna, ada = (_token(each) for each in (people.alice, people.anna, people.ada))
    told = {"do": "dismiss", "words": "The digits are an order number."}
    assert alice.post(page, told, "application/json").json()["state"] == "dismissal proposed"
    again = alice.post(page, told, "application/json")
    assert (again.status_code, "second person" in again.json()["detail"]) == (422, True)
    assert anna.post(page, told, "application/json").json()["decided_by"] == "Anna"
    assert ada.post(page, told, "application/json").status_code == 403
    assert ada.get(page).json()["stands_as"] == "dismissed"
    assert _token(people.charlie).get(page).status_code == 404
    assert [each["id"] for each in ada.get("/api/triage?state=dismissed").json()["items"]] == [grave.uid]
    assert ada.get("/api/triage?state=lost").status_code == 422


def _token(person: Person) -> Client:
    told = [scope for scope, deed in SCOPES.items() if may(person, deed)]
    _, words = make(person, name="t", scopes=told, expires=now() + 30 * DAY, at=now())
    return Client(headers={"Authorization": f"Bearer {words}"})


def test_an_officer_confirms_an_agent_disputes_and_a_supervisor_answers_in_a_browser(
    console: Console, people: Cast
) -> None:
    row = one("serious")
    alice = console.entered(people.alice, 1400)
    alice.goto("/findings/")
    alice.get_by_role("link", name="To decide").click()
    alice.locator(f"a[href='/findings/{row.uid}/']").click()
    alice.get_by_role("button", name="Confirm", exact=True).click()
    alice.get_by_text("Done, and entered into the log.").wait_for()
    ada = console.entered(people.ada, 390, "dark")
    ada.goto(f"/findings/{row.uid}/")
    ada.get_by_text("I think it is wrong").click()
    ada.get_by_label("What is wrong about it").fill("I had said so before the call was passed on.")
    ada.get_by_role("button", name="Dispute it").click()
    bob = console.entered(people.bob, 820)
    bob.goto("/findings/disputes/")
    bob.get_by_role("row").nth(1).get_by_role("link").click()
    bob.get_by_label("Your answer to the agent").fill("I have listened: it is said too late.")
    bob.get_by_role("button", name="Answer", exact=True).click()
    ada.reload()
    ada.get_by_text("it is said too late").wait_for()
    for page in (alice, ada, bob):
        for path in ("/findings/", "/findings/disputes/", f"/findings/{row.uid}/"):
            page.goto(path)
            assert page.evaluate(WIDER) <= 0, path
            assert [one for one in page.evaluate(SMALL) if not one.startswith("<summary")] == [], path
    assert console.complaints == []
