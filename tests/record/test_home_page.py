"""Everybody's own page: by role, within reach, and every figure leads to what it counts."""

import html
import re
from typing import Any

import pytest
from tests.characters import Cast, logged_in
from tests.record.conftest import GOOD, Take, call

from clearline.engine.events import SECOND
from clearline.people.acts import LOOK
from clearline.people.models import Act, Person
from clearline.record.models import Call, Timeline
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
ROLES = ("alice", "bob", "ada", "anna", "charlie", "audrey", "max")
HOUR = 3_600 * SECOND


@pytest.fixture
def today(people: Cast) -> Cast:
    """The same people and calls, but of an hour ago."""
    before = Call.objects.get(timeline__subject="bad").started
    shift = now() - HOUR - before
    for one in Call.objects.all():
        Call.objects.filter(pk=one.pk).update(started=one.started + shift)
    return people


def page(person: Person) -> str:
    answer = logged_in(person).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("who", "heading"),
    [
        ("alice", "The centre today"),
        ("bob", "Your teams today"),
        ("ada", "Your day"),
        ("anna", "What waits to be looked at"),
        ("audrey", "To be audited"),
        ("max", "This installation"),
    ],
)
def test_each_role_has_a_page_of_its_own(people: Cast, who: str, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in page(getattr(people, who))


def test_figures_lead_to_the_lists_that_they_count(people: Cast) -> None:
    client = logged_in(people.alice)
    links = {
        html.unescape(url)
        for url in re.findall(r'href="(/(?:calls|findings|duties)/\?[^"]+)"', page(people.alice))
    }
    assert {url.split("?")[0] for url in links} == {"/calls/", "/findings/", "/duties/"}
    for url in links:
        assert client.get(url).status_code == 200, url


def test_the_day_adds_up(today: Cast) -> None:
    body = page(today.alice)
    counts = {
        word: int(count)
        for count, word in re.findall(r">(\d+) (known|evaluated|excluded|failed|running)<", body)
    }
    assert counts["known"] == counts["evaluated"] + counts["excluded"] + counts["failed"] + counts["running"]
    assert "it adds up" in body


def test_charlie_sees_nothing_of_others(people: Cast) -> None:
    body = page(people.charlie)
    for word in ("Ada", "Kim", "bad", "good"):
        assert f'/calls/{word}/"' not in body
        assert f">{word}<" not in body


def test_an_administrator_sees_people_and_health_and_no_calls(people: Cast) -> None:
    body = page(people.max)
    assert "7 may log in" in body
    for word in ("/calls/", "/findings/", "Kim", "Northwind"):
        assert word not in body


def test_a_clock_that_stands_still_is_said(people: Cast) -> None:
    Timeline.objects.filter(subject="running").update(wakes=now() - HOUR)
    assert "is the writer running?" in page(people.max)


def test_a_supervisor_sees_each_agent_of_their_teams(people: Cast) -> None:
    body = page(people.bob)
    assert "Ada" in body
    assert "Charlie" not in body


def test_own_pages_quote_nobody_and_so_log_no_look(people: Cast) -> None:
    for who in ROLES:
        assert "Northwind" not in page(getattr(people, who))
    assert not Act.objects.filter(kind=LOOK).exists()


@pytest.mark.parametrize("who", ROLES)
def test_an_empty_house_has_a_page_for_everybody(db: None, who: str) -> None:  # noqa: ARG001
    from tests.characters import cast

    page(getattr(cast(), who))


@pytest.mark.parametrize("who", ROLES)
def test_it_takes_few_queries(people: Cast, take: Take, who: str, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        take(call(*GOOD, name=f"c-{number}", agent="a-1"))
    client = logged_in(getattr(people, who))
    with django_assert_max_num_queries(30):
        client.get("/")
