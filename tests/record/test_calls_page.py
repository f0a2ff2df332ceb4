"""The list of calls: whose, which, in what order, and how far."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.characters import Cast, logged_in
from tests.record.conftest import GOOD, NOON, Take, call

from clearline.engine.events import SECOND
from clearline.record.models import Call
from clearline.record.queries import parts

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="/calls/([\w-]+)/"')


def listed(client: Client, query: str = "") -> list[str]:
    """The calls on the page, in order."""
    answer = client.get(f"/calls/{query}")
    assert answer.status_code == 200
    return LINK.findall(answer.content.decode())


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["others", "running", "good", "bad"]),
        ("anna", ["others", "running", "good", "bad"]),
        ("audrey", ["others", "running", "good", "bad"]),
        ("bob", ["running", "good", "bad"]),
        ("ada", ["running", "good", "bad"]),
        ("charlie", ["others"]),
    ],
)
def test_everybody_sees_the_calls_within_their_reach_newest_first(
    people: Cast, who: str, seen: list[str]
) -> None:
    assert listed(logged_in(getattr(people, who))) == seen


def test_an_administrator_sees_no_calls(people: Cast) -> None:
    assert logged_in(people.max).get("/calls/").status_code == 403


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?state=running", ["running"]),
        ("?state=excluded", []),
        ("?found=findings", ["others", "bad"]),
        ("?found=nothing&state=evaluated", ["good"]),
        ("?agent=a-9", ["others"]),
        ("?direction=outbound", []),
        ("?purpose=service&agent=a-1&state=evaluated", ["good", "bad"]),
        ("?since=2026-09-21&until=2026-09-21", ["others", "running", "good", "bad"]),
        ("?since=2026-09-22", []),
        ("?until=2026-09-20", []),
        ("?sort=at", ["bad", "good", "running", "others"]),
        ("?sort=-length", ["others", "bad", "good", "running"]),
        ("?sort=length&found=findings", ["bad", "others"]),
        ("?rule=no-such-rule", []),
    ],
)
def test_a_filter_leaves_what_it_says(people: Cast, query: str, seen: list[str]) -> None:
    assert listed(logged_in(people.alice), query) == seen


def test_calls_can_be_asked_for_by_a_rule_that_was_broken(people: Cast) -> None:
    rule = Call.objects.get(timeline__subject="bad").timeline.findings.filter(question=False)[0].rule
    assert set(listed(logged_in(people.alice), f"?rule={rule}")) == {"bad", "others"}


def test_a_team_is_the_calls_of_those_in_it(people: Cast) -> None:
    assert people.ada.team
    query = f"?team={people.ada.team.uid}"
    assert listed(logged_in(people.alice), query) == ["running", "good", "bad"]


def test_a_team_beyond_reach_is_no_choice(people: Cast) -> None:
    assert people.charlie.team
    answer = logged_in(people.bob).get(f"/calls/?team={people.charlie.team.uid}")
    assert answer.status_code == 400
    assert listed(logged_in(people.bob), "?agent=a-9") == []


@pytest.mark.parametrize(
    "query",
    [
        "?since=yesterday",
        "?state=broken",
        "?since=0001-01-01",
        "?until=9999-12-31",
        "?sort=price",
        "?team=x",
        f"?agent={'a' * 200}",
        f"?purpose={'p' * 50}",
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_looked_for(people: Cast, query: str) -> None:
    answer = logged_in(people.alice).get(f"/calls/{query}")
    assert answer.status_code == 400
    assert "The filter can" in answer.content.decode()
    assert not LINK.search(answer.content.decode())


@pytest.mark.parametrize(
    "place", ["x", "-at.after.1", "-at.after.99999999999999999999.1", "at.after.5.5", "-at.beside.5.5"]
)
def test_a_place_that_is_none_is_the_beginning(people: Cast, place: str) -> None:
    assert len(listed(logged_in(people.alice), f"?from={place}")) == 4


def test_contacts_are_masked(people: Cast) -> None:
    body = logged_in(people.alice).get("/calls/").content.decode()
    assert "K. F. •••• 0143" in body
    assert "Farrow" not in body
    assert "2025550143" not in body


def test_an_empty_house_says_so(people: Cast) -> None:
    Call.objects.all().delete()
    assert "No calls yet" in logged_in(people.alice).get("/calls/").content.decode()
    assert "No call is like that" in logged_in(people.alice).get("/calls/?state=failed").content.decode()


@pytest.mark.parametrize("sort", ["-at", "at", "-length", "findings"])
def test_parts_hold_every_call_once_forth_and_back(
    people: Cast, take: Take, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    for number in range(9):
        take(call(*GOOD, name=f"c-{number}", at=NOON + number // 2 * 60 * SECOND, agent="a-1"))
    client = logged_in(people.alice)
    whole = listed(client, f"?sort={sort}")
    monkeypatch.setattr(parts, "SIZE", 4)
    pages, ways = [], [f"?sort={sort}"]
    while ways[-1]:
        body = client.get(f"/calls/{ways[-1]}").content.decode()
        pages.append(LINK.findall(body))
        ways.append(_way(body, "next"))
    assert [one for page in pages for one in page] == whole
    assert len(whole) == 13
    back = _way(client.get(f"/calls/{ways[-2]}").content.decode(), "prev")
    assert listed(client, back) == pages[-2]


def test_a_part_looks_only_so_far_and_says_where_it_stopped(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LOOKED", 2)
    client = logged_in(people.alice)
    body = client.get("/calls/?state=evaluated&agent=&found=nothing").content.decode()
    assert LINK.findall(body) == ["good"]
    first = client.get("/calls/?found=questions").content.decode()
    assert "None so far" in first
    seen, body = LINK.findall(first), first
    while query := _way(body, "next"):
        body = client.get(f"/calls/{query}").content.decode()
        seen += LINK.findall(body)
    assert set(seen) == set(Call.objects.filter(questions__gt=0).values_list("timeline__subject", flat=True))


def test_a_page_takes_few_queries_however_many_calls_there_are(
    people: Cast, take: Take, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        take(call(*GOOD, name=f"c-{number}", agent="a-1", contact=f"k-{number}"))
    client = logged_in(people.bob)
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined] # a context manager
        assert len(listed(client)) == parts.SIZE


def _way(body: str, rel: str) -> str:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', body)
    return found[1].replace("&amp;", "&") if found else ""
