"""Where a person may be: every place that a number, a postcode and an address allow, and every zone of these places."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from phonenumbers import NumberParseException, parse, region_code_for_number

UNKNOWN = "ZZ"  # an address that stands nowhere we know of: no zone, and no hours
US_ZIP = re.compile(r"\d{5}(-?\d{4})?")
CANADIAN = re.compile(r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d")
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
SUBDIVIDED = frozenset({"US", "CA"})  # whose parts have zones of their own
SAME = {"UK": "GB"}  # how people write it
KEPT = 1 << 16  # answers that are remembered


class Places(NamedTuple):
    """Places (US-FL; US where no state is known; DE) and zones (America/New_York), each in order and once."""

    places: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


NOWHERE = Places()
_ELSEWHERE = (UNKNOWN,)


def candidates(
    number: str,
    *,
    postcode: str = "",
    place: str = "",
    told: Places = NOWHERE,
    postcodes: Sequence[str] = (),
) -> Places:
    """Every place and zone that the number (E.164), the postcodes, the place (US-TX, DE) and what was told allow.

    Several postcodes or places have `;` between them. What names no place, as a toll-free number does, adds none;
    what can't be read adds `ZZ`.
    """
    codes = (postcode, *postcodes) if postcodes else (postcode,) if postcode else ()
    return _together(number_places(number), codes, place.strip().upper(), told)


def number_places(number: str) -> tuple[str, ...]:
    """The places of a number in E.164 by its area code or its country; none where it stands nowhere, as a toll-free one."""
    if number.startswith("+1"):
        return AREA_CODES.get(number[2:5], _ELSEWHERE) if len(number) == 12 else _ELSEWHERE
    return _abroad(number)


def postcode_places(postcode: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The places of a postcode, of whomever else it is; what may as well be a code of their country adds none."""
    countries = {place[:2] for place in others}
    if CANADIAN.fullmatch(postcode):
        return CANADA.get(postcode[0], (UNKNOWN,))
    zip_code = US_ZIP.fullmatch(postcode) is not None
    theirs = countries - SUBDIVIDED if not zip_code else countries & FIVE_DIGITS if len(postcode) == 5 else ()
    if theirs and "US" not in countries:
        return ()
    return ZIP.get(postcode[:3], (UNKNOWN,)) if zip_code else (UNKNOWN,)


def each(cell: str) -> list[str]:
    """The postcodes or places of a cell that may hold several."""
    several = [one.strip() for one in cell.split(";") if one.strip()]
    return several or ([cell] if cell.strip() else [])  # `;` alone names something that nobody can read


def zones_of(place: str) -> tuple[str, ...]:
    """All zones that people in a place may keep; none where the place is not known."""
    if place in ZONES:
        return ZONES[place]
    return () if place[:2] in SUBDIVIDED else ZONES.get(place[:2], ())


@lru_cache(KEPT)
def _together(dialled: tuple[str, ...], postcodes: tuple[str, ...], place: str, told: Places) -> Places:
    found = {*dialled, *(_read(one.strip().upper()) for one in told.places)}
    found.update(map(_read, each(place)))
    others = found - {UNKNOWN}
    for postcode in (one.upper() for cell in postcodes for one in each(cell)):
        found.update(postcode_places(postcode, others))
    if not ALL_ZONES.issuperset(told.zones):
        found.add(UNKNOWN)  # somewhere, and nobody knows where
    found.update(
        [one[:2] for one in found if one[:2] not in SUBDIVIDED]
    )  # rules speak of FR, not of its parts
    zones = set(told.zones).union(*map(zones_of, found))  # hours say of one that is none that it is
    return Places(tuple(sorted(found)), tuple(sorted(zones)))


def _read(place: str) -> str:
    """A place as we write it; `ZZ` where it is none."""
    place = SAME.get(place, place)
    return place if PLACE.fullmatch(place) and zones_of(place) else UNKNOWN


@lru_cache(KEPT)
def _abroad(number: str) -> tuple[str, ...]:
    try:
        region = region_code_for_number(parse(number))
    except NumberParseException:
        return ()
    if region == "001":  # of no country: toll-free, satellite
        return ()
    return (region,) if region and PLACE.fullmatch(region) else (UNKNOWN,)


def _spread(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """From codes of a place (`320-339 341`) to places of a code."""
    found: dict[str, tuple[str, ...]] = {}
    for place, codes in table.items():
        for code in _codes(codes):
            found[code] = (*found.get(code, ()), place)
    return found


def _codes(ranges: str) -> Iterator[str]:
    for one in ranges.split():
        first, _, last = one.partition("-")
        yield from (f"{code:03}" for code in range(int(first), int(last or first) + 1))


def _countries() -> Iterator[tuple[str, str]]:
    """Country and zone, by tzdata."""
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            yield country, zone


def _zones(parts: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Of parts of countries as they are told, of subdivided countries all of their parts', of others tzdata's."""
    found: dict[str, set[str]] = {place: set(zones) for place, zones in parts.items()}
    for country, zone in _countries():
        if country not in SUBDIVIDED:
            found.setdefault(country, set()).add(zone)
    for place, zones in parts.items():
        if place not in TERRITORIES:
            found.setdefault(place[:2], set()).update(zones)
    return {place: tuple(sorted(zones)) for place, zones in found.items()}


DATA = tomllib.loads(files("clearline.gate").joinpath("places.toml").read_text("utf-8"))
TERRITORIES = frozenset({"US-AS", "US-GU", "US-MP", "US-PR", "US-VI"})  # "US" alone means the states
ZONES = _zones(DATA["zones"])
AREA_CODES = _spread(DATA["area_codes"]) | dict.fromkeys(_codes(DATA["toll_free"]["area_codes"]), ())
ZIP = _spread(DATA["zip"])
FIVE_DIGITS = frozenset(DATA["five_digits"]["countries"].split())
CANADA = {letter: tuple(places.split()) for letter, places in DATA["canada"].items()}
ALL_ZONES = frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())
