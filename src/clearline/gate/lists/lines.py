"""Numbers out of lines of text: the plain ones a million at a time, the others one by one."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearline.formats.phones import number_in_full
from clearline.gate.lists.names import NANP
from clearline.gate.registry import Numbers, split

_BETWEEN: Final = b" ()-./,\t\r\"'"  # what stands between digits: 303,5551234 is (303) 555-1234
_ZERO, _PLUS, _END = ord("0"), ord("+"), ord("\n")
_FIELDS: Final = re.compile(r"[,;\t|]")
EXAMPLES: Final = 5
LONGEST: Final = 40


class Read(NamedTuple):
    """The numbers of some lines, and the lines that hold none."""

    numbers: Numbers
    bad: list[str]
    lines: int


def read(block: bytes, region: str) -> Read:
    """Numbers of whole lines; those without a country code are of the region. Empty lines are none."""
    if not block.endswith(b"\n"):
        block += b"\n"
    plain = np.frombuffer(block.translate(None, _BETWEEN), np.uint8)
    ends = np.flatnonzero(plain == _END)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    lengths = ends - starts
    found: list[Numbers] = []
    done = lengths == 0
    if region in NANP:
        for length, sign in ((10, 0), (11, 0), (12, 1)):  # 3035551234, 13035551234, +13035551234
            here = np.flatnonzero(lengths == length)
            if len(here):
                numbers, good = _of_length(plain, starts[here], length, sign)
                found.append(numbers[good])
                done[here[good]] = True
    others = np.flatnonzero(~done)
    one_by_one, bad = _others(block, others, region)
    numbers = np.concatenate([*found, np.array(one_by_one, np.int64)])
    return Read(numbers, bad, int(np.count_nonzero(lengths)))


def _of_length(
    plain: NDArray[np.uint8], starts: NDArray[np.int64], length: int, sign: int
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Digits read in columns: the number of each line with its 1, and whether it can be one."""
    numbers = np.zeros(len(starts), np.int64)
    good = plain[starts] == _PLUS if sign else np.ones(len(starts), np.bool_)
    for place in range(sign, length):
        digit = plain[starts + place] - np.uint8(_ZERO)  # below 0 it comes round to above 9
        good &= digit <= 9
        numbers = numbers * 10 + digit
    if length == 10:
        numbers += 10_000_000_000
    _, _, known = split(numbers)
    return numbers, good & known


def _others(block: bytes, which: NDArray[np.int64], region: str) -> tuple[list[int], list[str]]:
    if not len(which):
        return [], []
    lines = block.split(b"\n")
    found, bad = [], []
    for one in which.tolist():
        line = lines[one].decode("utf-8", "replace").strip()
        number = number_in(line, region)
        if number is None:
            bad.append(line)
        else:
            found.append(number)
    return found, bad


def number_in(line: str, region: str) -> int | None:
    """The number of a line in any notation, alone or in its first fields."""
    fields = [field.strip(" \"'") for field in _FIELDS.split(line, maxsplit=2)]
    for told in (line, fields[0], "".join(fields[:2])):
        full = number_in_full(told, region) if any(letter.isdigit() for letter in told) else None
        if full is not None:
            return int(full)
    return None


def shapes(lines: Iterable[str]) -> list[str]:
    """Lines as they may be shown: 0 for each digit, a for each letter."""
    return [
        "".join("0" if one.isdigit() else "a" if one.isalpha() else one for one in line[:LONGEST])
        for line in lines
    ]
