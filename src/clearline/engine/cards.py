"""Card numbers within digits that were said one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clearline.engine.checks import card_lengths, luhn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clearline.engine.pieces import Digit

MAX_REST = 10  # digits that may follow a card number in one breath: expiry date and security code
SHORTEST, USUAL, LONGEST = 12, 16, 19
DOUBTFUL = (16, 15, 19, 18, 17)  # shorter ones may still be going on
UNBRANDED = (16, 15)  # where the first digits were misheard, or belong to a brand that is not known here


class Window(NamedTuple):
    """Digits start..end (exclusive) that are a card number, or look like one."""

    start: int
    end: int
    certain: bool


def find_cards(digits: Sequence[Digit], fresh: int, *, expected: bool) -> list[Window]:
    """The card numbers that end at or after digit number `fresh`; where one is expected, what fails Luhn is a doubt."""
    if len(digits) < SHORTEST:
        return []
    text = "".join(digit.value for digit in digits)
    found: list[Window] = []
    start = first = max(0, fresh - LONGEST)
    while start < len(digits):
        lengths = (
            card_lengths(text[start : start + 6]) if digits[start].starts or _follows(found, start) else ()
        )
        end = _end(text, digits, start, fresh, [length for length in lengths if length >= 13 or expected])
        if end:
            found.append(Window(start, end, certain=True))
        start = max(end, start + 1)
    return found or (_doubts(text, digits, first, fresh) if expected else [])


def _follows(found: Sequence[Window], start: int) -> bool:
    return bool(found) and found[-1].end == start


def _end(text: str, digits: Sequence[Digit], start: int, fresh: int, lengths: Sequence[int]) -> int:
    """Where the card number that begins at `start` ends; 0 if none begins there."""
    fitting = [
        start + length
        for length in lengths
        if _can_end(digits, start + length, fresh)
        and (length >= USUAL or length == lengths[0] or digits[start].turn == digits[start + length - 1].turn)
    ]
    # A length that a pause confirms goes before the usual one: 19 digits have a good Luhn sum after 16 by chance.
    fitting.sort(key=lambda end: end < len(digits) and not digits[end].starts)
    return next((end for end in fitting if luhn(text[start:end])), 0)


def _can_end(digits: Sequence[Digit], end: int, fresh: int) -> bool:
    if not fresh < end <= len(digits) or not digits[end - 1].ends:
        return False
    rest = digits[end : end + MAX_REST + 1]
    return len(rest) <= MAX_REST or any(digit.starts for digit in rest)


def _doubts(text: str, digits: Sequence[Digit], first: int, fresh: int) -> list[Window]:
    for start in range(first, len(digits)):
        if not digits[start].starts:
            continue
        for length in DOUBTFUL if card_lengths(text[start : start + 6]) else UNBRANDED:
            end = start + length
            if _can_end(digits, end, fresh) and (end == len(digits) or digits[end].starts):
                return [Window(start, end, certain=False)]
    return []
