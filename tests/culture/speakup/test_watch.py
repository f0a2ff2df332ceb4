"""The retaliation watch sees a turn against somebody, and asks the database about nobody."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.characters import AT
from tests.culture.speakup.conftest import DAY, Channel

from clearline.culture.speakup import handling, queries
from clearline.culture.speakup.watch import Measure, lines
from clearline.people.models import Person, Role


def measure(after: float, peers: int = 30, harm: int = 1) -> Measure:
    """One thing that stays as it was for everybody else, more or less."""
    before: dict[str, tuple[float, float]] = {f"p-{n}": (20 + n % 5, 100) for n in range(peers)}
    since: dict[str, tuple[float, float]] = {f"p-{n}": (20 + n % 7, 100) for n in range(peers)}
    return Measure("Findings in a call", harm, {**before, "w": (20, 100)}, {**since, "w": (after, 100)})


def test_what_turned_against_one_person_alone_stands_out() -> None:
    (line,) = lines([measure(60)], "w")
    assert (line.odd, line.worse, line.of) == (True, 0, 30)
    assert (line.before, line.after) == (0.2, 0.6)


@pytest.mark.parametrize(
    "one",
    [measure(22), measure(5), measure(60, harm=-1), measure(60, peers=18)],
    ids=["like the others", "to the better", "more is better", "too few others"],
)
def test_nothing_stands_out_without_a_reason(one: Measure) -> None:
    (line,) = lines([one], "w")
    assert not line.odd


def test_too_little_says_nothing() -> None:
    few = Measure("x", 1, {"w": (1, 9), "p": (1, 90)}, {"w": (9, 90), "p": (1, 90)})
    assert lines([few], "w") == []
    assert lines([measure(60)], "nobody") == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=40, max_size=40))
def test_at_most_one_in_twenty_stands_out_where_all_are_treated_alike(after: list[int]) -> None:
    one = Measure(
        "x", 1, {f"p-{n}": (20, 100) for n in range(40)}, {f"p-{n}": (a, 100) for n, a in enumerate(after)}
    )
    odd = sum(line.odd for n in range(40) for line in lines([one], f"p-{n}"))
    assert odd <= 40 * 0.05


@pytest.mark.django_db
def test_the_database_is_asked_the_same_whoever_is_watched_and_learns_no_name(channel: Channel) -> None:
    Person.objects.invited(email="dana@shop.example", name="Dana", role=Role.AGENT, agent="a-77")
    channel.delivered()
    asked = []
    for agent in ("a-1", "a-77"):
        (one,) = channel.opened(channel.people.alice)
        handling.watched(one, agent, AT + DAY)
        (one,) = channel.opened(channel.people.alice)
        with CaptureQueriesContext(connection) as caught:
            found = queries.watch(one, AT + 2 * DAY)
        assert found
        assert (found.agent, found.since) == (agent, date(2026, 11, 24))
        asked.append([query["sql"] for query in caught])
        assert not [sql for sql in asked[-1] if agent in sql]
    assert asked[0] == asked[1]
