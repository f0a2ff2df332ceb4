"""One rule for each key: what is done with is forgotten."""

from __future__ import annotations

from typing import Any

from tests.engine.small_programs import event, program

from clearline.engine.forms.form import State
from clearline.engine.monitor import Monitor

ORDER = "require order.shipped within 1h after order.placed for each data.id"


def living(monitor: Monitor) -> dict[Any, Any]:
    found: dict[Any, Any] = monitor._run.strict[0].living
    return found


def test_a_duty_that_is_done_is_forgotten() -> None:
    monitor = Monitor(program(ORDER, kind="contact"))
    for number in range(200):
        monitor.step(event(2 * number, "order.placed", id=number))
        assert list(living(monitor)) == [number]
        monitor.step(event(2 * number + 1, "order.shipped", id=number))
    assert not living(monitor)
    assert monitor.verdicts()[0].tried == 200


def test_duties_of_several_keys_are_listed_with_their_keys() -> None:
    monitor = Monitor(program(ORDER, kind="contact"))
    for at, number in enumerate(["a", "b"]):
        monitor.step(event(at, "order.placed", id=number))
    assert [duty.key for duty in monitor.due(0)] == ["a", "b"]
    monitor.step(event(2, "order.shipped", id="a"))
    assert [duty.key for duty in monitor.due(0)] == ["b"]
    assert monitor.verdicts()[0].state is State.DUE


def test_what_may_be_anybodys_guards_every_key() -> None:
    monitor = Monitor(program("limit x.a to 1 for each data.id", kind="contact"))
    monitor.step(event(0, "x.a", id="a"))
    assert [guard.key for guard in monitor.guards(0)] == ["a"]
    monitor.step(event(1, "x.a"))
    assert [guard.key for guard in monitor.guards(1)] == [None]
