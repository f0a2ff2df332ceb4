"""Digits with the words that said them, as they are remembered from one utterance to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clearline.engine.numbers import Group


class Part(NamedTuple):
    """Words first..last of the utterance `back` utterances before the one just heard (0: this one)."""

    back: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, repr=False)
class Digit:
    """One digit and the words of the number that it was said in (first..last)."""

    value: str
    turn: int
    run: int  # which run of numbers of its turn
    first: int
    last: int
    starts: bool  # a number may begin here: something other than a space or a dash stands before it
    ends: bool  # the last digit of what was said as one number


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """The digits of one run of numbers; its representation shows none of them."""

    by: str
    topic: str | None
    digits: tuple[Digit, ...]
    alone: bool  # little else was said in its utterance
    lead: int  # words between it and the number before in its utterance, or the beginning
    trail: int  # words between it and the end of its utterance
    undo: int  # so many digits of the pieces before are taken back: it began with "no wait"
    asked: bool = False  # it was reported as a doubt

    @property
    def turn(self) -> int:
        """The utterance that it was said in."""
        return self.digits[0].turn


def digits_of(run: Iterable[Group], turn: int, number: int) -> tuple[Digit, ...]:
    """The digits of a run of numbers, without those that it takes back itself."""
    digits: list[Digit] = []
    starts = False
    for group in run:
        if (
            not group.digits and digits
        ):  # the 5 of "4 not 5" is no digit of it, and yet must be hidden with it
            digits[-1] = replace(digits[-1], last=group.last)
        kept = max(0, len(digits) - group.undo)
        # What is taken back at the very beginning is hidden with what stands in its place.
        first = digits[0].first if digits and kept == 0 else group.first
        del digits[kept:]
        sigh = starts and bool(digits) and digits[-1].value == "0"  # a leading "oh" may be no zero
        starts = group.pause or group.undo > 0 or not digits or sigh
        final = len(group.digits) - 1
        digits += [
            Digit(value, turn, number, first, group.last, starts and at == 0, at == final)
            for at, value in enumerate(group.digits)
        ]
    return tuple(digits)


def said(digits: Iterable[Digit]) -> str:
    """The digits alone, as text."""
    return "".join(digit.value for digit in digits)


def numbers_of(digits: Iterable[Digit]) -> list[str]:
    """The digits of each number that was said."""
    return [said(number) for _, number in groupby(digits, key=lambda digit: (digit.turn, digit.first))]


def joined(pieces: Iterable[Piece], *, correcting: bool = False) -> list[Digit]:
    """The digits of pieces that follow each other, where wished without those that were taken back."""
    digits: list[Digit] = []
    for piece in pieces:
        if correcting:
            del digits[max(0, len(digits) - piece.undo) :]
        digits += piece.digits
    return digits


def without_repeats(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without those that only repeat the one before."""
    return [
        piece
        for piece, before in zip(pieces, [None, *pieces], strict=False)
        if before is None or not _same(piece, before)
    ]


def readings(pieces: Sequence[Piece]) -> Iterator[list[Digit]]:
    """What a speaker may have meant: everything, without repetitions, and with corrections carried out."""
    yield joined(pieces)
    once = without_repeats(pieces)
    if len(once) < len(pieces):
        yield joined(once)
    if any(piece.undo for piece in pieces):
        yield joined(pieces, correcting=True)


def parts_of(digits: Iterable[Digit], now: int) -> list[Part]:
    """Where digits were said, seen from the turn `now`: one part for each run."""
    parts = []
    for (turn, _), run in groupby(digits, key=lambda digit: (digit.turn, digit.run)):
        words = [word for digit in run for word in (digit.first, digit.last)]
        parts.append(Part(now - turn, min(words), max(words)))
    return parts


def _same(piece: Piece, other: Piece) -> bool:
    return said(piece.digits) == said(other.digits)
