"""How many to look at, which, and what they say of all: plans by the hypergeometric distribution, draws that nobody can choose.

Cannon and Roe 1982 (sizes); Rosen 1997, J. Stat. Plan. Inference 62, 159-191 (Pareto sampling); Horvitz and Thompson 1952;
Hajek 1964 (the variance); Korn and Graubard 1998, Survey Methodology 24, 193-201 (the interval).
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, exp, log
from typing import NamedTuple

import numpy as np
from scipy.special import betaln

from clearline.statistics.intervals import Estimate, exact_of

LEAST = 0.2  # of the average risk: what is deemed safer is drawn as if it were so risky, or a breach in it would weigh too much


class Plan(NamedTuple):
    """Look at `size` of `population`: where at most `accepts` are in breach, the share is lower than `rate` with the asked confidence."""

    population: int
    size: int
    accepts: int
    rate: float
    confidence: float


class Drawn(NamedTuple):
    """A unit that was drawn, and how likely that was."""

    unit: str
    likely: float


def plan(population: int, rate: float, confidence: float = 0.95, accepts: int = 0) -> Plan:
    """The smallest sample that shows, by at most `accepts` breaches in it, that fewer than `rate` of all are in breach.

    ValueError where the population is empty, or where not even all of it could show that.
    """
    if population < 1:
        raise ValueError("there is nothing to draw from")
    if not 0 < rate < 1 or not 0 < confidence < 1:
        raise ValueError("rate and confidence lie between 0 and 1")
    breaches = ceil(rate * population - 1e-9)
    if breaches <= accepts:
        raise ValueError(
            f"of {population} calls {rate:.1%} are {breaches}: with {accepts} accepted nothing can be shown. Accept fewer"
        )
    low, high = accepts + 1, population
    while low < high:
        size = (low + high) // 2
        if _at_most(accepts, population, breaches, size) <= 1 - confidence:
            high = size
        else:
            low = size + 1
    return Plan(population, low, accepts, rate, confidence)


def detects(population: int, breaches: int, size: int) -> float:
    """How likely a sample holds at least one of so many breaches."""
    return 1 - _at_most(0, population, breaches, size)


def _at_most(hits: int, population: int, breaches: int, size: int) -> float:
    """How likely a sample holds at most so many of the breaches: the hypergeometric distribution."""
    return sum(
        exp(_ways(breaches, one) + _ways(population - breaches, size - one) - _ways(population, size))
        for one in range(max(0, size + breaches - population), min(hits, breaches, size) + 1)
    )


def _ways(of: int, some: int) -> float:
    """The logarithm of how many ways there are to choose some of them."""
    return float(-log(of + 1) - betaln(of - some + 1, some + 1))


def allotted(size: int, strata: Mapping[str, int]) -> dict[str, int]:
    """A sample shared out among strata by their size, at least one of each that isn't empty, none more than it holds."""
    full = {name: count for name, count in strata.items() if count}
    if not len(full) <= size <= sum(full.values()):
        raise ValueError(f"{size} can't be shared among {len(full)} strata with {sum(full.values())} units")
    given = dict.fromkeys(full, 1)
    total = sum(full.values())
    for _ in range(size - len(full)):
        name = max(
            (one for one in full if given[one] < full[one]),
            key=lambda one: (full[one] * size / total - given[one], one),
        )
        given[name] += 1
    return {name: given.get(name, 0) for name in strata}


def lot(seed: bytes, unit: str) -> float:
    """The lot of a unit, over 0 and under 1: fixed by the seed alone, so that who knows it can draw again, and nobody can choose."""
    told = hmac.digest(seed, unit.encode(), hashlib.sha256)
    return (int.from_bytes(told[:7], "big") + 0.5) / (1 << 56)


def draw(units: Iterable[str], size: int, seed: bytes) -> list[Drawn]:
    """A simple random sample: those with the smallest lots, in order of them."""
    ranked = sorted({*units}, key=lambda unit: (lot(seed, unit), unit))
    if not 0 <= size <= len(ranked):
        raise ValueError(f"{size} can't be drawn of {len(ranked)}")
    return [Drawn(unit, size / len(ranked)) for unit in ranked[:size]]


def draw_by_risk(risks: Mapping[str, float], size: int, seed: bytes) -> list[Drawn]:
    """A sample of exactly so many, each unit as likely as its risk says (Pareto sampling); those as likely as 1 are all in it."""
    likely = _likely(risks, size)
    certain = [unit for unit, share in likely.items() if share >= 1]
    ranked = sorted(
        (unit for unit in likely if likely[unit] < 1),
        key=lambda unit: (_odds(lot(seed, unit)) / _odds(likely[unit]), unit),
    )
    return [Drawn(unit, min(1.0, likely[unit])) for unit in (*certain, *ranked[: size - len(certain)])]


def rate(found: Sequence[tuple[Drawn, bool]], population: int, confidence: float = 0.95) -> Estimate:
    """The share of all that is in breach, each call that was drawn weighed by how likely it was (Horvitz and Thompson).

    The interval is the exact one for as many calls as would have told as much if all had been as likely, so that a sample
    without a breach still has a bound (Korn and Graubard).
    """
    if not found:
        raise ValueError("nothing was drawn")
    value = min(1.0, sum(held / one.likely for one, held in found) / population)
    worth = _worth(found, population, value)
    bounds = exact_of(value * worth, worth, confidence)
    return Estimate(value, bounds.low, bounds.high)


def _worth(found: Sequence[tuple[Drawn, bool]], population: int, value: float) -> float:
    """How many calls of a simple random draw would have told as much; Hajek's variance."""
    some = [(one.likely, held / one.likely) for one, held in found if one.likely < 1]
    if len(some) < 2 or not 0 < value < 1:
        return float(len(found))
    weights = np.array([1 - likely for likely, _ in some])
    expanded = np.array([each for _, each in some])
    middle = float((weights * expanded).sum() / weights.sum())
    variance = len(some) / (len(some) - 1) * float((weights * (expanded - middle) ** 2).sum()) / population**2
    return max(1.0, value * (1 - value) / variance) if variance else float(len(found))


def _likely(risks: Mapping[str, float], size: int) -> dict[str, float]:
    """Risks as probabilities of being drawn that add up to the size; none over 1."""
    if not 0 < size <= len(risks):
        raise ValueError(f"{size} can't be drawn of {len(risks)}")
    if any(risk <= 0 for risk in risks.values()):
        raise ValueError("each risk has to be over 0, or its unit could never be drawn")
    least = LEAST * sum(risks.values()) / len(risks)
    risks = {unit: max(risk, least) for unit, risk in risks.items()}
    certain: set[str] = set()
    while True:
        rest = sum(risk for unit, risk in risks.items() if unit not in certain)
        left = size - len(certain)
        likely = {unit: 1.0 if unit in certain else left * risk / rest for unit, risk in risks.items()}
        more = {unit for unit, share in likely.items() if share > 1 - 1e-12} - certain
        if not more:
            return likely
        certain |= more


def _odds(share: float) -> float:
    return share / (1 - share)
