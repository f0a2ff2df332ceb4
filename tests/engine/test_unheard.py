"""What was not heard may have been anything: a verdict that stands in spite of it is the one of whoever had heard all."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.random_rules import CASE, NAMES, STATES, rule_of, sentences, traces
from tests.engine.small_programs import event, program, said

from clearline.engine.columns import judge, timelines
from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event
from clearline.engine.forms.form import State
from clearline.engine.hearing import NOT_HEARD
from clearline.engine.monitor import Monitor, in_order, replay
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Signal
from clearline.engine.sentences import Form, Joined, Sentence, Term, Where

MANY = 2_000 if os.environ.get("CLEARLINE_ORDEAL") else 60
often = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
FORMS = [form for form in Form if form not in (Form.BY, Form.SHARE)]  # shares are of calls, never of words
WORDS = dict(zip(NAMES, ("alpha", "bravo", "charlie"), strict=True))
SPOKEN = {name: Signal(name, phrases=(word,)) for name, word in WORDS.items()}


def program_of(sentence: Sentence) -> Program:
    return compile_rules([rule_of(sentence)], SPOKEN, STATES, kind="case", kinds=[CASE], portable=True)


def names(term: Term | None) -> set[str]:
    if isinstance(term, Joined):
        return set().union(*map(names, term.parts))
    return names(term.term) if isinstance(term, Where) else {term.name} if term else set()


def plain(sentence: Sentence) -> bool:
    """Not one in which the same words are a step of one sequence and something else too: what helps there harms as well."""
    parts = [part for part in (sentence.a, sentence.b, sentence.until) if part is not None]
    apart = sum(len(names(part)) for part in parts) == len(set().union(*map(names, parts)))
    return apart or not any(isinstance(part, Joined) and part.word == "then" for part in parts)


def spoken(one: Event) -> Event:
    """What random traces do is said here."""
    if one.type not in WORDS:
        return one
    data = {"by": "agent", "text": WORDS[one.type], **one.data}
    return Event(one.id, UTTERANCE, one.at, data, seq=one.seq)


@st.composite
def told_and_heard(draw: st.DrawFn, form: Form) -> tuple[list[Event], list[Event]]:
    """All that happened, and what is known of it where somebody heard nothing for a while."""
    scale = 15 if form is Form.EVERY else 1
    events = [Event("0", "x.else", 0, seq=-1), *map(spoken, draw(traces(scale=scale)))]
    start = draw(st.integers(0, 20)) * scale * SECOND
    seconds = draw(st.integers(0, 12)) * scale
    end = start + seconds * SECOND
    events.append(
        Event("now", "x.else", max(end, events[-1].at), seq=10)
    )  # both have seen the same time pass
    known = [one for one in events if one.type != UTTERANCE or not start <= one.at <= end]
    hole = Event(
        "hole", UNHEARD, start, {"seconds": seconds, "by": draw(st.sampled_from(["agent", "unknown"]))}
    )
    return events, in_order([*known, hole])


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_a_verdict_in_spite_of_a_hole_is_that_of_whoever_heard_all(form: Form, data: st.DataObject) -> None:
    sentence = data.draw(sentences(form).filter(plain))
    told, heard = data.draw(told_and_heard(form))
    found, true = replay(program_of(sentence), heard)[0], replay(program_of(sentence), told)[0]
    if found.state is not State.UNKNOWN:
        assert found.state is true.state
    assert not found.findings or true.state in (State.BROKEN, State.UNKNOWN)


@pytest.mark.parametrize("form", FORMS)
@often
@given(data=st.data())
def test_a_hole_that_is_told_late_ends_in_the_same_verdicts(form: Form, data: st.DataObject) -> None:
    sentence = data.draw(sentences(form))
    _, heard = data.draw(told_and_heard(form))
    one = program_of(sentence)
    monitor = Monitor(one)
    for each in data.draw(st.permutations(heard)):
        monitor.step(each)
    assert monitor.verdicts() == replay(one, heard)


def hole(at: float, seconds: float, by: str = "agent") -> Event:
    return event(at, UNHEARD, by=by, seconds=seconds, why="sound is missing")


def state(sentence: str, *events: Event) -> State:
    return replay(program(sentence), [event(0, "call.answered"), *events, event(60, "call.ended")])[0].state


WITHIN_30 = "require notice within 30s of call.answered"
NOTICE = "This call is being recorded."


@pytest.mark.parametrize(
    ("sentence", "events", "is_"),
    [
        (WITHIN_30, [hole(5, 10)], State.UNKNOWN),
        (WITHIN_30, [hole(31, 10)], State.BROKEN),  # it would have been too late
        (WITHIN_30, [hole(5, 10, by="customer")], State.BROKEN),  # who does not have to say it
        (WITHIN_30, [hole(5, 10, by="unknown")], State.UNKNOWN),
        (WITHIN_30, [hole(5, 10), said(20, "agent", NOTICE)], State.KEPT),
        (WITHIN_30, [hole(20, 40)], State.UNKNOWN),  # up to the end of the call
        ("forbid price", [hole(5, 10)], State.UNKNOWN),
        ("forbid price", [hole(5, 10, by="customer")], State.KEPT),
        ("forbid card_number", [hole(5, 10, by="customer")], State.UNKNOWN),
        ("forbid card_number while recording", [hole(5, 10)], State.KEPT),
        ("require notice before payment.taken", [event(3, "payment.taken"), hole(5, 10)], State.BROKEN),
        ("require notice before payment.taken", [hole(5, 10), event(10, "payment.taken")], State.UNKNOWN),
        ("require notice before payment.taken", [hole(5, 10)], State.KEPT),  # nobody paid
        ("require payment.taken after yes", [hole(5, 10)], State.KEPT),  # the agent's words are no yes
        ("require payment.taken after yes", [hole(5, 10, by="customer")], State.UNKNOWN),
        ("require order.shipped", [hole(5, 10)], State.BROKEN),  # a deed is not said
        ("require notice first among agent_says", [hole(1, 2), said(9, "agent", "Hello?")], State.UNKNOWN),
        ("require notice first among agent_says", [said(1, "agent", NOTICE), hole(5, 2)], State.KEPT),
        ("require notice at least 3 times", [hole(5, 2)], State.UNKNOWN),
        ("limit price to 3", [hole(5, 2)], State.UNKNOWN),
    ],
)
def test_what_depends_on_words_that_nobody_heard_is_unknown(
    sentence: str, events: list[Event], is_: State
) -> None:
    assert state(sentence, *events) is is_


def test_a_hole_is_one_question_of_a_rule_however_much_happened_in_it() -> None:
    others = [said(at, "customer", "yes please") for at in range(6, 20)]
    (verdict,) = replay(program("forbid price"), [event(0, "call.answered"), hole(5, 20), *others])
    (question,) = verdict.questions
    assert question.doubts == (NOT_HEARD,)
    assert verdict.findings == ()


def test_what_words_teach_is_not_known_any_more_after_a_hole() -> None:
    told = Signal("name_said", phrases=("my name",), sets={"name": "data.by"})
    one = program("forbid payment.taken where facts.name == 'agent'", signals=[told])
    events = [event(0, "call.answered"), said(1, "customer", "My name is Ada."), event(30, "payment.taken")]
    assert replay(one, events)[0].state is not State.UNKNOWN
    assert replay(one, [*events, hole(5, 10)])[0].state is State.UNKNOWN


def test_in_columns_a_hole_is_one_as_well() -> None:
    one = program("require call.answered first")
    calls = [[event(0, "call.answered"), hole(1, 2)], [hole(0, 2), event(5, "call.answered")]]
    assert [bool(unsure) for unsure in judge(one, timelines(calls))["r0"].unsure] == [False, True]
