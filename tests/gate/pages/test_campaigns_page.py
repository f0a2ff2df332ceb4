"""Campaigns: their share of abandoned calls, and where it leads, before it happens."""

import pytest
from tests.characters import Cast, logged_in
from tests.gate.pages.conftest import DAY, read
from tests.record.conftest import Take

from clearline.engine.events import Event, Instant
from clearline.gate.views.campaigns import forecast
from clearline.record.queries.campaigns import window

pytestmark = pytest.mark.django_db


def calls(take: Take, at: Instant, abandoned: int, answered: int = 100) -> None:
    """Calls of the last five days, as many each day."""
    events = []
    for day in range(5):
        when = at - day * DAY
        kinds = ["call.answered"] * answered + ["call.abandoned"] * abandoned
        events += [
            Event(f"d{day}-{number}", kind, when, {}, {"campaign": "m-1"}, number)
            for number, kind in enumerate(kinds)
        ]
    take(events, at)


def test_the_pace_of_the_last_days_names_the_day(people: Cast, take: Take, at: Instant) -> None:
    early = [Event(f"e{n}", "call.answered", at - 8 * DAY, {}, {"campaign": "m-1"}) for n in range(400)]
    take(early, at)
    calls(take, at, 4)
    told = forecast(window("m-1", at))
    assert told.tone == "warning"
    assert "passes 3 % on" in told.told
    body = read(logged_in(people.bob).get("/gate/campaigns/m-1/"))
    assert "passes 3 % on" in body
    assert "Slow the dialer" in body
    assert "<svg" in body
    assert "The figures" in body
    listed = read(logged_in(people.bob).get("/gate/campaigns/"))
    assert "2.2 %" in listed


def test_a_share_that_only_comes_near_is_no_alarm(people: Cast, take: Take, at: Instant) -> None:
    calls(take, at, 2)
    told = forecast(window("m-1", at))
    assert told.tone == "good"
    assert "stays under 3 %" in read(logged_in(people.alice).get("/gate/campaigns/m-1/"))


def test_over_the_limit_it_says_stop(people: Cast, take: Take, at: Instant) -> None:
    calls(take, at, 5)
    body = read(logged_in(people.alice).get("/gate/campaigns/m-1/"))
    assert "has passed 3 %" in body
    assert "Stop the dialer" in body


def test_the_refusals_and_consents_of_a_campaign_are_at_a_glance(people: Cast) -> None:
    body = read(logged_in(people.alice).get("/gate/campaigns/m-1/"))
    assert "/gate/decisions/?campaign=m-1&amp;rule=" in body
    assert "express written" in body
    assert "no consent stands for marketing" in body
    assert "No calls in these 30 days" in body


def test_a_campaign_that_ended_is_still_found(people: Cast, take: Take, at: Instant) -> None:
    take([Event("m-9", "campaign.ended", at, {}, {"campaign": "m-1"})], at)
    body = read(logged_in(people.alice).get("/gate/campaigns/"))
    assert "No campaign runs" in body
    assert "/gate/campaigns/m-1/" in body


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("max", 403), ("audrey", 200)])
def test_who_sees_campaigns(people: Cast, who: str, status: int) -> None:
    assert logged_in(getattr(people, who)).get("/gate/campaigns/").status_code == status
    assert logged_in(getattr(people, who)).get("/gate/campaigns/m-1/").status_code == status


def test_a_campaign_that_is_none_is_not_found(people: Cast) -> None:
    assert logged_in(people.alice).get("/gate/campaigns/nothing/").status_code == 404
