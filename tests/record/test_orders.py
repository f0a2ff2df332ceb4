"""An order has a page: what became of it, whose it is, and what rules say of it."""

import pytest
from tests.characters import Cast, cast, logged_in
from tests.record.conftest import GOOD, LATER, NOON, Take, call

from clearline.engine.events import SECOND, Event
from clearline.people.models import Act
from clearline.record.models import Contact, Duty, Finding, Order, Timeline

pytestmark = pytest.mark.django_db
DAY = 86_400 * SECOND


def told(name: str, kind: str, at: int, *, on: str = "order", subject: str = "HB/1", **data: object) -> Event:
    return Event(name, kind, at, dict(data), {on: subject, "contact": "k-1"})


@pytest.fixture
def people(take: Take) -> Cast:
    """Kim spoke with Ada and ordered a tent, which was promised for yesterday; and has a box each month."""
    found = cast()
    kim = Event(
        "k-0", "contact.created", NOON, {"name": "Kim Farrow", "number": "+12025550143"}, {"contact": "k-1"}
    )
    take([kim, *call(*GOOD, name="ours", agent="a-1", contact="k-1")])
    take(
        [
            told(
                "o-0",
                "order.placed",
                NOON + 60 * SECOND,
                item="tent",
                amount=249,
                currency="USD",
                secret="owl",
            ),
            told("o-1", "payment.captured", NOON + 61 * SECOND),
            told("s-0", "subscription.started", NOON, on="subscription", subject="s-1", plan="members' box"),
        ]
    )
    return found


def page(people: Cast, name: str, path: str = "/orders/HB/1/") -> str:
    answer = logged_in(getattr(people, name)).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", ["alice", "audrey", "bob", "ada"])
def test_an_order_says_what_became_of_it(people: Cast, name: str) -> None:
    body = page(people, name)
    contact = Contact.objects.get(subject="k-1")
    assert "Order placed" in body
    assert "item tent" in body
    assert "249" in body
    assert f'href="/contacts/{contact.pk}/"' in body
    assert "Kim Farrow" not in body
    assert "owl" not in body  # only what is known to be no secret of theirs is told
    look = Act.objects.get(by=getattr(people, name), kind="look")
    assert look.what == "order HB/1"


@pytest.mark.parametrize("name", ["charlie", "max"])
@pytest.mark.parametrize("path", ["/orders/HB/1/", "/subscriptions/s-1/"])
def test_others_don_t_see_it_and_can_t_tell_that_it_is_there(people: Cast, name: str, path: str) -> None:
    client = logged_in(getattr(people, name))
    assert client.get(path).status_code == client.get(path.replace("1", "2")).status_code >= 403


def test_a_subscription_has_one_too_and_belongs_to_its_contact(people: Cast) -> None:
    assert "plan members&#x27; box" in page(people, "bob", "/subscriptions/s-1/")
    contact = Contact.objects.get(subject="k-1")
    assert Timeline.objects.get(kind="subscription").contact == contact
    shown = page(people, "alice", f"/contacts/{contact.pk}/")
    assert 'href="/orders/HB/1/"' in shown
    assert 'href="/subscriptions/s-1/"' in shown


def test_findings_and_duties_lead_to_it(people: Cast, take: Take) -> None:
    late = [told("o-2", "order.placed", NOON, subject="HB/2", channel="phone", places=["US-CO"])]
    take(late, at=NOON + DAY)
    assert Duty.objects.filter(timeline__subject="HB/2").exists()
    assert 'href="/orders/HB/2/"' in page(people, "alice", "/duties/")
    take([told("o-3", "order.shipped", NOON + 90 * DAY, subject="HB/2")], at=NOON + 91 * DAY)
    finding = Finding.objects.filter(timeline__subject="HB/2", question=False)[0]
    assert 'href="/orders/HB/2/"' in page(people, "alice", f"/findings/{finding.uid}/")
    assert b"was due by 2026-10-" in bytes(finding.body or b"")  # a date: no order is counted in minutes
    shown = page(people, "alice", "/orders/HB/2/")
    assert f'href="/findings/{finding.uid}/"' in shown


def test_what_happened_on_a_call_of_somebody_else_stays_theirs(people: Cast, take: Take) -> None:
    subjects = {"order": "HB/1", "contact": "k-1", "call": "theirs"}
    take(call(*GOOD, name="theirs", agent="a-9", contact="k-1"))
    take([Event("o-4", "order.shipped", NOON + 90 * SECOND, {"carrier": "Kestrel"}, subjects)])
    assert "Kestrel" in page(people, "alice")
    assert "Kestrel" not in page(people, "ada")


def test_an_amount_is_the_total_where_none_is_told(people: Cast, take: Take) -> None:
    assert Order.objects.get().total == "249"
    take([told("o-5", "order.items_changed", LATER, total=200)])
    assert Order.objects.get().total == "200"
    assert people
