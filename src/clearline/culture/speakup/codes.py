"""Receipt codes: the only key to one's own report. Pure."""

import re
import secrets
from typing import Final

from clearline.engine.errors import ClearlineError

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none of them looks like another when written by hand
GROUPS, EACH = 5, 4
"""20 of 32 letters: 100 bits, which nobody guesses."""
_ALIKE: Final = str.maketrans("OILU", "011V")
_BETWEEN: Final = re.compile(r"[\s\-\u2013\u2014.,_]+")


class CodeError(ClearlineError):
    """A receipt code has five groups of four letters or digits."""


def new() -> str:
    """A code that was never there before: `7K2M-…`."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * EACH))
    return "-".join(drawn[at : at + EACH] for at in range(0, len(drawn), EACH))


def plain(typed: str) -> bytes:
    """A code as somebody types it: in any case, with any signs between the groups, and an O for a 0."""
    found = _BETWEEN.sub("", typed).upper().translate(_ALIKE)
    if len(found) != GROUPS * EACH or set(found) - set(LETTERS):
        raise CodeError(CodeError.__doc__)
    return found.encode()
