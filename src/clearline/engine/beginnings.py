"""Whether digits begin a card number, a security code or a bank account that is still being read out.

Said too often it would stop recordings for nothing, so a phone number, a price, a date or an order's number is none: where
no card was spoken of, digits have to come in fours, as cards are read, or be more than a phone number has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from clearline.engine.checks import card_lengths, is_birth_date
from clearline.engine.pieces import joined, numbers_of, said
from clearline.engine.topics import (
    ACCOUNT,
    ACCOUNT_BEGINS,
    CARD,
    CARD_BEGINS,
    CODE,
    CODE_BEGINS,
    ROUTING,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clearline.engine.pieces import Digit, Piece

_CARDS: Final[frozenset[str | None]] = frozenset({CARD, None})
_KINDS: Final = {CODE: CODE_BEGINS, ACCOUNT: ACCOUNT_BEGINS, ROUTING: ACCOUNT_BEGINS}
READING: Final = 20  # words beside digits, up to which an utterance can be one that reads a number out
_IN_CONTEXT, _OF_CODE, _LONGEST_CODE = 4, 2, 4
_BETWEEN: Final = 2  # words in the midst of a number
_FOURS: Final = 8  # two groups of four
_PHONE: Final = 10  # digits of a phone number, as people say it; a card goes on


class Beginning(NamedTuple):
    """What begins, and the digits that show it."""

    kind: str
    digits: Sequence[Digit]


def beginning(earlier: Sequence[Piece], piece: Piece) -> Beginning | None:
    """What begins with this piece; nothing where the pieces before it had shown it already."""
    first = next((at for at, one in enumerate(reversed(earlier)) if not _reads(one, piece)), len(earlier))
    earlier = earlier[len(earlier) - first :]
    if earlier and _begun(joined(earlier), _topic(earlier), alone=piece.alone):
        return None
    digits = joined([*earlier, piece])
    length = _begun(digits, _topic([*earlier, piece]), alone=piece.alone)
    return Beginning(_KINDS.get(piece.topic or "", CARD_BEGINS), digits[:length]) if length else None


def _reads(one: Piece, piece: Piece) -> bool:
    """Whether a piece was said to be read out, and did not just stand in the talk."""
    return one.alone or (one.turn == piece.turn and piece.lead <= _BETWEEN)


def together(topic: str | None) -> frozenset[str | None]:
    """The topics of pieces that can be of one number with a piece of this topic."""
    return _CARDS if topic in _CARDS else frozenset({topic})


def _topic(pieces: Sequence[Piece]) -> str | None:
    """A card is known for one once it was spoken of."""
    return next((piece.topic for piece in pieces if piece.topic is not None), None)


def _begun(digits: Sequence[Digit], topic: str | None, *, alone: bool) -> int:
    """By how many digits it is shown; 0 if it isn't."""
    count = len(digits)
    if topic == CODE:
        return _OF_CODE if _OF_CODE <= count <= _LONGEST_CODE else 0
    if topic in {ACCOUNT, ROUTING}:
        return _IN_CONTEXT if count >= _IN_CONTEXT else 0
    if topic not in _CARDS or not card_lengths(said(digits[:6])) or _is_date(digits):
        return 0
    if topic == CARD:
        return _IN_CONTEXT if count >= _IN_CONTEXT else 0
    if not alone:
        return 0
    if count >= _FOURS and _in_fours(digits):
        return _FOURS
    return _PHONE + 1 if count > _PHONE else 0


def _in_fours(digits: Sequence[Digit]) -> bool:
    """Whether the speaker stops after the fourth digit, and not before; and again after the eighth."""
    ends = [at + 1 for at, digit in enumerate(digits[:_FOURS]) if digit.ends]
    pauses = [at for at, digit in enumerate(digits[: _FOURS + 1]) if at and digit.starts]
    return ends == [4, 8] or (pauses in ([4], [4, 8]) and (ends[-1:] == [8]))


def _is_date(digits: Sequence[Digit]) -> bool:
    return len(numbers_of(digits)) == 3 and is_birth_date(said(digits))
