"""Answers that no call came of are kept as long as laws and the shop say, and no longer; a hold stops that."""

from collections.abc import Callable

import pytest
from tests.characters import cast
from tests.gate.conftest import HOUR, NOON, OREGON, Ask, Tell, attempt, contact

from clearline.engine.events import Event, Instant
from clearline.evidence.models import Entry
from clearline.gate import room
from clearline.gate.models import Decision
from clearline.people.models import Person
from clearline.record import checking, jobs
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging
from clearline.record.retention import actions, holds, queries

YEAR = 366 * 24 * HOUR
ABROAD = "+4930901820"
Decide = Callable[..., object]


@pytest.fixture
def alice() -> Person:
    return cast().alice


@pytest.fixture
def decide(alice: Person, shop: Judging) -> Decide:
    def decide(area: str, span: str, overruled: tuple[str, ...] = ()) -> object:
        return actions.decided(
            alice,
            shop.rulebook,
            klass="decisions",
            area=area,
            span=span,
            overruled=overruled,
            reason="as counsel said",
            at=NOON,
        )

    return decide


@pytest.fixture
def run(alice: Person, shop: Judging) -> Callable[[Instant], None]:
    def run(at: Instant) -> None:
        actions.asked_to_delete(alice, at, at)
        kinds = {actions.DELETE: actions.deleting(lambda: shop.rulebook)}
        while jobs.work(lambda: at, kinds):
            pass

    return run


def left() -> set[str]:
    return set(Decision.objects.exclude(body=None).values_list("number", flat=True))


def test_what_was_refused_is_forgotten_when_its_time_is_over(
    ask: Ask, decide: Decide, run: Callable[[Instant], None], shop: Judging, alice: Person
) -> None:
    ask(attempt(voice="ai"), attempt(ABROAD), attempt())
    made = Decision.objects.get(state="reserved")
    decide("US", "5y")
    run(NOON + 4 * YEAR)
    assert left() == {OREGON, ABROAD}
    preview = queries.preview(alice, shop.rulebook, NOON + 6 * YEAR)
    assert ("Answers of the gate", "due", 1) in preview.rows
    assert ("Answers of the gate", "undecided", 1) in preview.rows
    run(NOON + 6 * YEAR)
    assert list(Decision.objects.exclude(body=None).filter(number=OREGON)) == [made]
    assert left() == {OREGON, ABROAD}, "nobody has decided about Germany"
    assert Entry.objects.filter(kind="decisions.deleted").count() == 1
    assert list(room.faults()) == []
    assert list(checking.faults()) == []
    run(NOON + 6 * YEAR + 1)
    assert Entry.objects.filter(kind="decisions.deleted").count() == 1, "done twice it finds nothing left"


@pytest.mark.usefixtures("tell")
@pytest.mark.parametrize("overruled", [(), ("tsr-decisions",)])
def test_only_a_law_that_was_overruled_by_name_does_not_keep_it(
    ask: Ask, decide: Decide, run: Callable[[Instant], None], overruled: tuple[str, ...]
) -> None:
    ask(attempt(voice="ai"))
    if not overruled:
        with pytest.raises(RefusedError, match="Telemarketing Sales Rule"):
            decide("US", "6mo")
        return
    decide("US", "6mo", overruled)
    run(NOON + YEAR)
    assert left() == set()


@pytest.mark.parametrize(
    ("scope", "subject"), [("contact", "k-1"), ("contact", "k-2"), ("agent", "a-1"), ("period", "")]
)
def test_a_hold_keeps_it_until_it_is_released(
    ask: Ask,
    tell: Tell,
    decide: Decide,
    run: Callable[[Instant], None],
    alice: Person,
    scope: str,
    subject: str,
) -> None:
    tell([contact("k-1"), contact("k-2"), Event("a", "agent.hired", NOON - HOUR, {}, {"agent": "a-1"})])
    ask(attempt(voice="ai", agent="a-1"), attempt("+15035550177", voice="ai"), at=NOON)
    decide("US", "5y")
    period = (NOON - HOUR, NOON + HOUR) if scope == "period" else None
    hold = holds.placed(alice, scope, subject, period, "a lawsuit", NOON)
    run(NOON + 6 * YEAR)
    assert left() == ({OREGON, "+15035550177"} if scope == "period" else {OREGON})
    holds.released(alice, hold, "settled", NOON + 6 * YEAR)
    run(NOON + 6 * YEAR + 1)
    assert left() == set()
