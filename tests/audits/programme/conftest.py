"""A shop with a record, and deeds for its programme."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.audits.conftest import DAY
from tests.characters import Cast
from tests.record.conftest import LATER, people, shop, take, watches

from clearline.audits.programme import adding, matrix
from clearline.audits.programme.adding import Piece
from clearline.audits.programme.matrix import Cell
from clearline.audits.programme.reading import known
from clearline.engine.events import Instant
from clearline.record.days import day_of
from clearline.record.judging import Judging, judging
from clearline.record.watching import Watches

__all__ = ["people", "shop", "take", "watches"]
Give = Callable[..., None]


@pytest.fixture
def give(people: Cast, watches: Watches, shop: Judging) -> Give:
    """Enters a piece of evidence, some days ago."""

    def give(name: str, *, ago: int = 0, who: str = "", at: Instant = LATER, **more: str | date) -> None:
        control = known(shop.rulebook)[name]
        on = day_of(at) - timedelta(days=ago)
        piece = Piece(control, on, who, title="As adopted", **more)  # type: ignore[arg-type]
        adding.added(people.alice, [piece], at, watches)

    return give


def cell(people: Cast, obligation: str, kind: str, at: Instant = LATER) -> Cell:
    """How the controls of a kind stand for an obligation."""
    row = matrix.obligation(people.alice, judging(), obligation, at)
    assert row
    return next(one for one in row.cells if one.kind == kind)


__all__ += ["DAY"]
