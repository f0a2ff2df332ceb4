"""The page of lists, over HTTP: what is loaded and how old it is, uploads, what waits for a person, vendors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.characters import Cast, cast, logged_in
from tests.gate.lists.test_loading import MANY
from tests.gate.lists.test_reading import FLAT

from clearline.gate.lists import current
from clearline.gate.models import Snapshot, Vendor
from clearline.gate.tasks import KINDS
from clearline.record.jobs import work
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
FETCHED = "2026-10-20T06:00"


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    current.forget()
    yield
    current.forget()


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def alice(people: Cast) -> Client:
    return logged_in(people.alice)


def page(client: Client) -> str:
    answer = client.get(reverse("lists"))
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client: Client, content: bytes, **told: str) -> int:
    file = SimpleUploadedFile("list.txt", content)
    asked = {"name": "ftc", "made": FETCHED, "subscription": "10311845", "areas": "415", "file": file, **told}
    return client.post(reverse("load_list"), asked).status_code


def test_an_upload_becomes_current_by_itself(alice: Client) -> None:
    assert "No list is loaded" in page(alice)
    assert upload(alice, FLAT) == 302
    assert "us-national" in page(alice), "it is being read"
    assert work(now, KINDS)
    row = Snapshot.objects.get()
    assert (row.state, row.areas) == ("current", [202, 303, 415])
    told = page(alice)
    assert "10311845" in told
    assert "too old" in told, "it was fetched more than 31 days ago"
    assert list((Path(settings.HOME.path) / "lists" / "brought").iterdir()) == []


def test_what_is_no_list_is_shown_as_refused_with_its_reason(alice: Client) -> None:
    upload(alice, b"hello\n")
    assert work(now, KINDS)
    assert not work(now, KINDS), "it is not tried again"
    assert Snapshot.objects.get().state == "refused"
    assert "no line of the file holds a number" in page(alice)


def test_what_shrank_waits_until_an_officer_has_looked(alice: Client, people: Cast) -> None:
    for content in (MANY, MANY[:120], MANY[:240]):
        upload(alice, content)
        work(now, KINDS)
    first, second = Snapshot.objects.filter(state="held").order_by("pk")
    assert "90.0% fewer" in page(alice)
    assert "Make it current" not in page(logged_in(people.audrey))
    for person in (people.bob, people.audrey, people.max, people.ada):
        assert logged_in(person).post(reverse("confirm_list", args=[first.uid])).status_code == 403
    assert alice.post(reverse("refuse_list", args=[first.uid])).status_code == 302
    assert alice.post(reverse("confirm_list", args=[second.uid])).status_code == 302
    assert Snapshot.objects.get(state="current") == second
    again = alice.post(reverse("confirm_list", args=[second.uid]), follow=True)
    assert "does not wait for anybody" in again.content.decode()


@pytest.mark.parametrize(
    "told", [{"name": "everybody"}, {"areas": "20x"}, {"areas": "100"}, {"made": "yesterday"}, {"file": ""}]
)
def test_a_form_that_says_nothing_comes_back_with_a_reason(alice: Client, told: dict[str, str]) -> None:
    assert upload(alice, FLAT, **told) == 400
    assert not work(now, KINDS)


def test_vendors_are_entered_and_leave(alice: Client) -> None:
    assert alice.post(reverse("enter_vendor"), {"name": "Dial & Co"}).status_code == 302
    assert "Dial &amp; Co" in page(alice)
    again = alice.post(reverse("enter_vendor"), {"name": "Dial & Co"}, follow=True)
    assert "not among them yet" in again.content.decode()
    vendor = Vendor.objects.get()
    assert alice.post(reverse("leave_vendor", args=[vendor.pk])).status_code == 302
    assert "Nobody else has a copy" in page(alice)
    assert alice.post(reverse("leave_vendor", args=[vendor.pk])).status_code == 404


def test_agents_do_not_see_the_lists(people: Cast) -> None:
    assert logged_in(people.ada).get(reverse("lists")).status_code == 403
