"""Numbers, postcodes and addresses as places and zones: every candidate, and none made up."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import parse
from phonenumbers.timezone import time_zones_for_number

from clearline.gate.places import AREA_CODES, UNKNOWN, ZIP, ZONES, Places, candidates, zones_of

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CLEARLINE_DATA", ROOT.parent / "shared" / "data"))
MIAMI, DENVER, TOLL_FREE = "+13055551234", "+13035551234", "+18005551234"


def test_an_area_code_and_a_postcode_elsewhere_are_both_candidates() -> None:
    found = candidates(MIAMI, postcode="97201-1234")
    assert found.places == ("US-FL", "US-OR")
    assert {"America/New_York", "America/Chicago", "America/Los_Angeles", "America/Boise"} == set(found.zones)


@pytest.mark.parametrize(
    "number", [TOLL_FREE, "+18885551234", "+15005551234", "+19005551234", "+80012345678", "", "305"]
)
def test_a_number_without_a_place_has_none(number: str) -> None:
    assert candidates(number) == Places()


def test_a_toll_free_number_is_where_the_address_is() -> None:
    assert candidates(TOLL_FREE, place="us-tx").places == ("US-TX",)


def test_arizona_has_navajo_time_too() -> None:
    assert candidates("+16025551234").zones == ("America/Denver", "America/Phoenix")


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("+442079460958", "GB"),
        ("+4930123456", "DE"),
        ("+33612345678", "FR"),
        ("+590690123456", "GP"),
        ("+919812345678", "IN"),
        ("+16045551234", "CA-BC"),
        ("+12425551234", "BS"),
        ("+17875551234", "US-PR"),
    ],
)
def test_a_number_abroad_is_in_its_country_or_province(number: str, place: str) -> None:
    found = candidates(number)
    assert found.places == (place,)
    assert found.zones == zones_of(place)


def test_an_address_that_stands_nowhere_is_a_place_without_zones() -> None:
    for found in (
        candidates(MIAMI, postcode="00000"),
        candidates(MIAMI, postcode="09012"),
        candidates(MIAMI, postcode="SW1A 1AA"),
        candidates(MIAMI, place="Florida"),
        candidates(MIAMI, place="US-QQ"),
    ):
        assert found.places == ("US-FL", UNKNOWN)
        assert zones_of(UNKNOWN) == ()


def test_five_digits_are_no_zip_code_for_whom_lives_elsewhere() -> None:
    assert candidates("+4930123456", postcode="10115").places == ("DE",)
    assert candidates("+4930123456", postcode="10115", place="US").places == ("DE", "US", "US-NY")


@pytest.mark.parametrize(
    ("number", "postcode", "places"),
    [
        ("+14165551234", "97201", ("CA-ON", "US-OR")),
        ("+442079460958", "97201", ("GB", "US-OR")),
        ("+4930123456", "97201-1234", ("DE", "US-OR")),
        ("+442079460958", "K1A 0B1", ("CA-ON", "GB")),
        ("+13055551234", "K1A 0B1", ("CA-ON", "US-FL")),
        ("+442079460958", "SW1A 1AA", ("GB",)),
        ("+14165551234", "SW1A 1AA", ("CA-ON", UNKNOWN)),
        (TOLL_FREE, "97201", ("US-OR",)),
    ],
)
def test_a_postcode_of_another_country_than_the_number_counts(
    number: str, postcode: str, places: tuple[str, ...]
) -> None:
    assert candidates(number, postcode=postcode).places == places


def test_every_postcode_that_is_known_counts() -> None:
    assert candidates(DENVER, postcode="97201", postcodes=["02134", " "]).places == (
        "US-CO",
        "US-MA",
        "US-OR",
    )


@pytest.mark.parametrize("number", ["+12995551234", "+1305555123", "+441111111111"])
def test_a_number_that_is_somewhere_unheard_of_is_not_taken_for_one_without_a_place(number: str) -> None:
    assert candidates(number, place="US-TX").places == ("US-TX", UNKNOWN)


def test_a_part_of_a_country_is_in_the_country() -> None:
    assert candidates("", place="FR-75").places == ("FR", "FR-75")
    assert candidates("", told=Places(("de-by",))).places == ("DE", "DE-BY")
    assert candidates("", place="US-TX").places == ("US-TX",)


def test_what_the_record_was_told_and_is_no_place_or_zone_is_unknown() -> None:
    assert candidates(DENVER, told=Places(("Texas",))).places == ("US-CO", UNKNOWN)
    found = candidates(DENVER, told=Places((), ("Mars/Base", "Europe/Paris")))
    assert found == Places(("US-CO", UNKNOWN), ("America/Denver", "Europe/Paris", "Mars/Base"))


def test_canadian_postcodes_name_provinces() -> None:
    assert candidates("+14165551234", postcode="x0a 0h0").places == ("CA-NT", "CA-NU", "CA-ON")


def test_what_was_told_is_added_with_its_zones() -> None:
    told = Places(("US-HI",), ("Pacific/Honolulu", "Europe/Paris"))
    found = candidates(DENVER, told=told)
    assert found == Places(("US-CO", "US-HI"), ("America/Denver", "Europe/Paris", "Pacific/Honolulu"))


def test_the_united_kingdom_is_written_in_two_ways() -> None:
    assert candidates("", place="uk") == candidates("", place="GB")


def test_a_country_has_the_zones_of_all_its_parts_and_the_union_of_states_no_overseas() -> None:
    assert set(zones_of("CA")) == {
        zone for place, zones in ZONES.items() if place[:3] == "CA-" for zone in zones
    }
    assert "Pacific/Honolulu" in zones_of("US")
    assert "Pacific/Guam" not in zones_of("US")


def test_every_zone_is_one_and_every_place_of_a_code_has_some() -> None:
    for zone in {zone for zones in ZONES.values() for zone in zones}:
        ZoneInfo(zone)
    for places in [*AREA_CODES.values(), *ZIP.values()]:
        assert all(zones_of(place) for place in places)


@given(st.text(max_size=20), st.text(max_size=12), st.text(max_size=8))
@example("", ";", "")
@example("", "", " ; ")
def test_whatever_is_written_gives_known_zones_or_an_unknown_place(
    number: str, postcode: str, place: str
) -> None:
    found = candidates(number, postcode=postcode, place=place)
    assert list(found.places) == sorted(set(found.places))
    assert set(found.zones) == {zone for one in found.places for zone in zones_of(one)}
    if postcode.strip() or place.strip():
        assert found.places


@pytest.mark.data
def test_the_directory_of_area_codes_agrees() -> None:
    """Ours has every zone that the directory has for an area code."""
    path = DATA / "phone" / "nanpa_area_code_timezones.csv"
    if not path.exists():
        pytest.skip(f"the shared data are not at {DATA}; set CLEARLINE_DATA")
    with path.open() as file:
        rows = [row for row in csv.DictReader(file) if len(row["timezones"].split()) < 10]
    missing = {
        row["area_code"]: (row["place"], row["timezones"])
        for row in rows
        if not _offsets(row["timezones"].split())
        <= _offsets(candidates(f"+1{row['area_code']}5551234").zones)
    }
    assert len(rows) > 380
    assert missing == {}


def _offsets(zones: tuple[str, ...] | list[str]) -> set[tuple[object, ...]]:
    """What clocks show in summer and in winter; how a zone is named does not matter."""
    moments = [datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 7)]
    return {tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments) for zone in zones}


@given(st.integers(2_000_000_000, 9_999_999_999))
def test_the_library_of_numbers_knows_no_zone_of_a_us_number_that_we_do_not(national: int) -> None:
    number = f"+1{national}"
    zones = candidates(number).zones
    told = [zone for zone in time_zones_for_number(parse(number)) if zone != "Etc/Unknown"]
    if zones and len(told) < 10:
        assert _offsets(told) <= _offsets(zones)
