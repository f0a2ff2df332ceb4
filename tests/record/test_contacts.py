"""Contacts: who finds whom by what, and what stays masked and logged."""

import pytest
from django.db import connection
from tests.characters import Cast, cast, logged_in
from tests.record.conftest import NOON, Take, call
from tests.record.test_append import LINES

from clearline.engine.events import SECOND, Event
from clearline.evidence.models import Entry
from clearline.evidence.queries import head_size
from clearline.people.models import Act, Person
from clearline.record.local_times import local_times
from clearline.record.models import Contact, ContactPoint
from clearline.record.models.searching import Folded, Surname
from clearline.record.queries import contacts as queries
from clearline.record.queries import reach
from clearline.record.queries.cursors import Cursor, newest, read_cursor, soonest
from clearline.record.queries.history import history

pytestmark = pytest.mark.django_db
NUMBER, MAIL = "+4930555011", "kaete@shop.example"


def told(subject: str, kind: str, at: int = NOON, **data: object) -> Event:
    return Event(f"{subject}-{kind}-{at}", kind, at, dict(data), {"contact": subject})


@pytest.fixture
def people(take: Take) -> Cast:
    """Käte spoke with Ada, Kurt with somebody of another team."""
    found = cast()
    take(
        [
            told(
                "k-1", "contact.created", name="Käte van der Berg", number=NUMBER, email=MAIL, places=["DE"]
            ),
            told("k-2", "contact.created", name="Kurt Berger", number="+14155552671", zone=["Mars/Olympus"]),
            told(
                "k-1",
                "consent.given",
                NOON + 1,
                purpose="marketing",
                channel="phone",
                wording="Yes, call me.",
            ),
            told("k-1", "consent.revoked", NOON + 2, purpose="marketing"),
            told("k-1", "order.placed", NOON + 3),
        ]
    )
    take(call(*LINES, name="ours", agent="a-1", contact="k-1"))
    take(call(*LINES, name="theirs", agent="a-2", contact="k-1", at=NOON + 600 * SECOND))
    take(call(*LINES, name="other", agent="a-2", contact="k-2"))
    return found


def names(who: Person, text: str, *regions: str) -> list[str]:
    return [one.name for one in queries.search(who, text, regions).contacts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kä", ["Käte van der Berg"]),
        ("KURT", ["Kurt Berger"]),
        ("berg", ["Kurt Berger"]),
        ("van der  berg", ["Käte van der Berg"]),
        ("der", []),
        ("+49 30 555", ["Käte van der Berg"]),
        ("0049 (30) 555-011", ["Käte van der Berg"]),
        ("030 555", ["Käte van der Berg"]),
        ("415 555 2671", ["Kurt Berger"]),
        ("KAETE@", ["Käte van der Berg"]),
        ("%", []),
        ("'; --", []),
        ("_urt", []),
    ],
)
def test_a_contact_is_found_by_the_beginning(people: Cast, text: str, found: list[str]) -> None:
    assert names(people.alice, text, "US", "DE") == found


def test_each_finds_only_their_own(people: Cast) -> None:
    assert names(people.bob, "k") == names(people.ada, "k") == ["Käte van der Berg"]
    assert names(people.ada, "+1415") == names(people.charlie, "k") == names(people.max, "k") == []


def test_a_search_uses_the_indices(people: Cast) -> None:
    rows = reach.contacts(people.alice)
    asked = queries._beginning(rows.annotate(found=Surname("name")), "berg")[:5]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "contacts_by_surname" in asked.explain()
    points = ContactPoint.objects.annotate(found=Folded("value"))
    assert "points_by_value" in queries._beginning(points, "+49")[:5].explain()


def test_numbers_stay_masked_until_one_is_asked_for_and_each_look_is_logged(people: Cast) -> None:
    alice = logged_in(people.alice)
    contact = Contact.objects.get(subject="k-1")
    page = alice.get(f"/contacts/{contact.pk}/").content.decode()
    assert "Käte van der Berg" in page
    assert "Yes, call me." in page
    assert NUMBER not in page
    assert MAIL not in page
    phone = contact.points.get(kind="phone")
    shown = alice.post(f"/contacts/{contact.pk}/points/{phone.pk}/", headers={"HX-Request": "true"})
    assert NUMBER in shown.content.decode()
    assert alice.get(f"/contacts/{contact.pk}/points/{phone.pk}/").status_code == 405
    looks = Act.objects.filter(by=people.alice, kind="look").order_by("index")
    assert [one.what for one in looks] == [f"contact {contact.pk}", f"phone of contact {contact.pk}"]


def test_a_search_is_a_look_that_does_not_say_what_was_searched(people: Cast) -> None:
    alice = logged_in(people.alice)
    assert "Kurt" in alice.post("/contacts/", {"words": "+1 415 555 2671"}).content.decode()
    alice.post("/contacts/", {"words": "nobody"})
    looks = [one.what for one in Act.objects.filter(by=people.alice, kind="look").order_by("index")]
    kurt = Contact.objects.get(subject="k-2").pk
    assert looks == [f"contacts found by a search: {kurt}", "contacts found by a search: none"]


