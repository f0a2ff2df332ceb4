"""A shop with calls, people who audit them, and an audit of its sales calls."""

from datetime import date, timedelta

import pytest
from tests.characters import Cast
from tests.record.conftest import BAD, GOOD, LATER, NOON, Take, call, people, shop, take, watches

from clearline.audits.actions import auditing
from clearline.audits.models import Audit
from clearline.engine.events import SECOND, Instant
from clearline.record.days import day_of
from clearline.record.watching import Watches

__all__ = ["people", "shop", "take", "watches"]
DAY = 86_400 * SECOND
RULE = "no-security-code-while-recording"


@pytest.fixture
def many(people: Cast, take: Take) -> Cast:
    """Forty more calls of Ada's, some of them bad."""
    for number in range(40):
        lines = BAD if number % 8 == 0 else GOOD
        take(call(*lines, name=f"m-{number:02d}", at=NOON + (number + 1) * 60 * SECOND, agent="a-1"))
    return people


def planned(by: Cast, at: Instant, watches: Watches, **more: object) -> Audit:
    told: dict[str, object] = {
        "title": "Codes on recordings",
        "rules": (RULE,),
        "teams": (),
        "since": NOON - DAY,
        "until": LATER + DAY,
        "due": day_of(at) + timedelta(days=30),
        "rate": 0.1,
    }
    return auditing.planned(by.alice, auditing.Plan(**{**told, **more}), at, watches)  # type: ignore[arg-type]


@pytest.fixture
def audit(many: Cast, watches: Watches) -> Audit:
    """An audit whose sample is drawn, by Anna."""
    row = planned(many, LATER, watches)
    auditing.assigned(many.alice, row, many.anna, LATER + 1, watches)
    auditing.seeded(many.anna, row, LATER + 2, watches)
    return auditing.sample_drawn(many.anna, row, LATER + 3, watches)


def soon(days: int) -> date:
    return day_of(LATER) + timedelta(days=days)
