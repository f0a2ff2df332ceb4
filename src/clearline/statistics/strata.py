"""Samples shared out among strata: as large as they must be, wherever the breaches are, and drawn in each by one seed."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from clearline.statistics.sampling import Drawn, allotted, draw, plan


def misses(strata: Mapping[str, tuple[int, int]], breaches: int) -> float:
    """How likely no breach is seen at worst, of strata with their units and those that are looked at.

    Each further breach of a stratum makes missing all of them less likely, by a factor that falls; so the worst places for
    them are those with the largest factors.
    """
    factors = [
        np.clip((units - looked - np.arange(units)) / (units - np.arange(units)), 0.0, 1.0)
        for units, looked in strata.values()
        if units
    ]
    ranked = np.sort(np.concatenate(factors))[::-1][:breaches]
    return float(np.prod(ranked))


def plan_in_strata(strata: Mapping[str, int], rate: float, confidence: float = 0.95) -> dict[str, int]:
    """The smallest sample, shared out by size, that would hardly miss so many breaches wherever they are; none is accepted.

    ValueError where there is nothing, or where not even all of it could show that.
    """
    total = sum(strata.values())
    size = max(plan(total, rate, confidence).size, sum(1 for units in strata.values() if units))
    breaches = ceil(rate * total - 1e-9)
    while True:
        given = allotted(size, strata)
        if (
            size == total
            or misses({one: (strata[one], given[one]) for one in strata}, breaches) <= 1 - confidence
        ):
            return given
        size += 1


def draw_in_strata(units: Mapping[str, Sequence[str]], sizes: Mapping[str, int], seed: bytes) -> list[Drawn]:
    """So many of each stratum, by one seed."""
    return [one for name in sorted(units) for one in draw(units[name], sizes.get(name, 0), seed)]
