"""The lines of examples say what happens when."""

import pytest

from clearline.engine.durations import Calendar, parse_span, reach
from clearline.engine.errors import RuleError
from clearline.engine.events import SECOND
from clearline.rulebook.lines import MONDAY, read_event, read_events, read_outcome, spoken_time


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0),
        ("4.5", 4.5),
        ("2h", 7200),
        ("90m", 5400),
        ("1d+30s", 86430),
        ("1d+30", 86430),
        ("31d", 31 * 86400),
    ],
)
def test_a_time_counts_from_the_start(written: str, seconds: float) -> None:
    assert read_event(f"{written} call.ended", 0, MONDAY).at == MONDAY + round(seconds * SECOND)


def test_calendar_spans_reach_as_far_as_the_law_counts_them() -> None:
    at = read_event("18mo contact.called", 0, MONDAY).at
    assert at == reach(MONDAY, parse_span("18mo"), Calendar())


def test_dates_are_in_utc_unless_they_have_an_offset() -> None:
    first, second, third = read_events(
        ["2026-11-02T10:00 order.placed", "2026-11-02T10:00+02:00 order.paid", "30 order.sent"]
    )
    assert (second.at - first.at, third.at - first.at) == (-2 * 3600 * SECOND, 30 * SECOND)


def test_fields_are_json_or_text() -> None:
    event = read_event(
        '9 order.placed id=#1 total=9.5 gift=true tags=["a b", "c"] note="two words" due=2026-11-02', 3, 0
    )
    assert event.data == {
        "id": "#1",
        "total": 9.5,
        "gift": True,
        "tags": ["a b", "c"],
        "note": "two words",
        "due": "2026-11-02",
    }


def test_an_utterance_may_have_a_length() -> None:
    event = read_event("4-9 agent: Hi: this call is recorded.", 0, MONDAY)
    assert event.data == {"by": "agent", "text": "Hi: this call is recorded.", "seconds": 5}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("call.ended", 1),
        ("soon call.ended", 1),
        ("2026-13-01T10:00 call.ended", 1),
        ("4 clerk: hello", 3),
        ("9-4 agent: hello", 1),
        ("4-9 call.ended", 1),
        ("4 order.placed total", 16),
        ("4 order.placed a=1 two words", 20),
    ],
)
def test_it_points_at_what_it_cannot_read(line: str, column: int) -> None:
    with pytest.raises(RuleError) as error:
        read_event(line, 0, MONDAY)
    assert error.value.column == column


def test_an_outcome_is_as_exact_as_it_is_written() -> None:
    half = MONDAY + SECOND * 61 // 10
    assert read_outcome("broken at 6", MONDAY).is_at(half)
    assert not read_outcome("broken at 6.0", MONDAY).is_at(half)
    assert read_outcome("broken", MONDAY).is_at(half)


@pytest.mark.parametrize("text", ["broken by 3", "due at 3", "kept at 3", "broken at", "broken at noon", ""])
def test_it_refuses_outcomes_that_say_nothing(text: str) -> None:
    with pytest.raises(RuleError):
        read_outcome(text, MONDAY)


@pytest.mark.parametrize("written", ["0", "4.5", "59", "3d", "1d+30"])
def test_times_are_told_as_authors_write_them(written: str) -> None:
    assert spoken_time(read_event(f"{written} call.ended", 0, MONDAY).at, MONDAY) == written
