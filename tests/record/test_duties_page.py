"""Everything that is due, by its deadline."""

import re

import pytest
from tests.characters import Cast, logged_in

from clearline.engine.events import SECOND
from clearline.people.models import Person
from clearline.record.models import Duty, Timeline
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
HOUR = 3_600 * SECOND
LINK = re.compile(r'<th scope="row"><a href="/rules/([\w-]+)/"')


@pytest.fixture
def due(people: Cast) -> Cast:
    """Duties: one overdue of Ada's, one of tomorrow of Charlie's, one without a deadline."""
    Duty.objects.all().delete()
    at = now()
    for name, agent, deadline in (
        ("late", "a-1", at - HOUR),
        ("soon", "a-9", at + 23 * HOUR),
        ("open", "a-1", None),
    ):
        Duty.objects.create(
            uid=name,
            timeline=Timeline.objects.get(kind="call", subject="bad" if agent == "a-1" else "others"),
            rule=name,
            version="1",
            severity="serious",
            since=at,
            deadline=deadline,
            agent=agent,
        )
    return people


def listed(person: Person, query: str = "") -> list[str]:
    answer = logged_in(person).get(f"/duties/{query}")
    assert answer.status_code == 200
    return LINK.findall(answer.content.decode())


def test_the_overdue_come_first(due: Cast) -> None:
    assert listed(due.alice) == ["late", "soon"]
    body = logged_in(due.alice).get("/duties/").content.decode()
    assert "overdue by 1 h" in body
    assert "in 22 h" in body or "in 23 h" in body


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?when=overdue", ["late"]),
        ("?when=due", ["soon"]),
        ("?when=soon", ["soon"]),
        ("?when=overdue&until=1999-12-31", []),
        ("?when=open", ["open"]),
        ("?agent=a-9", ["soon"]),
        ("?severity=minor", []),
        ("?rule=late", ["late"]),
    ],
)
def test_a_side_or_a_filter_leaves_what_it_says(due: Cast, query: str, seen: list[str]) -> None:
    assert listed(due.alice, query) == seen


def test_everybody_sees_those_within_their_reach(due: Cast) -> None:
    assert listed(due.ada) == listed(due.bob) == ["late"]
    assert listed(due.charlie) == ["soon"]
    assert logged_in(due.max).get("/duties/").status_code == 403


def test_bad_input_and_nothing_due_are_said(due: Cast) -> None:
    assert logged_in(due.alice).get("/duties/?when=never").status_code == 400
    Duty.objects.all().delete()
    assert "Nothing is due" in logged_in(due.alice).get("/duties/").content.decode()
