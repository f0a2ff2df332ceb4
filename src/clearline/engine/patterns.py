"""Compiled phrases: what the fast searches look for, and the exact check of what they find."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from clearline.engine.phrases import (
    GAP_WORDS,
    MAX_GAPS,
    MAX_WORDS,
    Choice,
    Gap,
    Phrase,
    Sequence,
    Word,
    may_be_silent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence as Row

LONGEST = 32  # bytes of a word; longer ones may not fit the window that stands for a gap
WIDEST = MAX_WORDS + MAX_GAPS * GAP_WORDS  # words of any match
_WINDOW = GAP_WORDS * (LONGEST + 1) - 1

_MOST_ANCHORS = 16  # of one phrase
_START = 1  # the bit that stands before the first word of a match


class Pattern:
    """A phrase as an automaton over words (Glushkov's), run backwards from the word where a match ends.

    A position of the automaton is a bit, so that a set of positions is a number.
    """

    def __init__(self, phrase: Phrase) -> None:
        self.phrase = phrase
        self.width = _width(phrase.parts)  # words of every match; None where it varies or has gaps
        self._whole: dict[str, int] = defaultdict(int)  # word -> the positions that it matches
        self._open: dict[str, int] = defaultdict(
            int
        )  # beginning of a word -> the same; gaps are open to all words
        self._before: dict[int, int] = {}  # position -> those that may come right before it
        self._lasts = self._follow(phrase.parts, _START)

    def first(self, words: Row[str], last: int) -> int | None:
        """The first word of the shortest match that ends with word `last`; None where no match does."""
        live = self._lasts
        for index in range(last, -1, -1):
            matched = self._matched(live, words[index])
            live = 0
            while matched:
                position = matched & -matched
                live |= self._before[position]
                matched ^= position
            if live & _START:
                return index
            if not live:
                return None
        return None

    def may_end(self, word: str) -> bool:
        """Whether a match can end with this word."""
        return self._matched(self._lasts, word) != 0

    def window(self) -> bytes:
        """A regular expression over joined text that matches up to each end; after wide gaps also elsewhere."""
        return f" {_window(self.phrase.parts)}".encode()

    def anchors(self) -> tuple[set[bytes], bool]:
        """Pieces of joined text, as long as possible, one of which stands in every match; whether at its end."""
        pieces, closes = _anchors(self.phrase.parts)
        return {piece.encode() for piece in pieces}, closes

    def _matched(self, live: int, word: str) -> int:
        matched = live & self._whole.get(word, 0)
        for begun, positions in self._open.items():
            if live & positions and word.startswith(begun):
                matched |= live & positions
        return matched

    def _follow(self, parts: Sequence, before: int) -> int:
        for part in parts:
            match part:
                case Word(text, begun):
                    before = self._position(self._open if begun else self._whole, text, before)
                case Gap():
                    for _ in range(GAP_WORDS):
                        before |= self._position(self._open, "", before)
                case Choice(options):
                    entry, before = before, 0
                    for option in options:
                        before |= self._follow(option, entry)
        return before

    def _position(self, words: dict[str, int], text: str, before: int) -> int:
        position = 2 << len(self._before)
        words[text] |= position
        self._before[position] = before
        return position


def _width(parts: Sequence) -> int | None:
    total = 0
    for part in parts:
        widths = {_width(option) for option in part.options} if isinstance(part, Choice) else {1}
        width = widths.pop()
        if isinstance(part, Gap) or width is None or widths:
            return None
        total += width
    return total


def _window(parts: Sequence) -> str:
    pieces = []
    for part in parts:
        match part:
            case Word(text, begun):
                pieces.append(re.escape(text) + (r"[^ \n]* " if begun else " "))
            case Gap():
                pieces.append(f"(?:.{{0,{_WINDOW}}} )?")  # bytes instead of words: twice as fast to scan
            case Choice(options):
                pieces.append(f"(?:{'|'.join(map(_window, options))})")
    return "".join(pieces)


def _anchors(parts: Sequence) -> tuple[set[str], bool]:
    found: list[set[str]] = []
    run = {" "}
    for part in parts:
        spellings = _spellings((part,))
        if 0 < len(run) * len(spellings) <= _MOST_ANCHORS:
            run = {before + spelling for before in run for spelling in spellings}
            continue
        if isinstance(part, Word):
            run = {before + part.text for before in run}
        elif isinstance(part, Choice) and not may_be_silent((part,)):
            found.append({piece for option in part.options for piece in _anchors(option)[0]})
        found.append(run)
        run = {" "}
    best = max([*found, run], key=lambda pieces: min(map(len, pieces)))
    return best, best is run


def _spellings(parts: Sequence) -> set[str]:
    """All that a sequence may say; nothing where that is endless or too much."""
    said = {""}
    for part in parts:
        if isinstance(part, Choice):
            spellings = [_spellings(option) for option in part.options]
            following = set[str]().union(*spellings) if all(spellings) else set[str]()
        else:
            following = {f"{part.text} "} if isinstance(part, Word) and not part.open else set[str]()
        said = {before + after for before in said for after in following}
        if len(said) > _MOST_ANCHORS:
            return set()
    return said
