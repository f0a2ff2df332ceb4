"""A share of the last T over many events, certain and not."""

from __future__ import annotations

from tests.engine.small_programs import event, program

from clearline.engine.events import SECOND
from clearline.engine.forms.form import State
from clearline.engine.monitor import Monitor

MANY = 5000


def test_a_doubt_long_ago_is_forgotten_however_much_has_happened_since() -> None:
    monitor = Monitor(program("limit x.a where data.ok to 50% of x.b per 10000s", kind="campaign"))
    monitor.step(event(0, "x.a"))  # nobody knows whether it counts
    for at in range(MANY):
        monitor.step(event(at + 1, "x.b"))
    monitor.advance(20_000 * SECOND)
    verdict = monitor.verdicts()[0]
    assert (verdict.state, verdict.tried, verdict.findings) == (State.OPEN, MANY, ())
