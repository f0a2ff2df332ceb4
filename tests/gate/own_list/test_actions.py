"""Who asks not to be called is on the list at once, at every contact of the number; vendors are owed it, and confirm."""

import pytest
from tests.record.conftest import LATER, NOON, Take

from clearline.engine.events import SECOND, Event
from clearline.gate.models import DoNotCall
from clearline.gate.own_list import actions, spreading
from clearline.gate.own_list.actions import Request
from clearline.record.errors import RefusedError
from clearline.record.models import Contact, Duty, EventOn
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
NUMBER = "+12025550143"


def kinds(subject: str) -> list[str]:
    rows = EventOn.objects.filter(timeline__kind="contact", timeline__subject=subject)
    return list(rows.order_by("at", "event__seq").values_list("event__type", flat=True))


def ours() -> list[str]:
    rows = EventOn.objects.filter(timeline__kind="organisation")
    return list(rows.order_by("at", "event__seq").values_list("event__type", flat=True))


@pytest.fixture
def known(take: Take) -> None:
    for name, number in (("k-1", NUMBER), ("k-2", NUMBER), ("k-3", "+13035559999")):
        told = {"name": name, "number": number}
        take([Event(f"{name}-0", "contact.created", NOON, told, {"contact": name})])


@pytest.mark.usefixtures("known")
def test_a_request_is_on_the_list_at_once_at_every_contact_of_the_number(watches: Watches) -> None:
    (line,) = actions.request(Request(contact="k-1"), "ada", LATER, watches)
    assert line.number == NUMBER
    assert kinds("k-1") == ["contact.created", "dnc.requested", "dnc.added"]
    assert kinds("k-2") == ["contact.created", "dnc.added"]
    assert kinds(f"tel:{NUMBER}") == ["dnc.added"]
    assert kinds("k-3") == ["contact.created"]
    assert not Duty.objects.filter(timeline__subject="k-1", rule="opt-out-reaches-the-list").exists()


def test_a_number_that_nobody_knows_is_on_it_too(watches: Watches, take: Take) -> None:
    take([Event("o-1", "contact.created", NOON, {}, {"contact": "o-1"})])
    actions.request(Request(number=NUMBER, channel="mail", asked=NOON), "ada", LATER, watches)
    assert kinds(f"tel:{NUMBER}") == ["dnc.requested", "dnc.added"]
    assert Contact.objects.filter(subject=f"tel:{NUMBER}").exists()
    assert DoNotCall.objects.get().at == NOON


@pytest.mark.usefixtures("known")
def test_a_request_on_a_call_stands_on_the_call(watches: Watches, take: Take) -> None:
    take([Event("c-1", "call.started", NOON, {}, {"call": "c-1", "contact": "k-1"})])
    actions.request(Request(number=NUMBER, call="c-1"), "ada", LATER, watches)
    on = EventOn.objects.filter(timeline__kind="call", timeline__subject="c-1")
    assert "dnc.requested" in on.values_list("event__type", flat=True)


@pytest.mark.usefixtures("known")
def test_vendors_owe_each_line_until_they_confirm_it(watches: Watches) -> None:
    actions.entered("Dial & Co", "alice", LATER)
    first = actions.request(Request(number=NUMBER), "ada", LATER, watches)
    second = actions.request(Request(contact="k-3"), "ada", LATER + 1, watches)
    assert ours() == ["dnc.copy_due"] * 2
    assert Duty.objects.filter(rule="copies-at-vendors").count() >= 1
    assert actions.copied("Dial & Co", first[0].entry, "token-1", LATER + SECOND, watches) == 1
    assert ours()[2:] == ["dnc.copied", "dnc.copy_due"], "what came meanwhile is owed anew"
    assert Duty.objects.filter(rule="copies-at-vendors").count() == 1
    assert actions.copied("Dial & Co", second[0].entry + 100, "token-1", LATER + 2 * SECOND, watches) == 0
    assert actions.copied("Dial & Co", second[0].entry, "token-1", LATER + 3 * SECOND, watches) == 0
    assert ours()[4:] == ["dnc.copied"]
    assert not Duty.objects.filter(rule="copies-at-vendors").exists()
    with pytest.raises(RefusedError, match="no such vendor"):
        actions.copied("Nobody", 3, "token-1", LATER, watches)


@pytest.mark.usefixtures("known")
def test_requests_that_came_as_events_are_brought_to_the_list_once(watches: Watches, take: Take) -> None:
    actions.entered("Dial & Co", "alice", LATER)
    take([Event("t-1", "dnc.requested", NOON, {"channel": "text"}, {"contact": "k-1"})], source="texts")
    after = spreading.spread_new(-1, LATER, watches)
    assert kinds("k-1") == ["contact.created", "dnc.requested", "dnc.added"]
    assert ours() == ["dnc.copy_due"]
    assert spreading.spread_new(after, LATER + 1, watches) == after
    spreading.spread_new(-1, LATER + 1, watches)
    assert kinds("k-1") == ["contact.created", "dnc.requested", "dnc.added"]
    assert ours() == ["dnc.copy_due"]
    assert DoNotCall.objects.count() == 1


@pytest.mark.usefixtures("known")
def test_what_the_sender_put_on_the_list_is_not_put_there_twice(watches: Watches, take: Take) -> None:
    take(
        [
            Event("t-1", "dnc.requested", NOON, {}, {"contact": "k-3"}),
            Event("t-2", "dnc.added", NOON + SECOND, {"list": "own"}, {"contact": "k-3"}),
        ]
    )
    spreading.spread_new(-1, LATER, watches)
    assert kinds("k-3") == ["contact.created", "dnc.requested", "dnc.added"]
    assert DoNotCall.objects.get().number == "+13035559999"


@pytest.mark.parametrize(
    "told",
    [
        Request(),
        Request(number="2025550143"),
        Request(number="+1 202 555 0143"),
        Request(number=NUMBER, channel="pigeon"),
        Request(number=NUMBER, asked=LATER + 3_600 * SECOND),
    ],
)
def test_what_says_nothing_is_refused_in_words(told: Request, watches: Watches) -> None:
    with pytest.raises(RefusedError):
        actions.request(told, "ada", LATER, watches)
    assert not DoNotCall.objects.exists()
