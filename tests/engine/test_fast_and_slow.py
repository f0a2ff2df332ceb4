"""The automata and the slow evaluator say the same of random rules on random traces, state by state."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine import slow
from tests.engine.random_rules import CASE, STATES, rule_of, sentences, traces

from clearline.engine.events import SECOND, Event
from clearline.engine.forms.form import Breach, State
from clearline.engine.grammar import parse_sentence
from clearline.engine.monitor import Monitor, in_order, replay
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Kind
from clearline.engine.sentences import Form, Sentence
from clearline.engine.verdicts import Change, Finding, Verdict

MANY = 2_000 if os.environ.get("CLEARLINE_ORDEAL") else 60
often = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
FORMS = [form for form in Form if form is not Form.BY]
INTERVALS = {
    "working": slow.Interval("x.on", "x.off"),
    "lasting": slow.Interval("x.on", "", 5 * SECOND),
    "unheard": slow.Interval("x.on", "x.off", before="unknown"),
}


def program_of(sentence: Sentence, kind: Kind = CASE) -> Program:
    return compile_rules([rule_of(sentence)], {}, STATES, kind="case", kinds=[kind])


def told(breach: Breach) -> slow.Breach:
    trigger = breach.trigger.event.id if breach.trigger else None
    deed = breach.deed.event.id if breach.deed else None
    return slow.Breach(breach.at, str(breach.how), trigger, deed)


def of_fast(verdict: Verdict) -> dict[str, Any]:
    return {
        "breaches": sorted((told(one.breach) for one in verdict.findings), key=str),
        "questions": sorted((told(one.breach) for one in verdict.questions), key=str),
        "state": str(verdict.state),
        "tried": verdict.tried,
        "ended first": verdict.ended_first,
    }


def of_slow(sentence: Sentence, events: list[Event], now: int, *, through: bool) -> dict[str, Any]:
    end = next((event for event in events if event.type == "case.ended"), None)
    harsh = outcome(sentence, events, now, through, end, against=True)
    mild = outcome(sentence, events, now, through, end, against=False)
    questions = [breach for breach in harsh.breaches if breach not in mild.breaches]
    ranks = ["broken", "unknown", "due", "open", "kept"]
    states = [harsh.status if harsh.status == mild.status else "unknown"]
    states += ["broken"] * bool(mild.breaches) + ["unknown"] * bool(questions)
    return {
        "breaches": sorted(mild.breaches, key=str),
        "questions": sorted(questions, key=str),
        "state": min(states, key=ranks.index),
        "tried": harsh.tried,
        "ended first": harsh.ended_first,
    }


def outcome(
    sentence: Sentence, events: list[Event], now: int, through: bool, end: Event | None, *, against: bool
) -> slow.Outcome:
    """Every doubt against the rule, or every doubt for it."""

    def in_scope(index: int) -> bool:
        truths = {name: slow.state_truth(interval, events, index) for name, interval in INTERVALS.items()}
        during = slow.formula_truth(sentence.during, truths) if sentence.during else True
        unless = slow.formula_truth(sentence.unless, truths) if sentence.unless else False
        if during is False or unless is True:
            return False
        return against if None in (during, unless) else True

    harm, help_ = slow.world(doubts_are=against), slow.world(doubts_are=not against)
    past = slow.Past(events, now, through, end, harm, in_scope)
    return slow.judge(sentence, past, harm, help_)


def scaled(form: Form) -> int:
    return 15 if form is Form.EVERY else 1  # `every` is at least a minute


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_every_state_on_the_way_is_the_slow_one(form: Form, data: st.DataObject) -> None:
    sentence, events = data.draw(sentences(form)), data.draw(traces(scale=scaled(form)))
    monitor = Monitor(program_of(sentence))
    for place, event in enumerate(events, start=1):
        monitor.step(event)
        seen = events[:place]
        assert of_fast(monitor.verdicts()[0]) == of_slow(sentence, seen, event.at, through=False)
        later = event.at + data.draw(st.integers(0, 9)) * SECOND
        if place == len(events) or later < events[place].at:
            monitor.advance(later)
            assert of_fast(monitor.verdicts()[0]) == of_slow(sentence, seen, later, through=True)


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_events_in_any_order_end_in_the_same_verdicts(form: Form, data: st.DataObject) -> None:
    sentence, events = data.draw(sentences(form)), data.draw(traces(scale=scaled(form)))
    arrivals = data.draw(st.permutations(changed(events, data)))
    program = program_of(sentence)
    monitor = Monitor(program)
    clock = -1
    for event in arrivals:
        monitor.step(event)
        if data.draw(st.integers(0, 3)) == 0:
            clock = max(clock, data.draw(st.integers(0, 40)) * SECOND)
            monitor.advance(clock)
    in_time = Monitor(program)
    for event in in_order(arrivals):
        in_time.step(event)
    if clock >= 0:
        in_time.advance(clock)
    assert monitor.verdicts() == in_time.verdicts()
    if clock < 0:
        assert monitor.verdicts() == replay(program, arrivals)


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_what_is_taken_up_in_the_middle_goes_on_as_if_it_had_been_told_step_by_step(
    form: Form, data: st.DataObject
) -> None:
    sentence, events = data.draw(sentences(form)), data.draw(traces(scale=scaled(form)))
    arrivals = data.draw(st.permutations(changed(events, data)))
    middle = data.draw(st.integers(0, len(arrivals)))
    program = program_of(sentence)
    along, later = Monitor(program), Monitor(program)
    begun = along.verdicts()[0].state
    changes = [change for event in arrivals[:middle] for change in along.step(event)]
    others = later.take_up(arrivals[:middle])
    for event in arrivals[middle:]:
        changes += along.step(event)
        others += later.step(event)
    assert standing(others, begun) == standing(changes, begun)
    assert later.verdicts() == along.verdicts()


def standing(changes: list[Change], state: State | None) -> tuple[list[Finding], State | None]:
    """What is left of changes that were told one after the other."""
    found: list[Finding] = []
    for change in changes:
        if change.finding is None:
            state = change.state
        elif change.what == "raised":
            found.append(change.finding)
        else:
            found.remove(change.finding)
    return sorted(found, key=str), state


def changed(events: list[Event], data: st.DataObject) -> list[Event]:
    """Some events replace or void others, and one comes twice."""
    extra = []
    for number, event in enumerate(
        data.draw(st.lists(st.sampled_from(events), max_size=3, unique_by=lambda e: e.id))
    ):
        if data.draw(st.booleans()):
            extra.append(Event(f"v{number}", "x.void", event.at, voids=event.id))
        else:
            extra.append(Event(f"r{number}", "x.b", event.at, {"ok": True}, seq=event.seq, replaces=event.id))
    return [*events, *extra, events[0]]


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_what_if_tells_what_the_step_then_does(form: Form, data: st.DataObject) -> None:
    sentence, events = data.draw(sentences(form)), data.draw(traces(scale=scaled(form)))
    monitor = Monitor(program_of(sentence))
    for event in events:
        monitor.advance(event.at - 1)
        foretold = monitor.what_if(event)
        raised = [change.finding for change in monitor.step(event) if change.what == "raised"]
        assert [shown(one) for one in foretold] == [shown(one) for one in raised if one is not None]


@often
@given(data=st.data())
def test_what_if_looks_at_every_rule_that_the_event_can_break_and_changes_nothing(
    data: st.DataObject,
) -> None:
    several = data.draw(st.lists(st.sampled_from(FORMS).flatmap(sentences), min_size=2, max_size=5))
    program = compile_rules([rule_of(one) for one in several], {}, STATES, kind="case", kinds=[CASE])
    asked, unasked = Monitor(program), Monitor(program)
    for event in data.draw(traces()):
        asked.advance(event.at - 1)
        unasked.advance(event.at - 1)
        foretold = asked.what_if(event)
        changes = asked.step(event)
        raised = [change.finding for change in changes if change.what == "raised" and change.finding]
        assert sorted(map(shown, foretold), key=str) == sorted(map(shown, raised), key=str)
        assert [one[:2] for one in changes] == [one[:2] for one in unasked.step(event)]
        assert asked.verdicts() == unasked.verdicts()


def shown(finding: Finding) -> tuple[slow.Breach, bool]:
    return told(finding.breach), bool(finding.doubts)


KEYED = [form for form in FORMS if form not in (Form.EXISTS, Form.AT_LEAST, Form.EVERY)]


@pytest.mark.parametrize("form", KEYED)
@often
@given(data=st.data())
def test_for_each_key_there_is_a_rule_of_its_own(form: Form, data: st.DataObject) -> None:
    sentence = replace(data.draw(sentences(form)), during=None, unless=None)
    events = [event for event in data.draw(traces(ends=False)) if "k" in event.data]
    verdicts = replay(program_of(replace(sentence, key="data.k")), events)
    harm = slow.world(doubts_are=False)
    expected: list[slow.Breach] = []
    for key in (0, 1):
        own = [event for event in events if event.data["k"] == key]
        past = slow.Past(
            own, events[-1].at if events else 0, False, None, harm, start=events[0].at if events else 0
        )
        expected += slow.judge(sentence, past, harm, slow.world(doubts_are=True)).breaches if own else []
    assert sorted((told(one.breach) for one in verdicts[0].findings), key=str) == sorted(expected, key=str)


def test_a_deed_without_a_key_is_a_question() -> None:
    sentence = parse_sentence("limit x.a to 1 for each data.k")
    events = [Event("1", "x.a", 1, {"k": 1}), Event("2", "x.a", 2, {}), Event("3", "x.a", 3, {"k": 2})]
    verdict = replay(program_of(sentence), events)[0]
    assert not verdict.findings
    assert [told(one.breach).deed for one in verdict.questions] == ["2", "3"]
    assert verdict.questions[0].doubts == ("data.k is not known",)
