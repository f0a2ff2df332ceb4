"""What a number is, where only the talk around it can tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clearline.engine import topics
from clearline.engine.checks import is_aba, is_birth_date, is_expiry, is_ssn
from clearline.engine.numbers import number, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {topics.SSN_LAST: topics.SSN, topics.ROUTING: topics.ACCOUNT}
_LENGTHS = {
    topics.CODE: range(3, 5),
    topics.PIN: range(4, 7),
    topics.ONE_TIME: range(4, 9),
    topics.SSN_LAST: range(4, 5),
    topics.ACCOUNT: range(6, 18),
    topics.PHONE: range(7, 16),
}
_MONTHS = frozenset(
    vocabulary(
        "january february march april may june july august september october november december "
        "jan feb mar apr jun jul aug sep sept oct nov dec"
    )
)
_DATING = frozenset(
    vocabulary(
        "of the first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty thirty"
    )
)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
_YEAR_OF_EXPIRY = re.compile(r"([0-2]?\d|3[01])?(20)?[2-4]\d")
_YEAR_OF_BIRTH = re.compile(r"([0-2]?\d|3[01])?((19|20)\d\d|\d\d)")
_EXPIRY_AND_CODE = re.compile(r"((?:0[1-9]|1[0-2])(?:20)?[2-4]\d)?(\d{3,4})?")
_MAX_DATE = 6  # words from the month or day to the year


def fits(topic: str, numbers: Sequence[str], *, month: bool) -> bool | None:
    """True if numbers can be what was spoken of, False if they look like it but fail its check, None if not at all."""
    digits = "".join(numbers)
    if topic in _LENGTHS:
        return True if len(digits) in _LENGTHS[topic] else None
    if topic == topics.SSN:
        return is_ssn(digits) if len(digits) == 9 else None
    if topic == topics.ROUTING:
        return is_aba(digits) if len(digits) == 9 else None
    if topic == topics.EXPIRY:
        return is_expiry(digits) or (month and _YEAR_OF_EXPIRY.fullmatch(digits) is not None) or None
    if topic == topics.BIRTH:
        return (
            (is_birth_date(digits) and (len(digits) > 5 or len(numbers) == 3))
            or (month and _YEAR_OF_BIRTH.fullmatch(digits) is not None)
            or None
        )
    return None


def tail(digits: str) -> list[tuple[str, int]]:
    """The kinds and lengths of what was read out after a card number in one breath: expiry date, security code."""
    found = _EXPIRY_AND_CODE.fullmatch(digits)
    if found is None:
        return []
    kinds = (topics.EXPIRY, topics.CODE)
    return [(kind, len(group)) for kind, group in zip(kinds, found.groups(), strict=True) if group]


def month_before(words: Sequence[str], index: int) -> int | None:
    """The first word of the date whose year, or day and year, begin at a word; None where no month is named."""
    first, month = index, None
    while first > 0 and index - first < _MAX_DATE:
        word = words[first - 1]
        if word in _MONTHS:
            month = first - 1
        elif word not in _DATING and not _DAY.fullmatch(word) and not (month and number(words, first - 1)[0]):
            break
        first -= 1
    while first < index and words[first] in {"of", "the"}:
        first += 1
    return None if month is None else first
