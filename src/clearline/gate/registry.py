"""A registry of North American numbers as bits: a block of eight million for each area code, mapped from its file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from clearline.engine.events import Instant
from clearline.gate import list_heads
from clearline.gate.list_heads import Head

Numbers = NDArray[np.int64]
"""Numbers in E.164 as integers, without the plus: 12025550143."""

FORM: Final = "bits"
AREAS: Final = range(200, 1_000)
BITS: Final = 8_000_000  # 200-0000 to 999-9999
BLOCK: Final = BITS // 8  # bytes
_FIRST: Final = 1_200_000_0000  # +1 200 000 0000
_NONE: Final = 0  # in the table of blocks: no block; others count from 1


class Registry:
    """The numbers of one snapshot. Every process that has it open shares the same memory."""

    def __init__(self, head: Head, body: memoryview) -> None:
        self.head = head
        self._bytes = body
        self.bits = np.frombuffer(body, np.uint8)
        self._table = np.zeros(len(AREAS), np.int64)  # of each area, the number of its block
        for place, area in enumerate(head.blocks, 1):
            self._table[area - AREAS.start] = place
        self._blocks: list[int] = self._table.tolist()
        self._covered = np.zeros(len(AREAS), np.bool_)
        self._covered[[area - AREAS.start for area in head.areas]] = True
        self._areas = frozenset(head.areas)

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
        if len(number) != 12 or not number.startswith("+1"):
            return False
        area, place = divmod(int(number[2:]), 10_000_000)
        block, place = self._blocks[area - 200] if area >= 200 else _NONE, place - 2_000_000
        return bool(
            block and place >= 0 and self._bytes[(block - 1) * BLOCK + (place >> 3)] >> (place & 7) & 1
        )

    def covers(self, number: str) -> bool:
        """Whether the registry says anything of a number in E.164: its area code was asked for."""
        return len(number) == 12 and number.startswith("+1") and int(number[2:5]) in self._areas

    def many(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of many are on it. Numbers in order are looked up more quickly: they lie side by side."""
        area, place, known = split(numbers)
        block = self._table[area]
        known &= block != _NONE
        at = np.where(known, (block - 1) * BLOCK + (place >> 3), 0)
        if not len(self.bits):
            return np.zeros(len(numbers), np.bool_)
        return known & ((self.bits[at] >> (place & 7).astype(np.uint8)) & 1).astype(np.bool_)

    def covers_many(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Of which of many it says anything."""
        area, _, _ = split(numbers)
        return nanp(numbers) & self._covered[area]


class Builder:
    """Bits that are being set: 1 MB for each area code that was met, nothing for the others."""

    def __init__(self, before: Registry | None = None) -> None:
        self._bits = np.zeros((len(AREAS), BLOCK), np.uint8)  # the system gives memory to what is touched
        self._met = np.zeros(len(AREAS), np.bool_)
        self._asked: set[int] = set()
        if before is not None:
            rows = np.array(before.head.blocks, np.int64) - AREAS.start
            self._met[rows] = True
            self._asked |= set(before.head.areas)
            for place, row in enumerate(rows):
                self._bits[row] = before.bits[place * BLOCK : (place + 1) * BLOCK]

    def covers(self, areas: Iterable[int]) -> None:
        """These area codes were asked for, whether a number of theirs is on the list or not."""
        self._asked |= set(areas)

    def add(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Puts numbers on the list; which of them are none that North America has."""
        return self._set(numbers, on=True)

    def remove(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Takes numbers off the list."""
        return self._set(numbers, on=False)

    def _set(self, numbers: Numbers, *, on: bool) -> NDArray[np.bool_]:
        area, place, known = split(numbers)
        flat, at, bit = self._bits.reshape(-1), area * BLOCK + (place >> 3), place & 7
        for one in range(8):  # a bit at a time: the same byte may come twice, and then gets the same value
            here = at[known & (bit == one)]
            flat[here] = flat[here] | (1 << one) if on else flat[here] & ~np.uint8(1 << one)
        self._met[area[known]] = True
        return ~known

    def __len__(self) -> int:
        return sum(int(np.bitwise_count(self._bits[area]).sum(dtype=np.int64)) for area in self._rows())

    def write(self, path: Path, snapshot: str, name: str, made: Instant) -> Head:
        """The file, in its place only when the disk has all of it."""
        blocks = tuple(AREAS.start + area for area in self._rows())
        head = Head(
            form=FORM,
            snapshot=snapshot,
            name=name,
            made=made,
            numbers=len(self),
            blocks=blocks,
            areas=tuple(sorted(self._asked | set(blocks))),
        )
        return list_heads.write(path, head, (memoryview(self._bits[area]) for area in self._rows()))

    def _rows(self) -> list[int]:
        return [int(area) for area in np.flatnonzero(self._met)]


def nanp(numbers: Numbers) -> NDArray[np.bool_]:
    """Which of them have eleven digits and begin with +1 and an area code."""
    return (numbers >= _FIRST) & (numbers < 20_000_000_000)


def split(numbers: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Each number's row of area and place in it, and whether there can be such a number; else both are 0."""
    from_first = numbers - _FIRST
    area, place = np.divmod(from_first, 10_000_000)
    place -= 2_000_000
    known = nanp(numbers) & (place >= 0)
    return np.where(nanp(numbers), area, 0), np.where(known, place, 0), known
