"""Columns of numbers, read a hundred thousand at a time, each as the gate reads it by itself."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from clearline.formats.phones import at_home_in_america
from clearline.gate.dialled import in_full
from clearline.gate.registry import Numbers, split

_BETWEEN: Final = b" ()-."
_LONGEST: Final = 20  # characters of a number that is read in columns
_END, _ZERO, _PLUS = ord("\n"), ord("0"), ord("+")


def numbers(cells: Sequence[str]) -> Numbers:
    """The number of each cell in E.164 as an integer; 0 where it can't be read."""
    found = np.zeros(len(cells), np.int64)
    text = "\n".join(cells)
    if text.count("\n") == len(cells) - 1 and text.isascii() and cells:
        plain = np.frombuffer(text.encode().translate(None, _BETWEEN) + b"\n", np.uint8)
        ends = np.flatnonzero(plain == _END)
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
        short = np.fromiter(map(len, cells), np.int64, len(cells)) <= _LONGEST
        for length, sign in ((10, 0), (11, 0), (12, 1)) if at_home_in_america() else ((12, 1),):
            here = np.flatnonzero((ends - starts == length) & short)
            if len(here):
                found[here] = _of_length(plain, starts[here], length, sign)
    for place in np.flatnonzero(found == 0).tolist():
        found[place] = int(in_full(cells[place].strip()) or 0)
    return found


def _of_length(
    plain: np.ndarray[tuple[int], np.dtype[np.uint8]], starts: Numbers, length: int, sign: int
) -> Numbers:
    """2025550143, 12025550143 and +12025550143; 0 for what is none."""
    good = plain[starts] == _PLUS if sign else np.ones(len(starts), np.bool_)
    told = np.zeros(len(starts), np.int64)
    for place in range(sign, length):
        digit = plain[starts + place] - np.uint8(_ZERO)
        good &= digit <= 9
        told = told * 10 + digit
    if length == 10:
        told += 10_000_000_000
    _, _, known = split(told)
    return np.where(good & known, told, 0)
