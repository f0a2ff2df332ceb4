"""The five questions of a monitor, whatever order events arrive in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.small_programs import event, program, rule, said

from clearline.engine.events import SECOND, Event
from clearline.engine.explain import clock_from, explain_guard
from clearline.engine.forms.form import State
from clearline.engine.monitor import KEPT, Monitor, replay

CLOCK = clock_from(0)
SHIP = "require order.shipped within 30s after order.placed"


def watching(*sentences: str, kind: str = "call") -> Monitor:
    return Monitor(program(*sentences, kind=kind))


def guards(monitor: Monitor, now: float) -> list[str]:
    return [explain_guard(guard, CLOCK) for guard in monitor.guards(round(now * SECOND))]


def due(monitor: Monitor, now: float) -> list[tuple[float | None, bool]]:
    """Deadlines in seconds, and whether they have passed."""
    return [
        (duty.deadline / SECOND if duty.deadline is not None else None, duty.overdue)
        for duty in monitor.due(round(now * SECOND))
    ]


def test_a_step_says_what_it_changed() -> None:
    monitor = watching("require notice within 30s after call.answered")
    assert [(one.what, one.state) for one in monitor.step(event(0, "call.answered"))] == [
        ("state", State.DUE)
    ]
    assert monitor.step(event(1, "x.other")) == []
    changes = monitor.step(said(2, "agent", "this call is recorded"))
    assert [(one.what, one.state) for one in changes] == [("state", State.OPEN)]


def test_the_clock_alone_changes_what_nobody_did() -> None:
    monitor = watching(SHIP, kind="contact")
    monitor.step(event(0, "order.placed"))
    assert monitor.advance(30 * SECOND - 1) == []
    changes = monitor.advance(30 * SECOND)
    assert [one.what for one in changes] == ["raised", "state"]
    assert changes[0].finding is not None
    assert changes[0].finding.breach.at == 30 * SECOND
    assert monitor.advance(0) == []


def test_a_deed_in_time_that_is_told_late_takes_the_finding_back() -> None:
    monitor = watching(SHIP, kind="contact")
    monitor.step(event(0, "order.placed"))
    monitor.advance(60 * SECOND)
    assert [one.what for one in monitor.step(event(30, "order.shipped"))] == ["withdrawn"]


def test_what_is_due_is_listed_by_deadline_and_what_is_overdue_until_it_is_done() -> None:
    monitor = watching(SHIP, "require x.call within 20s after order.placed", kind="contact")
    monitor.step(event(0, "order.placed"))
    assert due(monitor, 10) == [(20, False), (30, False)]
    assert due(monitor, 20) == [(20, False), (30, False)]
    assert due(monitor, 21) == [(20, True), (30, False)]
    monitor.advance(99 * SECOND)
    monitor.step(event(100, "order.placed"))
    assert due(monitor, 100) == [(20, True), (30, True), (120, False), (130, False)]
    monitor.step(event(101, "order.shipped"))
    assert due(monitor, 101) == [(20, True), (120, False)]
    assert len(monitor.verdicts()[0].findings) == 1


def test_without_a_deadline_it_is_due_before_the_end() -> None:
    monitor = watching("require notice", "require x.a after x.b")
    monitor.step(event(0, "x.b"))
    assert due(monitor, 0) == [(None, False), (None, False)]
    monitor.step(event(1, "call.ended"))
    assert due(monitor, 1) == []


def test_a_deed_missed_in_a_call_stays_overdue_after_it() -> None:
    monitor = watching(SHIP)
    monitor.step(event(0, "order.placed"))
    monitor.step(event(5, "call.ended"))
    monitor.advance(60 * SECOND)
    assert due(monitor, 60) == [(30, True)]
    monitor.step(event(70, "order.shipped"))
    assert due(monitor, 70) == []
    assert monitor.verdicts()[0].state is State.BROKEN


@pytest.mark.parametrize(
    ("sentence", "events", "now", "said_"),
    [
        ("require notice before x.pay", [], 1, ["x.pay must wait for notice."]),
        ("require x.a before x.pay", [event(1, "x.a")], 2, []),
        ("require x.a before each x.pay", [event(1, "x.a"), event(2, "x.pay")], 3, ["x.pay must wait for x.a."]),
        ("forbid x.call after x.no until x.yes", [event(1, "x.no")], 2, ["no x.call now until x.yes."]),
        ("forbid x.call after x.no until x.yes", [event(1, "x.no"), event(2, "x.yes")], 3, []),
        ("forbid x.call after x.no for 7s", [event(1, "x.no")], 8, ["no x.call now until 0:08."]),
        ("forbid x.call after x.no for 7s", [event(1, "x.no")], 8.1, []),
        ("forbid x.a while recording", [event(1, "recording.started")], 2, ["no x.a now while recording."]),
        ("forbid x.a while recording", [], 2, []),
        ("forbid x.a unless fresh", [], 2, ["no x.a now unless fresh."]),
        ("limit x.call to 1 per 10s", [event(1, "x.call")], 11, ["no x.call now until 0:11."]),
        ("limit x.call to 1 per 10s", [event(1, "x.call")], 12, []),
        ("limit x.call to 2 in each 10s", [event(1, "x.call"), event(12, "x.call")], 13, []),
        ("limit x.call to 1", [event(1, "x.call")], 99, ["no x.call now."]),
        ("require x.a within 5s after x.b", [event(1, "x.b")], 2, []),
    ],
)  # fmt: skip
def test_guards_say_what_would_break_a_rule_now_and_what_would_lift_it(
    sentence: str, events: list[Event], now: float, said_: list[str]
) -> None:
    monitor = watching(sentence)
    for one in [event(0, "x.start"), *events]:
        monitor.step(one)
    assert guards(monitor, now) == said_
    monitor.step(event(now, "call.ended"))
    assert guards(monitor, now) == []


def test_a_rule_that_is_not_in_force_guards_nothing() -> None:
    dated = rule("forbid x.a", since=5 * SECOND, until=9 * SECOND)
    monitor = Monitor(program(dated))
    monitor.step(event(0, "x.start"))
    assert [bool(guards(monitor, now)) for now in (4, 5, 8, 9)] == [False, True, True, False]


def test_what_if_tells_only_what_this_event_would_break_and_keeps_nothing() -> None:
    monitor = watching("limit x.call to 1", SHIP)
    for one in (event(0, "order.placed"), event(1, "x.call")):
        monitor.step(one)
    before = monitor.verdicts()
    foretold = monitor.what_if(event(100, "x.call"))  # by then the order is late anyway
    assert [finding.rule.id for finding in foretold] == ["r0"]
    assert monitor.verdicts() == before
    assert monitor.what_if(event(100, "x.else")) == []


def test_what_if_hears_words_and_numbers_that_began_before() -> None:
    monitor = watching("forbid card_number")
    monitor.step(said(0, "customer", "my card is 4111 1111"))
    assert len(monitor.what_if(said(9, "customer", "1111 1111"))) == 1
    assert monitor.what_if(said(9, "customer", "never mind")) == []


def test_what_if_asks_where_a_fact_is_missing() -> None:
    monitor = watching("forbid x.call where data.purpose == 'sale'")
    assert monitor.what_if(event(0, "x.call", purpose="help")) == []
    assert monitor.what_if(event(0, "x.call"))[0].doubts == ("data.purpose is not known",)


def test_what_comes_twice_counts_once() -> None:
    compiled = program("limit x.call to 1")
    monitor, once = Monitor(compiled), event(1, "x.call")
    monitor.step(once)
    assert monitor.step(once) == []
    assert replay(compiled, [once, once]) == monitor.verdicts()
    assert monitor.verdicts()[0].tried == 1


def test_what_was_replaced_or_voided_before_it_came_does_not_count() -> None:
    monitor = watching("limit x.call to 0")
    wrong, other = event(5, "x.call"), event(6, "x.call")
    monitor.step(Event("void", "x.void", 0, voids=wrong.id))
    monitor.step(Event("better", "x.text", 6 * SECOND, replaces=other.id))
    assert monitor.step(wrong) == []
    assert monitor.step(other) == []


def test_a_correction_of_a_correction_stands_alone() -> None:
    monitor = watching("forbid yes")
    first = said(1, "customer", "yes")
    second = Event("2", "utterance", first.at, {"by": "customer", "text": "yes yes"}, replaces=first.id)
    third = Event("3", "utterance", first.at, {"by": "customer", "text": "yen"}, replaces="2")
    for one in (third, first, second):
        monitor.step(one)
    assert monitor.verdicts()[0].tried == 0


def test_what_comes_before_the_first_event_moves_the_start() -> None:
    monitor = watching("limit x.call to 1 in each 10s", kind="contact")
    for at in (15, 19):
        monitor.step(event(at, "x.call"))
    assert len(monitor.verdicts()[0].findings) == 1  # within 15 to 25
    assert [one.what for one in monitor.step(event(8, "x.start"))] == ["withdrawn"]  # 8 to 18, 18 to 28


def test_when_the_only_event_is_voided_nothing_has_begun() -> None:
    monitor = watching("require notice")
    monitor.step(event(0, "x.start"))
    monitor.step(Event("void", "x.void", 0, voids="x.start@0"))
    assert monitor.due(0) == []
    assert monitor.guards(0) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(["x.a", "x.b", "x.c"])), min_size=1), st.data()
)
def test_a_long_timeline_is_rewound_as_if_it_had_come_in_order(
    late: list[tuple[int, str]], data: st.DataObject
) -> None:
    compiled = program(
        "require x.a within 5s after x.b", "limit x.c to 4 per 20s", "require x.a before each x.c"
    )
    many = [event(at, ("x.a", "x.b", "x.c")[at % 7 % 3]) for at in range(0, 3000, 7)]
    monitor = Monitor(compiled)
    for one in many[: data.draw(st.integers(len(many) - 5, len(many)))]:
        monitor.step(one)
    added = [Event(f"late{number}", kind, at * SECOND) for number, (at, kind) in enumerate(late)]
    for one in [*added, *many]:
        monitor.step(one)
    assert monitor.verdicts() == replay(compiled, [*many, *added])


def test_a_long_timeline_keeps_few_snapshots_and_few_timers() -> None:
    monitor = watching("require x.a every 1h", "require x.a within 30d after x.b", kind="agent")
    for at in range(3000):
        monitor.step(event(at, "x.a" if at % 2 else "x.b"))
    assert len(monitor._snapshots) <= KEPT
    assert len(monitor._run.timers) < 32
