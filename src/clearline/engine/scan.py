"""The lexicon: all phrases of all rules, found in one pass over a call."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import ahocorasick

from clearline.engine.patterns import LONGEST, WIDEST, Pattern
from clearline.engine.phrases import Phrase, parse
from clearline.engine.words import TURN, joined

try:
    import hyperscan
except ImportError:  # no wheel for this machine; the portable search finds the same
    _HAS_HYPERSCAN = False
else:
    _HAS_HYPERSCAN = True

if TYPE_CHECKING:
    from collections.abc import Sequence

_TURN = TURN.encode()


class Hit(NamedTuple):
    """A phrase found in an utterance, from its `first` to its `last` word (both counted from 0, both within)."""

    phrase: int
    utterance: int
    first: int
    last: int


class Keeper(Protocol):
    """Keeps from one start to the next what takes seconds to compile."""

    def kept(self, name: str) -> bytes | None:
        """What was kept under the name."""

    def keep(self, name: str, made: bytes) -> None:
        """Keeps it."""


class Lexicon:
    """Phrases compiled together; a lexicon serves one thread at a time."""

    def __init__(
        self, phrases: Sequence[str], *, portable: bool = False, keeper: Keeper | None = None
    ) -> None:
        numbers: dict[Phrase, list[int]] = defaultdict(list)
        for number, source in enumerate(phrases):
            numbers[parse(source)].append(number)
        self._numbers = list(numbers.values())
        self._patterns = [Pattern(phrase) for phrase in numbers]
        one_pass = _HAS_HYPERSCAN and not portable
        self._search = _OnePass(self._patterns, keeper) if one_pass else _Portable(self._patterns)
        self._widths = [pattern.width if self._search.exact else None for pattern in self._patterns]

    def find(self, utterances: Sequence[str]) -> list[Hit]:
        """Each phrase at every word where a match of it ends, with the shortest match that ends there; in order."""
        if not self._patterns:
            return []
        text = joined(utterances)
        hits: list[Hit] = []
        utterance = begun = closed = 0
        words: list[str] = []
        for end, number in sorted(set(self._search.ends(text))):
            if end > closed:
                utterance += text.count(_TURN, begun, end)
                begun, closed = text.rfind(_TURN, 0, end) + 1, text.find(_TURN, end)
                words = []
            last = text.count(b" ", begun, end) - 2
            width = self._widths[number]
            if width is None:
                words = words or text[begun:closed].decode().split(" ")[1:]
                first = self._patterns[number].first(words, last)
            else:
                first = last - width + 1
            if first is not None:
                hits += [Hit(phrase, utterance, first, last) for phrase in self._numbers[number]]
        return sorted(hits, key=itemgetter(1, 3, 0))


class _OnePass:
    """Hyperscan: one database for all phrases, one pass over the text."""

    exact = True  # but for gaps

    def __init__(self, patterns: Sequence[Pattern], keeper: Keeper | None) -> None:
        self.patterns = patterns
        self.too_long = len(patterns)
        guard = b"[^ \\n]{%d}" % (LONGEST + 1)
        expressions = [*(pattern.window() for pattern in patterns), guard]
        self.database = _database(expressions, keeper)

    def ends(self, text: bytes) -> list[tuple[int, int]]:
        """Where in `text` which pattern may end: nowhere else."""
        found: list[tuple[int, int]] = []
        self.database.scan(text, match_event_handler=_note, context=found)
        beyond = {text.rfind(_TURN, 0, end) + 1 for end, number in found if number == self.too_long}
        if beyond:
            found = [place for place in found if place[1] != self.too_long]
            for begun in beyond:
                utterance = text[begun : text.index(_TURN, begun) + 1]
                found += [
                    (begun + end, number)
                    for end, number in self.portable.ends(utterance)
                    if self.patterns[number].width is None
                ]
        return found

    @cached_property
    def portable(self) -> _Portable:
        return _Portable(self.patterns)


def _database(expressions: Sequence[bytes], keeper: Keeper | None) -> Any:
    """The compiled expressions, from the keeper if it has them and they were made for such a machine."""
    version = hyperscan.__version__  # type: ignore[attr-defined] # its stubs forget it
    name = hashlib.sha256(repr((version, expressions)).encode()).hexdigest()
    if keeper and (kept := keeper.kept(name)):
        try:
            database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
        except hyperscan.HyperscanError:  # made by another version, or for another processor
            pass
        else:
            database.scratch = hyperscan.Scratch(database)
            return database
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=range(len(expressions)), flags=0)
    if keeper:
        keeper.keep(name, hyperscan.dumpb(database))
    return database


def _note(number: int, _start: int, end: int, _flags: int, found: Any) -> None:
    found.append((end, number))


class _Portable:
    """Aho and Corasick's automaton over one piece of every phrase."""

    exact = False

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        closing: dict[bytes, list[int]] = defaultdict(list)  # the phrase ends where the piece does
        inner: dict[bytes, list[tuple[int, Pattern]]] = defaultdict(
            list
        )  # it ends there, or later in the utterance
        for number, pattern in enumerate(patterns):
            pieces, closes = pattern.anchors()
            for piece in pieces:
                if closes:
                    closing[piece].append(number)
                else:
                    inner[piece].append((number, pattern))
        self.automaton = ahocorasick.Automaton()
        for piece in closing.keys() | inner.keys():
            self.automaton.add_word(piece.decode("latin-1"), (closing[piece], inner[piece]))
        self.automaton.make_automaton()

    def ends(self, text: bytes) -> list[tuple[int, int]]:
        """Where in `text` which pattern may end: nowhere else."""
        found = []
        for last, (closing, inner) in self.automaton.iter(
            text.decode("latin-1")
        ):  # one character for each byte
            found += [(last + 1, number) for number in closing]
            if inner:
                end = text.rfind(b" ", 0, last) + 1
                for word in text[end : text.index(_TURN, last)].split(maxsplit=WIDEST)[:WIDEST]:
                    end += len(word) + 1
                    spoken = word.decode()
                    found += [(end, number) for number, pattern in inner if pattern.may_end(spoken)]
        return found
