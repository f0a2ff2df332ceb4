"""The phrase language: what a compliance officer writes, read into a tree.

    this call (is|may be|will be) [being] record*

Words stand for themselves, `(a|b)` is one of several, `[a]` may be left out, `...` is a gap of up to five words,
`record*` is any word that begins so, `?` is the question mark.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TypeAlias

from clearline.engine.errors import PhraseError
from clearline.engine.words import APOSTROPHES, normalise

# Bounds, so that no phrase can make a scan slow or its compilation large.
MAX_LENGTH = 400  # characters
MAX_WORDS = 60
MAX_GAPS = 4
MAX_DEPTH = 4  # brackets within brackets
GAP_WORDS = 5  # the widest gap


@dataclass(frozen=True, slots=True)
class Word:
    """One normalised word; where `open`, any word that begins so."""

    text: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `GAP_WORDS` words, whatever they are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; an empty one where nothing has to be said."""

    options: tuple[Sequence, ...]


Part: TypeAlias = Word | Gap | Choice
Sequence: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as a tree; phrases that are only spelled differently are equal."""

    parts: Sequence
    source: str = field(compare=False)


def parse(source: str) -> Phrase:
    """The tree of a phrase; a PhraseError with its column where it can't be read."""
    if len(source) > MAX_LENGTH:
        fault = f"{len(source)} characters, {MAX_LENGTH} are allowed; write several phrases"
        raise PhraseError(f'phrase "{source[:30]}...": {fault}', MAX_LENGTH + 1)
    return Phrase(_Reader(source).phrase(), source)


_TOKEN = re.compile(r"(?P<gap>\.{3,}|…)|(?P<mark>[()\[\]|])|(?P<text>(?:(?!\.{3}|…)[^()\[\]|])+)")
_HOLDING = f"*{APOSTROPHES}"  # like a letter, these hold what stands beside them to the word
_CLOSING = {"(": ")", "[": "]"}


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = deque(_TOKEN.finditer(source))
        self.words = 0
        self.gaps = 0

    def phrase(self) -> Sequence:
        parts = self.sequence(0)
        if self.tokens:
            mark = self.tokens[0][0]
            told = (
                "stands outside brackets; write (this|that)"
                if mark == "|"
                else "closes no bracket; take it out"
            )
            raise self.error(self.here(), f'"{mark}" {told}')
        if may_be_silent(parts):
            raise self.error(0, "no word has to be said; leave at least one outside [ ]")
        return parts

    def sequence(self, depth: int) -> Sequence:
        parts: list[Part] = []
        gap = None
        said = False  # a word that has to be said, since the beginning or the last gap
        while self.tokens and self.tokens[0][0] not in {"|", ")", "]"}:
            token = self.tokens.popleft()
            if token["gap"]:
                if not said:
                    raise self.error(token.start(), "no word has to be said before the gap; put one there")
                parts.append(self.gap(token))
                gap, said = token, False
            else:
                read = self.text(token) if token["text"] else (self.choice(token, depth + 1),)
                parts += read
                said = said or not may_be_silent(read)
        if gap and not said:
            raise self.error(gap.start(), "no word has to be said after the gap; put one there")
        return tuple(parts)

    def gap(self, token: re.Match[str]) -> Gap:
        self.gaps += 1
        if self.gaps > MAX_GAPS:
            raise self.error(token.start(), f"more than {MAX_GAPS} gaps; write several phrases")
        return Gap()

    def text(self, token: re.Match[str]) -> Sequence:
        read: list[Word] = []
        *starred, rest = token[0].split("*")
        end = token.start()
        for piece in starred:
            end += len(piece) + 1
            if not _is_letter(piece[-1:]):
                raise self.error(end - 1, "a star needs letters right before it; write record*")
            if self.glued(end):
                raise self.error(end - 1, "a star inside a word; it can only stand at the end, as in record*")
            *whole, begun = normalise(piece).split()
            read += [*map(Word, whole), Word(begun, open=True)]
        read += map(Word, normalise(rest).split())
        self.words += len(read)
        if self.words > MAX_WORDS:
            raise self.error(token.start(), f"more than {MAX_WORDS} words; write several phrases")
        return tuple(read)

    def choice(self, opening: re.Match[str], depth: int) -> Choice:
        if depth > MAX_DEPTH:
            raise self.error(opening.start(), f"brackets more than {MAX_DEPTH} deep; write several phrases")
        if self.glued(opening.start() - 1):
            raise self.error(
                opening.start(), "a bracket inside a word; write whole words: (recorded|recording)"
            )
        closing = _CLOSING[opening[0]]
        options = [self.option(depth)]
        while self.tokens and self.tokens[0][0] == "|":
            self.tokens.popleft()
            options.append(self.option(depth))
        if not self.tokens or self.tokens[0][0] != closing:
            raise self.error(
                opening.start(), f'"{opening[0]}" is never closed; put "{closing}" where it ends'
            )
        end = self.tokens.popleft()
        if self.glued(end.end()):
            raise self.error(end.start(), "a bracket inside a word; write whole words: (recorded|recording)")
        if opening[0] == "[":
            options.append(())
        return Choice(tuple(dict.fromkeys(options)))

    def option(self, depth: int) -> Sequence:
        start = self.here()
        parts = self.sequence(depth)
        if not parts:
            raise self.error(
                start, "an empty alternative; write words there, or [ ] around what may be left out"
            )
        return parts

    def here(self) -> int:
        return self.tokens[0].start() if self.tokens else len(self.source)

    def glued(self, index: int) -> bool:
        """Whether a part of a word stands at `index`, beside a bracket or a star."""
        return 0 <= index < len(self.source) and (
            self.source[index] in _HOLDING or _is_letter(self.source[index])
        )

    def error(self, index: int, fault: str) -> PhraseError:
        return PhraseError(f'phrase "{self.source}": {fault}', index + 1)


def _is_letter(character: str) -> bool:
    return normalise(character) not in {"", "?"}


def may_be_silent(parts: Sequence) -> bool:
    """Whether nothing of it has to be said."""
    return all(
        isinstance(part, Gap) or (isinstance(part, Choice) and any(map(may_be_silent, part.options)))
        for part in parts
    )
