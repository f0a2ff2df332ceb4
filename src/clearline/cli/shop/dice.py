"""Chance that falls alike on every machine."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice(Random):
    """Draws by `random()` alone, the one method whose sequence Python promises to keep."""

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return self.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[int(self.random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def weighted(self, choices: Sequence[tuple[float, T]]) -> T:
        """One of the choices, each as likely as its weight says."""
        left = self.random() * sum(weight for weight, _ in choices)
        for weight, choice in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][1]

    def digits(self, count: int) -> str:
        """So many decimal digits."""
        return f"{int(self.random() * 10**count):0{count}d}"
