"""Spans as the law counts them: months by the calendar, business days without holidays, days by the local clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clearline.engine.durations import (
    NEVER,
    Calendar,
    Span,
    instant_of,
    moment_of,
    parse_span,
    reach,
    read_instant,
)
from clearline.engine.errors import SentenceError

NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")
ZONES = [UTC, NEW_YORK, SANTIAGO, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Auckland")]
UNITS = {"s": 2_000_000, "m": 100_000, "h": 100_000, "d": 10_000, "bd": 500, "mo": 600, "y": 60}
BLACK_FRIDAY_WEEK = frozenset([date(2026, 11, 26)])

instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001
    lambda moment: instant_of(moment.replace(tzinfo=UTC))
)
spans = st.sampled_from(sorted(UNITS)).flatmap(
    lambda unit: st.integers(0, UNITS[unit]).map(lambda number: parse_span(f"{number}{unit}"))
)
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=5),
)


def reached(moment: datetime, span: str, *holidays: date) -> datetime:
    """The last local moment within the span."""
    calendar = Calendar(moment.tzinfo or UTC, frozenset(holidays))
    return moment_of(reach(instant_of(moment), parse_span(span), calendar)).astimezone(moment.tzinfo)


def end_of(year: int, month: int, day: int, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(year, month, day, 23, 59, 59, 999_999, tzinfo=zone)


def test_exactly_t_later_is_within_t() -> None:
    assert reach(7, parse_span("30s"), Calendar()) == 30_000_007


@pytest.mark.parametrize(
    ("begun", "span", "last"),
    [
        ((2025, 5, 31), "18mo", (2026, 11, 30)),
        ((2026, 1, 31), "1mo", (2026, 2, 28)),
        ((2024, 2, 29), "1y", (2025, 2, 28)),
        ((2024, 2, 29), "4y", (2028, 2, 29)),
        ((2026, 12, 31), "2mo", (2027, 2, 28)),
        ((2026, 11, 13), "10bd", (2026, 11, 27)),
        ((2026, 11, 14), "1bd", (2026, 11, 16)),  # from a Saturday
        ((2026, 11, 13), "0bd", (2026, 11, 13)),
    ],
)
def test_months_and_business_days_last_to_the_end_of_a_local_day(
    begun: tuple[int, int, int], span: str, last: tuple[int, int, int]
) -> None:
    assert reached(datetime(*begun, 9, 30, tzinfo=NEW_YORK), span) == end_of(*last)


def test_a_holiday_is_no_business_day() -> None:
    friday = datetime(2026, 11, 13, 9, 30, tzinfo=NEW_YORK)
    assert reached(friday, "10bd", *BLACK_FRIDAY_WEEK) == end_of(2026, 11, 30)


def test_the_day_is_the_local_one_and_not_that_of_utc() -> None:
    late = datetime(2025, 5, 31, 23, 0, tzinfo=NEW_YORK)  # already June in UTC
    assert reached(late, "18mo") == end_of(2026, 11, 30)


def test_a_day_of_24_hours_takes_no_notice_of_clocks_being_changed() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=NEW_YORK)
    assert reached(before, "1d") == datetime(2026, 11, 1, 11, 0, tzinfo=NEW_YORK)


def test_a_day_that_strikes_23_twice_ends_the_second_time() -> None:
    begun = datetime(2026, 3, 4, 9, 0, tzinfo=SANTIAGO)  # clocks go back at midnight of 4 April
    last = reach(instant_of(begun), parse_span("1mo"), Calendar(SANTIAGO))
    assert moment_of(last + 1).astimezone(SANTIAGO) == datetime(2026, 4, 5, tzinfo=SANTIAGO)


@given(instants, instants, spans, calendars)
def test_who_starts_later_has_no_less_time(one: int, other: int, span: Span, calendar: Calendar) -> None:
    earlier, later = sorted([one, other])
    assert reach(earlier, span, calendar) <= reach(later, span, calendar)


@given(instants, st.sampled_from(sorted(UNITS)), st.integers(0, 60), st.integers(0, 60), calendars)
def test_a_longer_span_reaches_no_less_far(
    at: int, unit: str, one: int, other: int, calendar: Calendar
) -> None:
    short, long = (parse_span(f"{number}{unit}") for number in sorted([one, other]))
    assert at <= reach(at, short, calendar) <= reach(at, long, calendar)


@given(st.integers(-NEVER, NEVER), spans, calendars)
@example(NEVER, parse_span("1mo"), Calendar(ZoneInfo("Pacific/Auckland")))
def test_no_time_is_too_far_away(at: int, span: Span, calendar: Calendar) -> None:
    assert reach(at, span, calendar) <= NEVER


@given(spans)
def test_a_span_says_what_was_written(span: Span) -> None:
    assert parse_span(span.written) == span


@pytest.mark.parametrize(
    ("written", "said"), [("1d", "1 day"), ("10bd", "10 business days"), ("1.5h", "1.5 hours")]
)
def test_a_span_is_said_in_words(written: str, said: str) -> None:
    assert str(parse_span(written)) == said


@pytest.mark.parametrize(
    "text", ["", "30", "s", "3 d", "-1d", "1.5mo", "1w", "30S", "101y", "999999999bd", "9" * 400 + "s"]
)
def test_it_refuses_what_is_no_span_or_longer_than_a_century(text: str) -> None:
    with pytest.raises(SentenceError):
        parse_span(text)


def test_a_date_lasts_to_its_end_and_a_time_is_itself() -> None:
    calendar = Calendar(NEW_YORK)
    assert read_instant("2026-11-23", calendar) == instant_of(end_of(2026, 11, 23))
    assert read_instant("2026-11-23T10:00:00Z", calendar) == instant_of(
        datetime(2026, 11, 23, 10, tzinfo=UTC)
    )
    local = datetime(2026, 11, 23, 10, tzinfo=NEW_YORK)
    assert read_instant("2026-11-23T10:00:00", calendar) == instant_of(local)


@given(st.one_of(st.text(max_size=30), st.none(), st.integers(), st.lists(st.text())))
def test_what_is_no_date_is_not_guessed(text: object) -> None:
    found = read_instant(text, Calendar())
    assert found is None or isinstance(text, str)


def test_a_moment_is_an_instant_and_back() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)
    assert moment_of(instant_of(moment)) == moment
    assert moment_of(instant_of(moment) + 1) - moment == timedelta(microseconds=1)
