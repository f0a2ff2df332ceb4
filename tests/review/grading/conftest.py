"""A day of calls, and people who grade them."""

import pytest
from tests.characters import Cast
from tests.characters import cast as made
from tests.record.conftest import Take, call, shop, take, watches

from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.review.actions import grading
from clearline.review.actions.grading import Said
from clearline.review.automatic import automatic
from clearline.review.models import Grade
from clearline.rulebook.scorecards import Scorecard
from clearline.ui.clock import now

__all__ = ["shop", "take", "watches"]  # fixtures of the record
DAY = 86_400 * SECOND
HELD = ("100 call.held", "160 call.resumed")  # without a word
TALK = (
    "0 call.started direction=inbound purpose=service recorded=false",
    "1 call.answered",
    "3 agent: Thank you for calling Northwind.",
    "9 customer: Where is my parcel?",
)

FINE = {
    "greeting": "yes",
    "listened": "fully",
    "verified": "not applicable",
    "agreed": "not applicable",
    "hold": "yes",
    "promises": "yes",
    "claims": "not applicable",
    "closing": "fully",
}


def talk(name: str, at: Instant, *, agent: str = "a-1", held: bool = False) -> list[object]:
    """A service call; held means that somebody was put on hold without being told."""
    return list(call(*TALK, *(HELD if held else ()), "300 call.ended", name=name, at=at, agent=agent))


@pytest.fixture
def card(shop: Judging) -> Scorecard:
    return shop.rulebook.scorecards["service-call"]


@pytest.fixture
def at() -> Instant:
    return now()


@pytest.fixture
def people(take: Take, at: Instant) -> Cast:
    """Ada had six calls, in two of them she put somebody on hold without a word; Charlie had two."""
    cast = made()
    for number in range(6):
        take(talk(f"c-{number}", at - DAY + number * 1_000 * SECOND, held=number < 2), at)
    for number in range(2):
        take(talk(f"d-{number}", at - DAY + number * 1_000 * SECOND, agent="a-9"), at)
    return cast


class Grader:
    """Somebody grades what they were given, as one test wants it."""

    def __init__(self, card: Scorecard, shop: Judging, at: Instant, watches: Watches) -> None:
        self.card, self.shop, self.at, self.watches = card, shop, at, watches

    def grades(self, who: Person, grade: Grade, **answers: str) -> None:
        said = {name: Said(one) for name, one in (FINE | answers).items()}
        told = automatic(grade.call, self.card, self.shop)
        grading.given(who, grade, self.card, said, told, self.at, self.watches)


@pytest.fixture
def grader(card: Scorecard, shop: Judging, at: Instant, watches: Watches) -> Grader:
    return Grader(card, shop, at, watches)
