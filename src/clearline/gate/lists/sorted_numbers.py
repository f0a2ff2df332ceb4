"""A list of numbers of any country, in order, mapped from its file."""

from bisect import bisect_left
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from clearline.engine.events import Instant
from clearline.gate import list_heads
from clearline.gate.list_heads import Head
from clearline.gate.registry import Numbers

FORM: Final = "sorted"


class SortedNumbers:
    """The numbers of one snapshot of a list that is too sparse for bits."""

    def __init__(self, head: Head, body: memoryview) -> None:
        self.head = head
        self._bytes = body
        self._held = body.cast("q")
        self.numbers: Numbers = np.frombuffer(body, np.int64)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Maps a file; DamagedList where it is not as it was written."""
        return cls(*list_heads.read(path, FORM))

    def __len__(self) -> int:
        return self.head.numbers

    def check(self) -> None:
        """Reads all of it; DamagedList where a bit differs from what was written."""
        list_heads.check(self.head, self._bytes)

    def __contains__(self, number: str) -> bool:
        """Whether a number in E.164 is on it."""
        told = int(number)
        place = bisect_left(self._held, told)
        return place < len(self._held) and self._held[place] == told

    def many(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of many are on it."""
        if not len(self.numbers):
            return np.zeros(len(numbers), np.bool_)
        place = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.asarray(self.numbers[place] == numbers)


def write(path: Path, numbers: Numbers, snapshot: str, name: str, made: Instant) -> Head:
    """The file of these numbers, in its place only when the disk has all of it."""
    held = np.unique(numbers)
    head = Head(form=FORM, snapshot=snapshot, name=name, made=made, numbers=len(held))
    return list_heads.write(path, head, [held.tobytes()])
