"""Calling hours: rows, Sundays, holidays, clocks that change; never open outside any row's hours in any zone."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clearline.engine.durations import instant_of, moment_of
from clearline.gate.hours import DIALLING, HORIZON, MINUTE, RINGING, Hours, HoursError, holidays_of
from clearline.gate.places import AREA_CODES, ZONES, Places, candidates
from clearline.rulebook.reading import SHIPPED

TABLES = tomllib.loads((SHIPPED / "calling-hours" / "tables.toml").read_text())
HOURS = Hours(TABLES)
FLORIDA_OR_OREGON = candidates("+13055551234", postcode="97201")


def at(text: str) -> int:
    return instant_of(datetime.fromisoformat(text))


def opened(places: Places, text: str, technology: str = "human_manual") -> tuple[bool | None, bool | None]:
    told = HOURS.open(places.places, places.zones, at(text), technology=technology)
    return told.national, told.state


def place(*names: str) -> Places:
    return Places(names, tuple(sorted({zone for name in names for zone in ZONES[name]})))


@pytest.mark.parametrize(
    ("places", "time", "national", "state"),
    [
        (FLORIDA_OR_OREGON, "2026-12-02T01:30Z", True, False),  # half past eight in Miami
        (FLORIDA_OR_OREGON, "2026-12-01T14:30Z", False, False),  # half past six in Portland
        (FLORIDA_OR_OREGON, "2026-12-01T23:30Z", True, True),
        (place("US-TX"), "2026-12-06T17:30Z", True, False),  # before noon on a Sunday
        (place("US-AZ"), "2026-07-01T03:30Z", False, True),  # half past nine on Navajo time
        (place("US-RI"), "2026-11-26T17:30Z", True, False),  # Thanksgiving
        (place("US-CT"), "2026-12-02T01:30Z", True, False),
        (place("US-CT"), "2023-09-13T00:30Z", True, True),  # until nine before October 2023
        (place("US-OR"), "2025-12-02T03:30Z", True, True),  # no row before 2026
        (place("US-OR"), "2026-12-02T03:30Z", True, False),
        (place("US-ME"), "2026-12-05T17:00Z", True, True),
        (place("CA-ON"), "2026-12-05T14:30Z", False, True),  # half past nine on a Saturday
        (place("FR"), "2026-11-24T12:30Z", False, True),  # lunch
        (place("FR"), "2026-12-28T09:30Z", True, True),
        (place("FR"), "2026-12-26T09:30Z", False, True),
        (place("AU"), "2026-01-26T01:00Z", False, True),  # Australia Day
    ],
)
def test_hours_hold_where_the_person_may_be(places: Places, time: str, national: bool, state: bool) -> None:
    assert opened(places, time) == (national, state)


def test_machines_have_shorter_hours_in_some_states_and_so_has_what_nobody_knows() -> None:
    saturday = "2026-12-05T17:00Z"
    assert opened(place("US-ME"), saturday, "prerecorded_or_artificial") == (True, False)
    assert opened(place("US-ME"), saturday, "") == (True, False)


def test_a_country_without_a_row_and_a_place_without_zones_are_unknown() -> None:
    assert opened(place("IN"), "2026-11-24T09:00Z") == (None, True)
    assert opened(place("IN", "US-NY"), "2026-11-24T15:00Z")[0] is None
    assert opened(Places(("US-FL", "ZZ"), ZONES["US-FL"]), "2026-11-24T15:00Z")[0] is None
    assert opened(Places(), "2026-11-24T15:00Z") == (None, None)
    assert opened(Places(("US-FL",)), "2026-11-24T15:00Z") == (None, None)


def test_where_no_state_is_known_those_of_all_states_hold() -> None:
    assert opened(place("US"), "2026-12-01T21:00Z") == (True, True)
    assert opened(place("US"), "2026-12-06T21:00Z") == (True, False)  # Sunday


def test_the_last_minutes_are_kept_for_dialling_and_ringing() -> None:
    assert opened(place("US-GA"), "2026-12-02T01:55:59Z") == (True, True)
    assert opened(place("US-GA"), "2026-12-02T01:56:00Z") == (False, True)
    assert opened(place("US-GA"), "2026-12-01T13:00:00Z") == (True, True)
    assert opened(place("US-GA"), "2026-12-01T12:59:59Z") == (False, True)


def test_what_is_closed_says_why_and_until_when() -> None:
    told = HOURS.open(*FLORIDA_OR_OREGON, at("2026-12-02T01:30Z"))
    assert told.words == "20:30 in America/New_York, US-FL allows 08:00 to 20:00"
    assert told.opens == at("2026-12-02T16:00Z")  # eight in Portland, and eleven in Miami
    told = HOURS.open(*place("US-RI"), at("2026-11-26T17:30Z"))
    assert told.words == "12:30 in America/New_York, Thanksgiving Day, when US-RI allows no calls"
    assert told.opens == at("2026-11-27T14:00Z")
    assert HOURS.open(*place("US-RI"), at("2026-11-29T17:30Z")).words.endswith(
        "a Sunday, when US-RI allows no calls"
    )
    assert HOURS.open(*place("IN"), at("2026-11-29T17:30Z")).words == "no calling hours are known for IN"


def test_where_hours_never_meet_nothing_opens() -> None:
    told = HOURS.open(*place("US-NY", "AU"), at("2026-12-01T12:00Z"))
    assert (told.national, told.opens) == (False, None)


def test_a_row_that_can_not_be_read_is_refused_with_its_place() -> None:
    for row in (
        {"every_day": ["9-8"], "status": "policy"},
        {"every_day": ["x"]},
        {"status": "policy", "day": []},
    ):
        with pytest.raises(HoursError, match=r"calling_hours\.US"):
            Hours({"calling_hours": {"US": [row]}, "state_hours": {}})


def test_every_row_says_how_sure_it_is_and_every_calendar_has_holidays() -> None:
    for table in TABLES["calling_hours"], TABLES["state_hours"]:
        for name, rows in table.items():
            assert name in ZONES
            for row in rows:
                assert row["status"] in {"checked", "to be confirmed by counsel", "policy"}
                assert row["status"] != "checked" or row["sources"]
                assert row.get("holidays") is None or all(
                    len(holidays_of(one, 2026)) > 5 for one in row.get("calendars", [name])
                )


# The slow and obvious evaluator: each row, each zone, as the table says it.


def slowly_open(
    table: dict[str, list[dict[str, Any]]], zones: tuple[str, ...], moment: datetime, technology: str
) -> bool:
    return all(
        row_allows(name, row, moment.astimezone(ZoneInfo(zone)))
        for name, rows in table.items()
        for row in rows
        if not row.get("only") or technology in {"", *row["only"]}
        for zone in zones
    )


def row_allows(name: str, row: dict[str, Any], local: datetime) -> bool:
    today = local.date()
    if today.isoformat() < row.get("from", "") or ("to" in row and today.isoformat() >= row["to"]):
        return True
    key = {5: "saturdays", 6: "sundays"}.get(today.weekday(), "weekdays")
    windows = row.get(key, row.get("every_day", []))
    calendars = row.get("calendars", [name])
    if "holidays" in row and any(today in holidays_of(calendar, today.year) for calendar in calendars):
        windows = row["holidays"]
    latest = (local + timedelta(minutes=DIALLING + RINGING)).replace(tzinfo=None)
    for window in windows:
        start, end = (datetime.combine(today, time.fromisoformat(one)) for one in window.split("-"))
        if start <= local.replace(tzinfo=None) and latest < end:
            return True
    return False


def rows_for(places: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    countries = {one: TABLES["calling_hours"][one] for one in {name[:2] for name in places}}
    states = {one: rows for one, rows in TABLES["state_hours"].items() if one in places or one[:2] in places}
    return countries, states


KNOWN = sorted(name for name in ZONES if name[:2] in TABLES["calling_hours"])
CHANGES = [
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 4, 5),
    date(2026, 10, 4),
]
MOMENTS = st.one_of(
    st.datetimes(datetime(2023, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-1440, 2880),
    ),
)
PLACES = st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3, unique=True).map(
    lambda names: place(*names)
)
TECHNOLOGY = st.sampled_from(["", "human_manual", "human_dialer", "prerecorded_or_artificial"])


@settings(deadline=None, max_examples=300)
@given(PLACES, MOMENTS, TECHNOLOGY)
@example(place("US-AZ"), datetime(2026, 11, 1, 3, 30, tzinfo=UTC), "")
def test_it_is_open_where_every_row_allows_it_in_every_zone_and_nowhere_else(
    places: Places, moment: datetime, technology: str
) -> None:
    told = HOURS.open(places.places, places.zones, instant_of(moment), technology=technology)
    countries, states = rows_for(places.places)
    assert told.national is slowly_open(countries, places.zones, moment, technology)
    assert told.state is slowly_open(states, places.zones, moment, technology)
    assert (told.opens is None) or not (told.national and told.state)


@settings(deadline=None, max_examples=30)
@given(PLACES, MOMENTS)
def test_the_opening_is_the_first_moment_that_is_open_everywhere(places: Places, moment: datetime) -> None:
    told = HOURS.open(places.places, places.zones, instant_of(moment))
    if told.national and told.state:
        return
    countries, states = rows_for(places.places)

    def is_open(instant: int) -> bool:
        return slowly_open(countries | states, places.zones, moment_of(instant), "")

    now = instant_of(moment)
    last = told.opens if told.opens is not None else now + HORIZON * 1440 * MINUTE
    step = 15 * MINUTE  # every window begins at a full quarter of an hour
    quarters = range(now // step * step + step, last, step)
    assert not any(is_open(instant) for instant in quarters)
    if told.opens is not None:
        assert is_open(told.opens)


@given(
    st.sampled_from(sorted(AREA_CODES)), st.sampled_from(["", "97201", "33101", "86515", "99999"]), MOMENTS
)
def test_no_number_is_ever_open_at_night_in_any_of_its_zones(
    area: str, postcode: str, moment: datetime
) -> None:
    found = candidates(f"+1{area}5551234", postcode=postcode)
    told = HOURS.open(found.places, found.zones, instant_of(moment))
    if told.national and told.state:
        for zone in found.zones:
            local = moment.astimezone(ZoneInfo(zone))
            assert local.hour >= 8
            assert local.hour < 21 or found.places[0].startswith("CA")
