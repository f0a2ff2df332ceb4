"""Times as switches and spreadsheets write them: with a zone or without, and days and months in the order of their country."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import masked

WRITTEN: Final = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})[ ,T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:\s*([ap])\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
COUNTED: Final = re.compile(r"\d{9,13}(?:\.\d{1,9})?", re.ASCII)
MILLISECONDS: Final = 10**11  # a count above it is one of milliseconds
FIRST: Final = instant_of(datetime(2000, 1, 1, tzinfo=UTC))  # no call is older
NOON: Final = 12


class Order(StrEnum):
    """What comes first in 03/04/2026."""

    DAY = "day"
    MONTH = "month"


class MomentError(ValueError):
    """It is no time, or nobody can tell which."""


def order_of(texts: Iterable[str]) -> Order | None:
    """By the dates that can be read in one way only; None where there are none, or they say both."""
    found = {_by_itself(told) for text in texts if (told := WRITTEN.fullmatch(text.strip()))} - {None}
    return found.pop() if len(found) == 1 else None


def read_moment(text: str, zone: ZoneInfo, order: Order | None = None) -> Instant:
    """An instant. A time without a zone is one of `zone`; an hour that comes twice when clocks change counts as the first."""
    told = _counted(text) or _iso(text) or _written(text, order) or _mailed(text)
    if told is None:
        raise MomentError(f"{masked(text, 40) or 'nothing'} is no time")
    at = instant_of(told if told.tzinfo else told.replace(tzinfo=zone))
    if at < FIRST:
        raise MomentError(f"{masked(text, 40)} is before the year 2000")
    return at


def _by_itself(told: re.Match[str]) -> Order | None:
    """What this date alone says: with dots the day is first, and no month is a 13th."""
    if told[2] == "." or int(told[1]) > 12:  # months
        return Order.DAY
    return Order.MONTH if int(told[3]) > 12 else None


def _counted(text: str) -> datetime | None:
    """Seconds since 1970, as some switches count, or milliseconds."""
    if not COUNTED.fullmatch(text):
        return None
    count = float(text)
    micros = round(count * (SECOND / 1_000 if count >= MILLISECONDS else SECOND))
    return datetime.fromtimestamp(micros // SECOND, UTC).replace(microsecond=micros % SECOND)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) > len("2026-11-30") else None
    except ValueError:
        return None


def _written(text: str, order: Order | None) -> datetime | None:
    told = WRITTEN.fullmatch(text)
    if told is None:
        return None
    known = _by_itself(told) or order
    if known is None:
        raise MomentError(
            f"nobody can tell whether {text[:10]} begins with the day or the month: say which, or write 2026-11-30"
        )
    day, month = (told[1], told[3]) if known is Order.DAY else (told[3], told[1])
    hour = int(told[5])
    if told[8]:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if told[8] in "pP" else 0)
    try:
        return datetime(int(told[4]), int(month), int(day), hour, int(told[6]), int(told[7] or 0))  # noqa: DTZ001 # the zone is the caller's
    except ValueError:
        return None


def _mailed(text: str) -> datetime | None:
    """As mail and the API of Twilio write it: Tue, 31 Aug 2010 20:36:28 +0000."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
