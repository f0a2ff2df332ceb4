"""What rules mean once compiled: facts, keys, dates in force, the end of a timeline, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.engine.small_programs import SIGNALS, day, event, program, rule, said

from clearline.engine.durations import Calendar
from clearline.engine.errors import ConditionError, RuleError, SentenceError
from clearline.engine.events import SECOND, Event
from clearline.engine.forms.form import State
from clearline.engine.monitor import Monitor, replay
from clearline.engine.rules import Kind, Signal, StateDefinition
from clearline.engine.sentences import Name
from clearline.engine.verdicts import Verdict

DAY = 86_400


def verdict(sentence: str, *events: Event, kind: str = "call", **known: dict[str, Any]) -> Verdict:
    return replay(program(sentence, kind=kind), events, known)[0]


def broken_at(found: Verdict) -> list[float]:
    return [finding.breach.at / SECOND for finding in found.findings]


def unsure_at(found: Verdict) -> list[float]:
    return [question.breach.at / SECOND for question in found.questions]


CANCEL = "forbid order.cancelled where facts.status[data.id] != 'pending'"


def read(at: float, number: object, status: str) -> Event:
    return event(at, "order.read", id=number, status=status)


def cancelled(at: float, number: object) -> Event:
    return event(at, "order.cancelled", id=number)


@pytest.mark.parametrize(("one", "other"), [("A1", "A2"), (1, 2)])
def test_what_was_taught_is_known_for_each_key(one: object, other: object) -> None:
    found = verdict(
        CANCEL, read(1, one, "pending"), read(2, other, "sent"), cancelled(3, one), cancelled(4, other)
    )
    assert broken_at(found) == [4]
    assert not found.questions


def test_what_nobody_taught_is_a_question() -> None:
    found = verdict(CANCEL, cancelled(1, "A1"))
    assert unsure_at(found) == [1]
    assert found.questions[0].doubts == ("facts.status is not known",)


def test_what_was_taught_of_nobody_knows_which_key_may_be_of_any() -> None:
    found = verdict(
        CANCEL, read(1, "A1", "pending"), event(2, "order.read", status="sent"), cancelled(3, "A1")
    )
    assert unsure_at(found) == [3]


def test_facts_are_read_as_they_stood_before_the_event() -> None:
    learns = Signal("price_read", events=("price.read",), sets={"price": "data.price"})
    compiled = program("forbid price.read where facts.price != data.price", signals=[learns])
    events = [
        event(1, "price.read", price=5),
        event(2, "price.read", price=5),
        event(3, "price.read", price=6),
    ]
    found = replay(compiled, events, {"facts": {"price": 5}})[0]
    assert broken_at(found) == [3]


def test_words_that_nobody_is_sure_of_make_a_fact_unknown() -> None:
    agreed = Signal("agreed", by=("customer",), phrases=("i agree",), sets={"agreed": "true"})
    compiled = program("forbid order.placed where !facts.agreed", signals=[agreed])
    turns = [said(1, "unknown", "i agree"), event(2, "order.placed")]
    found = replay(compiled, turns, {"facts": {"agreed": False}})[0]
    assert unsure_at(found) == [2]


@pytest.mark.parametrize("places", [[], None, ""])
def test_an_empty_list_of_places_is_not_known(places: object) -> None:
    found = replay(
        program(rule("forbid yes", when="'US-CA' in call.places")),
        [event(0, "call.started", places=places), said(1, "customer", "yes")],
    )[0]
    assert found.applies is None
    assert unsure_at(found) == [1]
    assert found.state is State.UNKNOWN
    assert found.questions[0].doubts == ("call.places is not known",)


def test_a_rule_that_does_not_apply_has_no_verdict_and_may_come_to_apply() -> None:
    monitor = Monitor(program(rule("forbid yes", when="call.recorded")))
    monitor.step(event(0, "call.started", recorded=False))
    assert not monitor.step(said(1, "customer", "yes"))
    assert not monitor.verdicts()
    changes = monitor.step(event(2, "call.changed", recorded=True))
    assert [change.what for change in changes] == ["raised", "state"]
    assert broken_at(monitor.verdicts()[0]) == [1]


def test_a_date_of_the_trigger_is_fixed_there_and_lasts_to_its_end() -> None:
    order = [
        event(0, "order.placed", ship_by="1970-01-03"),
        event(DAY, "order.changed", ship_by="1970-01-09"),
    ]
    rule_ = "require order.shipped by data.ship_by after order.placed"
    assert not verdict(rule_, *order, event(3 * DAY - 1, "order.shipped"), kind="order").findings
    late = verdict(rule_, *order, event(3 * DAY + 1, "order.shipped"), kind="order")
    assert [finding.breach.at for finding in late.findings] == [3 * DAY * SECOND - 1]


def test_business_days_end_by_the_calendar_of_the_timeline() -> None:
    placed = Event("1", "order.placed", day(2026, 11, 13))
    compiled = program("require order.shipped within 10bd after order.placed", kind="order")
    monitor = Monitor(compiled, calendar=Calendar(holidays=frozenset([date(2026, 11, 26)])))
    monitor.step(placed)
    assert monitor.due(0)[0].deadline == day(2026, 12, 1) - 1


def test_each_key_has_a_limit_of_its_own() -> None:
    changed = [event(at, "order.changed", id=number) for at, number in enumerate(["a", "b", "a", "a"])]
    found = verdict("limit order.changed to 1 for each data.id", *changed)
    assert [(finding.breach.key, finding.breach.at // SECOND) for finding in found.findings] == [
        ("a", 2),
        ("a", 3),
    ]


@pytest.mark.parametrize("key", [{}, {"id": None}, {"id": ["a"]}])
def test_a_deed_of_nobody_knows_which_key_counts_for_each_but_only_perhaps(key: dict[str, object]) -> None:
    events = [
        event(1, "order.changed", id="a"),
        event(2, "order.changed", **key),
        event(3, "order.changed", id="b"),
    ]
    found = verdict("limit order.changed to 1 for each data.id", *events)
    assert not found.findings
    assert unsure_at(found) == [2, 3]
    assert all(all(question.doubts) for question in found.questions)


def test_words_answer_for_every_key_because_words_bear_none() -> None:
    rule_ = "require price before each order.upsold for each data.id"
    told = said(1, "agent", "it is ten dollars")
    upsold = [
        event(2, "order.upsold", id="a"),
        event(3, "order.upsold", id="b"),
        event(4, "order.upsold", id="a"),
    ]
    assert broken_at(verdict(rule_, told, *upsold)) == [4]


def test_a_trigger_counts_only_while_the_rule_is_in_force() -> None:
    dated = rule("require x.a within 5s after x.b", since=10 * SECOND, until=20 * SECOND)
    events = [event(at, "x.b") for at in (1, 10, 19, 20)]
    found = replay(program(dated), [*events, event(60, "x.c")])[0]
    assert broken_at(found) == [15, 24]
    assert found.tried == 2


def test_a_call_that_began_before_a_rule_was_in_force_is_not_judged_by_it() -> None:
    dated = rule("require notice", since=10 * SECOND)
    found = replay(program(dated), [event(0, "call.started"), event(60, "call.ended")])[0]
    assert (found.state, found.tried) == (State.KEPT, 0)
    assert replay(program(dated), [event(10, "call.started"), event(60, "call.ended")])[0].findings


def test_a_cycle_begins_when_its_rule_comes_into_force() -> None:
    dated = rule("require x.course every 1d", on="agent", since=10 * DAY * SECOND)
    monitor = Monitor(program(dated, kind="agent"))
    monitor.step(event(0, "x.hired"))
    assert not monitor.advance(10 * DAY * SECOND - 1)
    assert monitor.advance(10 * DAY * SECOND)[0].state is State.DUE
    assert [duty.deadline for duty in monitor.due(0)] == [11 * DAY * SECOND]
    assert len(monitor.advance(12 * DAY * SECOND)) == 2
    assert broken_at(monitor.verdicts()[0]) == [11 * DAY, 12 * DAY]


def test_words_end_with_the_call_but_deeds_can_still_be_done() -> None:
    end = [event(0, "call.answered"), event(3, "call.ended")]
    hung_up = verdict("require notice within 30s after call.answered", *end)
    assert (hung_up.state, hung_up.ended_first, hung_up.findings) == (State.KEPT, 1, ())
    deed = "require order.shipped within 30s after call.answered"
    assert verdict(deed, *end).state is State.DUE
    assert verdict(deed, *end, event(30, "order.shipped")).state is State.KEPT
    assert broken_at(verdict(deed, *end, event(31, "order.shipped"))) == [30]


@pytest.mark.parametrize(
    ("term", "runs_on"),
    [
        ("shipped_or_said", True),
        ("notice or order.shipped", True),
        ("notice and order.shipped", False),
        ("(notice or order.shipped) where true", True),
        ("agent_says", False),
    ],
)
def test_a_duty_runs_on_if_a_deed_can_fulfil_it(term: str, runs_on: bool) -> None:
    found = verdict(f"require {term} within 30s after x.b", event(0, "x.b"), event(3, "call.ended"))
    assert (found.state is State.DUE, found.ended_first) == (runs_on, 0 if runs_on else 1)


def test_what_is_due_exactly_at_the_end_is_missed() -> None:
    end = [event(0, "call.answered"), event(30, "call.ended")]
    assert broken_at(verdict("require notice within 30s after call.answered", *end)) == [30]


def test_after_the_end_nothing_is_forbidden_or_asked_any_more() -> None:
    after = [event(1, "call.ended"), event(2, "x.a"), event(3, "x.b")]
    for sentence in (
        "forbid x.a",
        "limit x.a to 0",
        "require x.z before x.a",
        "require x.z within 9s after x.b",
    ):
        assert verdict(sentence, *after).tried == 0


def test_a_timeline_may_end_with_any_event() -> None:
    kinds = (Kind("chat", "telephony.hung_up"),)
    compiled = program(rule("require x.a", on="chat"), kind="chat", kinds=kinds)
    assert broken_at(replay(compiled, [event(0, "x.b"), event(5, "telephony.hung_up")])[0]) == [5]


@pytest.mark.parametrize(
    "sentence", ["require x.a", "require x.a after x.b", "require x.a at least 2 times", "require x.a last"]
)
def test_what_is_decided_at_the_end_is_refused_where_there_is_none(sentence: str) -> None:
    with pytest.raises(SentenceError, match="add a deadline"):
        program(sentence, kind="contact")


def test_what_a_rule_speaks_of_must_be_known() -> None:
    with pytest.raises(SentenceError, match="did you mean `notice`") as caught:
        program("require notic before x.b")
    assert caught.value.column == 9
    with pytest.raises(SentenceError, match="did you mean `recording`") as caught:
        program("forbid x.a while recordin")
    assert caught.value.column == 18
    with pytest.raises(SentenceError, match="is a state; a state is used with `while`"):
        program("forbid recording")
    with pytest.raises(ConditionError, match="not known here"):
        program("forbid x.a where nobody.knows")
    with pytest.raises(RuleError, match="no kind of timeline"):
        program(kind="parrot")
    with pytest.raises(SentenceError, match="too short"):
        program("require x.a every 59s", kind="agent")
    with pytest.raises(SentenceError, match="is no fact"):
        program(signals=[Signal("a", events=("x.a",), sets={"a.b": "1"})])


def test_a_signal_of_an_event_counts_where_its_condition_does() -> None:
    events = [
        event(1, "refund.issued", amount=100),
        event(2, "refund.issued", amount=101),
        event(3, "refund.issued"),
    ]
    found = verdict("forbid big_refund", *events)
    assert (broken_at(found), unsure_at(found)) == ([2], [3])


def test_a_state_that_no_rule_speaks_of_is_not_compiled() -> None:
    broken = StateDefinition("broken", Name("nothing"))
    assert not program("forbid x.a", signals=SIGNALS, states=[broken]).states


def test_versions_of_a_rule_are_judged_side_by_side_each_in_its_time() -> None:
    old = rule("forbid x.a", on="contact", until=5 * SECOND, when="contact.consumer")
    new = rule("forbid x.a or x.b", on="contact", since=5 * SECOND, when="contact.anybody")
    events = [event(0, "contact.added", consumer=True, anybody=True)]
    events += [event(at, kind) for at in (1, 6) for kind in ("x.a", "x.b")]
    assert [broken_at(one) for one in replay(program(old, new, kind="contact"), events)] == [[1], [6, 6]]


@pytest.mark.parametrize(
    "sentence",
    [
        "require (x.a then x.b) first",
        "require ((x.a then x.b) where true) last",
        "require x.a next after x.b among (x.c and x.d)",
        "require x.a first among (x.b then x.c)",
    ],
)
def test_a_place_among_events_is_that_of_one_event(sentence: str) -> None:
    with pytest.raises(SentenceError, match="one event at a time"):
        program(sentence)
