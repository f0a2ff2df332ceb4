"""Which lists there are, by their names: us-national, gb-national, US-TX, litigators, litigators-acme."""

import re
from enum import StrEnum
from typing import Final

import phonenumbers

from clearline.engine.durations import FIXED
from clearline.engine.events import Instant
from clearline.formats.phones import home
from clearline.gate.list_heads import ListError

OLDEST: Final = (
    31 * FIXED["d"]
)  # of a list that a call relies on (16 CFR 310.4(b)(3)(iv)), where no other is named
OLDEST_OF: Final = {
    "gb-national": 28 * FIXED["d"],
    "au-national": 28 * FIXED["d"],
}  # PECR 2003 reg. 21(3); the house
NANP: Final = frozenset({"US", "CA"})
_ALIASES: Final = {"ftc": "us-national", "dncl": "ca-national", "tps": "gb-national"}
_NATIONAL: Final = re.compile(r"([a-z]{2})-national")
_STATE: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_LITIGATORS: Final = re.compile(r"litigators(-[a-z0-9-]{1,24})?")


class Sort(StrEnum):
    """What a list is."""

    NATIONAL = "national registry"
    STATE = "state list"
    LITIGATORS = "litigator list"


def full_name(name: str) -> str:
    """The name by which a list is kept; a ListError for one that says nothing."""
    name = _ALIASES.get(name.lower(), name)
    sort(name)
    return name


def sort(name: str) -> Sort:
    """What a list of that name is."""
    if _NATIONAL.fullmatch(name) and region(name) in phonenumbers.SUPPORTED_REGIONS:
        return Sort.NATIONAL
    if _STATE.fullmatch(name) and region(name) in phonenumbers.SUPPORTED_REGIONS:
        return Sort.STATE
    if _LITIGATORS.fullmatch(name):
        return Sort.LITIGATORS
    raise ListError(
        f"{name[:40]!r} is the name of no list: write ftc, us-national, gb-national, US-TX, litigators, litigators-NAME"
    )


def oldest(name: str) -> Instant:
    """How old a copy of a list may be when a call relies on it."""
    return OLDEST_OF.get(name, OLDEST)


def region(name: str) -> str:
    """The country whose numbers stand on a list without their country code."""
    return home() if name.startswith("litigators") else name[:2].upper()


def as_bits(name: str) -> bool:
    """Whether it is dense enough for a bit a number: the registries of North America."""
    return _NATIONAL.fullmatch(name) is not None and region(name) in NANP


def calling_code(name: str) -> int:
    """The country code of its numbers: 44."""
    return phonenumbers.country_code_for_region(region(name))
