"""Findings, duties and guards in plain words, with no digits that nobody may see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.small_programs import event, program, said

from clearline.engine.events import SECOND, Event
from clearline.engine.explain import MAX_WORDS, clock_from, dated, explain, explain_duty, quoted, shown
from clearline.engine.forms.form import Breach, How, Mark
from clearline.engine.monitor import Monitor, replay
from clearline.engine.rules import Rule
from clearline.engine.sentences import Form, Name, Sentence, StateJoined, StateName
from clearline.engine.verdicts import Finding

CLOCK = clock_from(0)
END = event(90, "call.ended")


def explained(sentence: str, *events: Event) -> str:
    found = replay(program(sentence), events)[0]
    finding = (*found.findings, *found.questions)[0]
    return explain(finding, CLOCK)


@pytest.mark.parametrize(
    ("sentence", "events", "text"),
    [
        (
            "require notice within 30s after call.answered",
            [event(4, "call.answered"), event(60, "x.y")],
            "After `call.answered` at 0:04, notice was due by 0:34 and did not come.",
        ),
        ("require big_refund", [END], "Big refund was due and never came; the end was at 1:30."),
        ("require x.a at least 2 times", [event(1, "x.a"), END], "X.a was due and never came (1 of 2 times); the end was at 1:30."),
        ("require price before x.pay", [event(1, "x.pay")], "`x.pay` at 0:01 came without price before it."),
        (
            "require x.a before each x.b",
            [event(1, "x.a"), event(2, "x.b"), event(3, "x.b")],
            "After `x.b` at 0:02, `x.b` at 0:03 came without x.a before it since the last one.",
        ),
        ("require x.a first", [said(2, "agent", "good day")], 'X.a had to come first, but agent saying "good day" at 0:02 did.'),
        ("forbid yes while recording", [event(1, "recording.started"), said(2, "customer", "oh, yes")], 'Customer saying "yes" at 0:02 was forbidden while recording.'),
        ("forbid somebody_says unless fresh", [said(2, "unknown", "hm")], 'Somebody saying "hm" at 0:02 was forbidden unless fresh.'),
        ("limit x.a to 1 per 24h", [event(1, "x.a"), event(2.5, "x.a")], "`x.a` at 0:02.5 was one too many: 2 of 1 allowed in 24 hours."),
        ("limit x.a to 5% of x.b", [event(1, "x.a"), event(2, "x.b"), END], "1 of 1 is more than 5 % at 1:30."),
        ("limit x.a to 0 for each data.k", [event(1, "x.a", k="A7")], "`x.a` at 0:01 was one too many: 1 of 0 allowed (for A7)."),
        (
            "forbid x.a where data.ok",
            [event(1, "x.a")],
            "`x.a` at 0:01 was forbidden. To be answered by a person: data.ok is not known.",
        ),
        (
            "require (x.a where data.n == 1) and (x.b or x.c) within 5s after x.d",
            [event(0, "x.d"), event(9, "x.e")],
            "After `x.d` at 0:00, x.a and (x.b or x.c) was due by 0:05 and did not come.",
        ),
    ],
)  # fmt: skip
def test_a_finding_says_what_was_asked_and_what_happened_instead(
    sentence: str, events: list[Event], text: str
) -> None:
    told = explained(sentence, *events)
    assert told.replace("After `x.b` at 0:02, ", "") == text.replace("After `x.b` at 0:02, ", "")


def test_names_in_full_are_said_without_their_pack_and_with_their_brackets() -> None:
    asked, told_no, waiting, agreed = map(StateName, ("p/asked", "p/told_no", "p/waiting", "p/agreed"))
    refused = StateJoined("not", (StateJoined("and", (told_no, waiting)),))
    unless = StateJoined("and", (asked, refused, agreed))
    sentence = Sentence(Form.FORBID, Name("p/x_a"), unless=unless)
    deed = Mark(SECOND, event(1, "p.x"))
    told = explain(
        Finding(Rule("r", "call", (sentence,)), sentence, Breach(SECOND, How.DONE, deed=deed)), CLOCK
    )
    assert "unless asked and (not (told no and waiting)) and agreed" in told


def test_a_duty_says_what_is_still_to_be_done_and_by_when() -> None:
    monitor = Monitor(program("require order.shipped within 30s after order.placed", "require notice"))
    monitor.step(event(0, "order.placed"))
    assert [explain_duty(duty, CLOCK) for duty in monitor.due(0)] == [
        "After `order.placed` at 0:00, order.shipped is due by 0:30.",
        "Notice is due before the end.",
    ]
    assert explain_duty(monitor.due(31 * SECOND)[0], CLOCK).endswith("order.shipped was due by 0:30.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (4, "0:04"), (64, "1:04"), (3661.5, "61:01.5"), (59.94, "0:59.9"), (59.96, "1:00"), (-1.5, "-0:01.5")],
)  # fmt: skip
def test_a_clock_says_minutes_and_seconds(seconds: float, text: str) -> None:
    assert CLOCK(round(seconds * SECOND)) == text


@given(st.integers(-(10**12), 10**12))
def test_no_clock_ever_shows_sixty_seconds(at: int) -> None:
    assert float(CLOCK(at).partition(":")[2]) < 60


def test_a_date_is_said_in_utc_and_no_time_is_too_far_away() -> None:
    assert dated(0) == "1970-01-01 00:00:00 UTC"
    assert dated(10**30).startswith("9999")


def test_quotations_show_no_card_number_in_digits_or_in_words() -> None:
    spoken = "four one one one one one one one one one one one one one one one"
    for number in ("4111 1111 1111 1111", "4111-1111-1111-1111", spoken):
        told = explained("forbid card_number", said(1, "customer", f"my card is {number} thanks"))
        assert number not in told
        assert "1111" not in told
        assert "one one" not in told


def test_a_key_or_a_reason_shows_no_card_number() -> None:
    told = explained("limit x.a to 0 for each data.k", event(1, "x.a", k="4111111111111111"))
    assert "4111" not in told


def test_a_quotation_is_as_long_as_its_words_and_never_long() -> None:
    utterance = said(0, "agent", "Oh, YES please! " + "la " * 200)
    assert quoted(Mark(0, utterance, 1, 2)) == "YES please"
    assert len(quoted(Mark(0, utterance))) <= MAX_WORDS + 1
    assert quoted(Mark(0, utterance, 1, 9999)).startswith("Oh, YES")
    assert shown(None) == "nothing"
