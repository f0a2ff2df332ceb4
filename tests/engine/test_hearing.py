"""What is said counts at its words: by whom, at which of them, and only as surely as they were heard."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.small_programs import event, program, said

from clearline.engine.events import SECOND, Event
from clearline.engine.forms.form import State
from clearline.engine.monitor import Monitor, in_order, replay
from clearline.engine.verdicts import Verdict

NOTICE = "this call is recorded"
CARD = "4111 1111 1111 1111"


def verdict(sentence: str, *events: Event) -> Verdict:
    return replay(program(sentence), events)[0]


def timed(text: str, *starts: float, sure: float | None = None) -> list[list[Any]]:
    """Words of half a second each."""
    trust = [] if sure is None else [sure]
    return [[word, start, start + 0.5, *trust] for word, start in zip(text.split(), starts, strict=True)]


def broken_at(found: Verdict) -> list[float]:
    return [finding.breach.at / SECOND for finding in found.findings]


def test_a_required_signal_counts_when_its_last_word_has_been_said() -> None:
    words = timed(NOTICE, 27, 28, 29, 29.5)
    rule = "require notice within 30s after call.answered"
    events = [event(0, "call.answered"), event(60, "call.ended")]
    assert verdict(rule, *events, said(0, "agent", NOTICE, words=words)).state is State.KEPT
    assert broken_at(verdict(rule, *events, said(1, "agent", NOTICE, words=words))) == [30]


def test_a_forbidden_signal_counts_from_its_first_word() -> None:
    words = timed("please do", 1, 4)
    found = verdict("forbid yes", said(10, "customer", "please do", words=words))
    assert broken_at(found) == [11]
    deed = found.findings[0].breach.deed
    assert deed is not None
    assert (deed.first, deed.last) == (0, 1)


def test_words_without_times_are_placed_by_their_letters() -> None:
    utterance = said(10, "customer", "hmm and yes please then.", seconds=24)
    assert broken_at(verdict("forbid yes", utterance)) == [18]
    kept = verdict("require yes within 17s after call.answered", event(10, "call.answered"), utterance)
    assert kept.state is State.DUE or not kept.findings


def test_words_without_any_length_are_said_at_once() -> None:
    assert broken_at(verdict("forbid yes", said(10, "customer", "hmm and yes"))) == [10]


def test_signals_in_one_utterance_stand_in_the_order_of_their_words() -> None:
    rule = "require notice before price"
    assert not verdict(rule, said(0, "agent", f"{NOTICE} and it is ten dollars")).findings
    assert len(verdict(rule, said(0, "agent", f"it is ten dollars and {NOTICE}")).findings) == 1


def test_an_answer_that_begins_before_the_question_has_ended_comes_too_early() -> None:
    question = said(0, "agent", "it is ten dollars", words=timed("it is ten dollars", 0, 1, 2, 3))
    rule = "require yes after price"
    end = event(60, "call.ended")
    early = said(1, "customer", "yes", words=timed("yes", 0.2))
    late = said(1, "customer", "yes", words=timed("yes", 2.4))
    assert len(verdict(rule, question, early, end).findings) == 1
    assert not verdict(rule, question, late, end).findings


def test_only_the_words_of_those_named_count() -> None:
    assert verdict("forbid yes", said(0, "agent", "yes")).tried == 0
    assert verdict("require notice", said(0, "system", NOTICE)).state is State.KEPT


def test_if_nobody_knows_who_speaks_it_is_no_promise_kept_and_a_question_where_it_is_forbidden() -> None:
    whose = "it is not known who speaks; customer was needed"
    found = verdict("forbid yes", said(0, "unknown", "yes"))
    assert not found.findings
    assert [question.doubts for question in found.questions] == [(whose,)]
    required = verdict("require yes", said(0, "unknown", "yes"), event(9, "call.ended"))
    assert not required.findings
    assert required.state is State.UNKNOWN
    assert required.questions[0].doubts == (whose,)


@pytest.mark.parametrize(
    "heard",
    [
        {"confidence": 0.49},
        {"words": timed("please do", 0, 1, sure=0.49)},
        {"words": [["please", 0, 1], ["do", 1, 2, 0.2]], "confidence": 0.9},
        {"words": [["please", 0, 1, None], ["do", 1, 2, 0.2]]},
        {"words": [["please", 0, 1, None], ["do", 1, 2, None]], "confidence": 0.1},
    ],
)
def test_words_that_were_hardly_heard_are_a_question(heard: dict[str, Any]) -> None:
    found = verdict("forbid yes", said(0, "customer", "please do", **heard))
    assert not found.findings
    assert "the words are uncertain" in found.questions[0].doubts[0]


def test_a_word_that_was_hardly_heard_does_not_make_others_uncertain() -> None:
    words = [["yes", 0, 1, 0.9], ["mumble", 1, 2, 0.1]]
    assert verdict("forbid yes", said(0, "customer", "yes mumble", words=words)).findings


def test_a_phrase_that_is_taken_back_was_not_said() -> None:
    rule = "require notice within 30s after call.answered"
    found = verdict(
        rule, event(0, "call.answered"), said(5, "agent", "this call is not recorded"), event(60, "x.y")
    )
    assert broken_at(found) == [30]


def test_a_number_split_over_turns_is_forbidden_from_its_first_digit_and_said_at_its_last() -> None:
    turns = [
        said(10, "customer", "my card is 4111 1111"),
        said(20, "agent", "yes"),
        said(30, "customer", "1111 1111"),
    ]
    found = verdict("forbid card_number", *turns)
    assert broken_at(found) == [10]
    assert broken_at(verdict("require card_number within 14s after x.y", event(15, "x.y"), *turns)) == [29]
    assert not verdict("require card_number within 15s after x.y", event(15, "x.y"), *turns).findings


def test_a_whole_utterance_is_first_last_or_next_whatever_else_it_holds() -> None:
    turns = [said(5, "agent", "hi"), said(6, "customer", "hm, yes please, thanks"), event(9, "call.ended")]
    assert not verdict("require yes next after agent_says", *turns).findings
    assert not verdict("require yes last", *turns).findings
    assert len(verdict("require yes first", *turns).findings) == 1
    assert not verdict("require yes first among customer_says", *turns).findings


def test_somebody_says_whoever_speaks_and_the_others_only_if_it_is_known() -> None:
    turn = said(0, "unknown", "hello")
    assert verdict("forbid somebody_says", turn).findings
    assert verdict("forbid agent_says", turn).questions
    assert not verdict("forbid agent_says", said(0, "customer", "hello")).questions


@pytest.mark.parametrize(
    "data", [{}, {"by": "agent"}, {"text": ""}, {"text": None, "seconds": 0}, {"text": "?", "words": []}]
)
def test_an_utterance_with_little_in_it_stops_nothing(data: dict[str, Any]) -> None:
    verdicts = replay(program("forbid somebody_says", "require notice"), [Event("1", "utterance", 0, data)])
    assert [one.state for one in verdicts] == [State.BROKEN, State.DUE]


PIECES = ["yes please", NOTICE, "it is ten dollars", "4111 1111", "1111 1111", "hm", "not recorded"]


@st.composite
def utterances(draw: st.DrawFn) -> list[Event]:
    """Utterances that overlap, some with times for their words, some doubtful, some corrected later."""
    found: list[Event] = []
    for number in range(draw(st.integers(1, 7))):
        text = " ".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3)))
        data: dict[str, Any] = {"by": draw(st.sampled_from(["agent", "customer", "unknown"])), "text": text}
        if draw(st.booleans()):
            pace, sure = draw(st.sampled_from([0.1, 1.0])), draw(st.sampled_from([[], [0.3], [0.9]]))
            data["words"] = [
                [word, place * pace, (place + 1) * pace, *sure] for place, word in enumerate(text.split())
            ]
        elif draw(st.booleans()):
            data["seconds"] = draw(st.integers(1, 9))
        replaces = draw(st.sampled_from(["", *(one.id for one in found)]))
        at = draw(st.integers(0, 12)) * SECOND
        found.append(
            Event(f"u{number}", "utterance", at, data, seq=draw(st.integers(0, 1)), replaces=replaces)
        )
    if draw(st.booleans()):
        found.append(event(draw(st.integers(8, 14)), "call.ended"))
    return found


SENTENCES = [
    "require notice within 5s of customer_says",
    "require price then yes before card_number",
    "require notice before each price",
    "forbid yes after notice for 3s",
    "forbid card_number after yes until price",
    "require yes next after price among customer_says",
    "require agent_says last",
    "limit price to 1 per 4s",
]


@settings(deadline=None)
@given(utterances().flatmap(st.permutations))
def test_whatever_order_talk_arrives_in_it_is_judged_as_it_was_held(arrivals: list[Event]) -> None:
    compiled = program(*SENTENCES)
    monitor, in_time = Monitor(compiled), Monitor(compiled)
    for one in arrivals:
        monitor.step(one)
    for one in in_order(arrivals):
        in_time.step(one)
    assert monitor.verdicts() == in_time.verdicts() == replay(compiled, arrivals)


@settings(deadline=None)
@given(utterances().flatmap(st.permutations), st.data())
def test_talk_that_is_taken_up_in_the_middle_goes_on_as_if_it_had_been_heard_all_along(
    arrivals: list[Event], data: st.DataObject
) -> None:
    compiled = program(*SENTENCES)
    middle = data.draw(st.integers(0, len(arrivals)))
    along, later = Monitor(compiled), Monitor(compiled)
    for one in arrivals[:middle]:
        along.step(one)
    later.take_up(arrivals[:middle])
    assert (later.events, later.verdicts()) == (along.events, along.verdicts())
    for one in arrivals[middle:]:
        assert later.step(one) == along.step(one)
        assert later.due(one.at) == along.due(one.at)
    assert later.verdicts() == along.verdicts()


@settings(deadline=None)
@given(utterances().flatmap(st.permutations))
def test_what_was_raised_and_not_withdrawn_is_what_is_found(arrivals: list[Event]) -> None:
    monitor = Monitor(program(*SENTENCES))
    standing: list[object] = []
    states: dict[object, State] = {}
    for one in arrivals:
        for change in [*monitor.step(one), *monitor.advance(one.at)]:
            if change.what == "raised":
                standing.append(change.finding)
            elif change.what == "withdrawn":
                standing.remove(change.finding)
            else:
                assert change.state is not None
                states[change.rule] = change.state
    verdicts = monitor.verdicts()
    found = [one for verdict in verdicts for one in (*verdict.findings, *verdict.questions)]
    assert sorted(map(str, standing)) == sorted(map(str, found))
    assert all(states.get(verdict.rule, verdict.state) is verdict.state for verdict in verdicts)
