"""Names and addresses that somebody listed, found in words as they are said.

Compared are letters and digits alone, from the beginning of a word to the end of one: `12 Baker St` is also said "one two
Baker St" and "twelve Baker St", and `Zoë` is also spelt "Z-O-E". Nothing is guessed: what is not listed is not found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from clearline.engine.errors import ClearlineError
from clearline.engine.masking import Mark, mask
from clearline.engine.numbers import number
from clearline.engine.words import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LISTED: Final = "name_or_address"
LETTERS, DIGITS = 2, 4  # that an entry has at least: fewer would hide half the talk
HEADINGS: Final = frozenset(
    (
        *(
            "name",
            "names",
            "first",
            "first name",
            "given name",
            "last",
            "last name",
            "surname",
            "family name",
        ),
        *("full name", "customer", "contact", "address", "addresses", "address 1", "address 2", "street"),
        *("city", "town", "state", "region", "zip", "zip code", "postcode", "postal code", "country"),
    )
)
"""Names of columns: a first line that holds nothing else is no entry."""
_APART = re.compile(r"[,;\t|]")


class ListError(ClearlineError):
    """An entry that can't be looked for. The message says in which line, never what stands there."""


class Listed:
    """What somebody listed; its representation shows none of it."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = frozenset({_letters(one) for one in entries} - {""})
        self._longest = max(map(len, self._entries), default=0)

    def __len__(self) -> int:
        return len(self._entries)

    def hide(self, text: str) -> str:
        """The text with a mark in place of what is listed, as of any other entity."""
        places = self.places(text)
        firsts = sorted(at for at in places if at - 1 not in places)
        lasts = sorted(at for at in places if at + 1 not in places)
        marks = [Mark(LISTED, first, last) for first, last in zip(firsts, lasts, strict=True)]
        return mask(text, marks) if marks else text

    def places(self, text: str) -> set[int]:
        """The words of `text` that say something listed, as the engine counts words."""
        found: set[int] = set()
        parts = list(_parts(normalise(text).split())) if self._entries else []
        for start in range(len(parts)):
            said = ""
            for end in range(start, len(parts)):
                said += parts[end][0]
                if len(said) > self._longest + 1:
                    break
                if said in self._entries or said.removesuffix("s") in self._entries:  # of Dana: Dana's
                    found.update(range(parts[start][1], parts[end][2] + 1))
        return found


NOBODY: Final = Listed()


def listed(text: str) -> Listed:
    """The entries of a file: one a line, or several by commas, semicolons, tabs or bars; ListError names the line at fault."""
    entries: list[str] = []
    for at, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        cells = [cell.strip().strip('"').strip() for cell in _APART.split(line)]
        cells = [cell for cell in cells if cell]
        if not entries and all(normalise(cell.replace("_", " ")) in HEADINGS for cell in cells):
            continue
        for cell in cells:
            letters = _letters(cell)
            is_number = letters.replace("o", "0").isdecimal()
            if len(letters) < (DIGITS if is_number else LETTERS):
                raise ListError(
                    f"line {at}: an entry has fewer than {LETTERS} letters or, as a number alone, fewer than {DIGITS} digits, "
                    "and would be hidden wherever it is said. Write it with what it belongs to, like a house number with its street."
                )
        entries += cells
    return Listed(entries)


def _letters(text: str) -> str:
    return "".join(letters for letters, _, _ in _parts(normalise(text).split()))


def _parts(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Letters and digits with the first and last of the words that say them; a zero is an o, as it is said."""
    at = 0
    while at < len(words):
        digits, end = number(words, at)
        letters = digits.replace("0", "o") or _plain(words[at])
        end = end if digits else at + 1
        if letters:
            yield letters, at, end - 1
        at = end


def _plain(word: str) -> str:
    """Without accents and signs."""
    apart = unicodedata.normalize("NFKD", word)
    return "".join(one for one in apart if one.isalnum()).replace("0", "o")
