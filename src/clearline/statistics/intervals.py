"""Shares with their intervals: exact, by Wilson's score, and by percentiles of a bootstrap.

Clopper and Pearson 1934; Wilson 1927.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, ndtri  # not scipy.stats: it takes half a second to import


class Estimate(NamedTuple):
    """A value, and the interval that covers the true one as often as was asked for."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def exact(hits: int, of: int, confidence: float = 0.95) -> Estimate:
    """A share with the interval of Clopper and Pearson, which covers at least as often as it says."""
    return exact_of(hits, of, confidence)


def exact_of(hits: float, of: float, confidence: float = 0.95) -> Estimate:
    """The same of numbers that need not be whole, as those that a weighted sample is worth."""
    _check(hits, of)
    beyond = (1 - confidence) / 2
    low = 0.0 if hits <= 0 else float(betaincinv(hits, of - hits + 1, beyond))
    high = 1.0 if hits >= of else float(betaincinv(hits + 1, of - hits, 1 - beyond))
    return Estimate(hits / of, low, high)


def wilson(hits: int, of: int, confidence: float = 0.95) -> Estimate:
    """A share with Wilson's interval: shorter than the exact one, and right on average."""
    _check(hits, of)
    z, share = quantile(confidence), hits / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


def percentile(value: float, drawn: Sequence[float], confidence: float = 0.95) -> Estimate:
    """A value with the middle of what was drawn; without anything drawn nothing is known of it."""
    if not drawn:
        return Estimate(value, float("nan"), float("nan"))
    beyond = 50 * (1 - confidence)
    low, high = np.percentile(drawn, [beyond, 100 - beyond])
    return Estimate(value, float(low), float(high))


def quantile(confidence: float) -> float:
    """How many standard errors reach as far, both ways."""
    return float(ndtri((1 + confidence) / 2))


def _check(hits: float, of: float) -> None:
    if not 0 <= hits <= of or of == 0:
        raise ValueError(f"{hits} of {of} is no share")
