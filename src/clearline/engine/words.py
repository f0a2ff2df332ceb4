"""Normalised text: the words that phrases are looked for in."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TURN = "\n"  # ends an utterance as a word of its own, so that no phrase reaches across
APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"

_SEAM = "\0"  # stands for it before normalising, because an utterance may be written in lines
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def normalise(text: str) -> str:
    """The words of `text` in lower case between single spaces; `?` is a word, apostrophes in words vanish."""
    return joined([text]).decode()[1:-2]


def joined(utterances: Sequence[str]) -> bytes:
    r"""The words of all utterances as UTF-8, a space before and after each: ` first one \n second \n`."""
    seam = f" {_SEAM} "
    text = seam.join(utterances)
    if text.count(_SEAM) >= len(utterances):  # one of them holds a seam of its own
        text = seam.join([utterance.replace(_SEAM, " ") for utterance in utterances])
    plain = text.isascii()
    if not plain:
        text = _BEYOND_ASCII.sub(lambda run: run[0].translate(_FOLDED), text)
    words = f" {text} {_SEAM}".replace("?", " ? ").encode().translate(_ASCII, b"'")
    words = _single_spaced(words)
    return words if plain else unicodedata.normalize("NFC", words.decode()).encode()


def spans(text: str) -> list[tuple[int, int]]:
    """Where each normalised word stands in `text`: its first character, and one past its last."""
    return [word.span() for word in _WORD.finditer(text.translate(_KINDS))]


def _single_spaced(text: bytes) -> bytes:
    # All spaces that follow a space are struck out at once, in one long number: twice as fast as `re.sub`.
    spaces = int.from_bytes(text.translate(_IS_SPACE), "little")
    surplus = (spaces & spaces << 8) * ord(" ")
    kept = int.from_bytes(text, "little") ^ surplus
    return kept.to_bytes(len(text), "little").translate(None, b"\0")


def _is_mark(character: str) -> bool:
    # Variation selectors are marks by category, but they dress emoji, not letters.
    return unicodedata.category(character).startswith("M") and not "\ufe00" <= character <= "\ufe0f"


class _Kinds(dict[int, str]):
    """The kind of a character (w: of a word, ', ? or a space for the rest), learned when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = " "
        if character in APOSTROPHES:
            self[code] = "'"
        elif character == "?":
            self[code] = "?"
        elif character.isalnum() or _is_mark(character):
            self[code] = "w"
        return self[code]


class _Folded(dict[int, str]):
    """What becomes of a character in normalised text, learned when first met."""

    def __missing__(self, code: int) -> str:
        kind = _KINDS[code]
        self[code] = chr(code).casefold() if kind == "w" else kind
        return self[code]


_WORD = re.compile(r"w['w]*w|w|\?")  # over kinds; an apostrophe at its edge is no part of a word
_KINDS = _Kinds()
_FOLDED = _Folded()
_ASCII = "".join(TURN if chr(code) == _SEAM else _FOLDED[code] for code in range(0x80)).encode() + bytes(
    range(0x80, 0x100)
)
_IS_SPACE = bytes(character == ord(" ") for character in range(0x100))
