"""Whether words are a recogniser that goes round in circles; repeated digits make every one of them do so.

A false alarm costs another hearing of a smaller piece, and words that still look so are marked as not sure: the bars are low.
"""

import re
import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from clearline.speech.recognising import Word
from clearline.speech.sound import Seconds

FASTEST: Final = 8.0  # digits a second; a person in a hurry says five
ENOUGH: Final = 8  # digits from which a rate says something
ROUND: Final = (
    9,
    16,
    16,
)  # digits in which the same one, two or three come again and again; a test card has 15 of 510
LONGEST: Final = 38  # digits on end; two cards
AGAIN: Final = 5  # times the same words on end, and twice as often one word
DENSE: Final = 2.4  # to how many times its length a text may be compressed, as Whisper itself takes it

_SAID: Final = {"oh": "0"} | {
    word: str(digit)
    for digit, word in enumerate("zero one two three four five six seven eight nine".split())  # noqa: SIM905
}
_PLAIN: Final = re.compile(r"\W+")


def goes_round(words: Sequence[Word], seconds: Seconds) -> bool:
    """Whether these words, heard in so much speech, are likely a loop."""
    text = " ".join(word.text for word in words)
    if len(text) > 100 and _density(text) > DENSE:
        return True
    return any(_is_no_number(run, seconds) for run in _numbers(words)) or _is_said_again(words)


def _density(text: str) -> float:
    """How many times its compressed length a text has; what repeats itself is dense."""
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain))


def _digits(word: Word) -> str:
    plain = _PLAIN.sub("", word.text).lower()
    return _SAID.get(plain) or "".join(sign for sign in plain if sign.isdecimal())


def _numbers(words: Sequence[Word]) -> list[list[Word]]:
    """Runs of words that are digits."""
    return [list(run) for is_number, run in groupby(words, lambda word: bool(_digits(word))) if is_number]


def _is_no_number(run: Sequence[Word], seconds: Seconds) -> bool:
    digits = "".join(map(_digits, run))
    taken = max(0.1, min(run[-1].end - run[0].start, seconds))
    if len(digits) >= ENOUGH and len(digits) / taken > FASTEST:
        return True
    return len(digits) > LONGEST or any(
        size + _again(digits, size) >= most for size, most in enumerate(ROUND, 1)
    )


def _is_said_again(words: Sequence[Word]) -> bool:
    """Whether the same words come many times on end; a word alone may do so longer."""
    plain = [_PLAIN.sub("", word.text).lower() for word in words]
    return any(
        _again(plain, size) >= (2 * AGAIN if size == 1 else size * (AGAIN - 1))
        for size in range(1, len(plain) // AGAIN + 1)
    )


def _again(row: Sequence[str], size: int) -> int:
    """How many on end are each the same as the one so many places before."""
    same = most = 0
    for before, now in zip(row, row[size:], strict=False):
        same = same + 1 if before == now else 0
        most = max(most, same)
    return most