def test_an_agent_sees_their_own_contacts_masked_and_nothing_of_calls_of_others(people: Cast) -> None:
    ada = logged_in(people.ada)
    contact = Contact.objects.get(subject="k-1")
    page = ada.get(f"/contacts/{contact.pk}/").content.decode()
    assert "Käte" not in page
    assert "K•••" in page
    assert "/calls/ours/" in page
    assert "theirs" not in page
    point = contact.points.first()
    assert point
    assert ada.post(f"/contacts/{contact.pk}/points/{point.pk}/").status_code == 403
    other = Contact.objects.get(subject="k-2")
    assert ada.get(f"/contacts/{other.pk}/").status_code == 404


def test_a_point_is_shown_only_with_its_own_contact(people: Cast) -> None:
    mine, other = Contact.objects.get(subject="k-1"), Contact.objects.get(subject="k-2")
    point = other.points.first()
    assert point
    assert logged_in(people.bob).post(f"/contacts/{mine.pk}/points/{point.pk}/").status_code == 404


def test_what_happened_comes_in_parts(people: Cast, take: Take) -> None:
    take([told("k-1", "contact.inquired", NOON + 10 + number) for number in range(50)])
    contact = Contact.objects.get(subject="k-1")
    seen: list[int] = []
    place: Cursor | None = None
    while True:
        part, place = history(people.alice, "contact", contact.subject, place)
        seen += [one.event.pk for one in part]
        if place is None:
            break
    assert len(seen) == len(set(seen)) >= 50
    agents = [
        timeline.subject
        for one in history(people.ada, "contact", contact.subject, None)[0]
        for timeline in one.on
    ]
    assert "theirs" not in agents


def test_a_zone_that_is_none_does_no_harm(people: Cast) -> None:
    kurt = Contact.objects.get(subject="k-2")
    found = {one.zone: one.now for one in local_times(kurt, list(kurt.points.all()), NOON)}
    assert found["Mars/Olympus"] == ""
    assert found["America/Los_Angeles"] == "Monday 07:13"
    assert logged_in(people.alice).get(f"/contacts/{kurt.pk}/").status_code == 200


def test_an_erased_contact_says_so_and_no_more(people: Cast) -> None:
    contact = Contact.objects.get(subject="k-1")
    contact.erased, contact.name = NOON, ""
    contact.save()
    contact.points.all().delete()
    page = logged_in(people.alice).get(f"/contacts/{contact.pk}/").content.decode()
    assert "This contact was erased" in page
    assert names(people.alice, "kä") == []


@pytest.mark.parametrize("text", ["", "1", "1.", "a.b", "1.2.3", "\u0663.\u0661", "1" * 30 + ".1", "1.2\n"])
def test_a_place_that_nobody_wrote_is_none(text: str) -> None:
    assert read_cursor(text) is None


def test_lists_go_on_after_the_last_row_also_among_equals(people: Cast) -> None:
    rows = ContactPoint.objects.filter(since=NOON)
    for way in (newest, soonest):
        (first, *rest) = list(way(rows, "since", None))
        assert list(way(rows, "since", read_cursor(str(Cursor(first.since, first.pk))))) == rest
    assert people


def test_what_can_t_be_logged_is_not_shown(people: Cast) -> None:
    alice, kaete = logged_in(people.alice), Contact.objects.get(subject="k-1")
    phone = kaete.points.get(kind="phone")
    Entry.objects.create(index=head_size(), at=NOON, kind="in.the.way", actor="x", commitment=b"0" * 32)
    answers = [
        alice.get("/contacts/"),
        alice.post("/contacts/", {"words": "kä"}),
        alice.get(f"/contacts/{kaete.pk}/"),
        alice.post(f"/contacts/{kaete.pk}/points/{phone.pk}/"),
    ]
    assert {answer.status_code for answer in answers} == {503}
    assert not any(
        "Käte" in answer.content.decode() or NUMBER in answer.content.decode() for answer in answers
    )


def test_a_rights_request_begins_on_the_page_of_its_contact(people: Cast) -> None:
    kaete = Contact.objects.get(subject="k-1")
    begins = f"/rights/new/?contact={kaete.pk}"
    assert begins in logged_in(people.alice).get(f"/contacts/{kaete.pk}/").content.decode()
    assert logged_in(people.alice).get(begins).status_code == 200
    for other in (people.audrey, people.bob, people.ada):
        assert begins not in logged_in(other).get(f"/contacts/{kaete.pk}/").content.decode()
    Contact.objects.filter(pk=kaete.pk).update(erased=NOON)
    assert begins not in logged_in(people.alice).get(f"/contacts/{kaete.pk}/").content.decode()
