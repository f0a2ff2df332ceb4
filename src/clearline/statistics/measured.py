"""How well a judge does on a graded sample, and what that makes of the rate of its flags; nothing where too few were graded."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from clearline.statistics.corrected import Judged, prediction_powered, rogan_gladen
from clearline.statistics.intervals import Estimate, exact

FEWEST: Final = (
    10  # graded violations, and others: with fewer, intervals of corrected rates cover less than they say
)


class Case(NamedTuple):
    """A graded case: whether it was a violation, and whether the judge flagged it."""

    violation: bool
    flagged: bool


class Measured(NamedTuple):
    """What is known of a judge and of a population; None where too few were graded to say."""

    judge: Judged  # on all graded cases
    sensitivity: Estimate | None
    specificity: Estimate | None
    raw: Estimate  # flags among the population
    graded: Estimate | None  # violations in the sample of the population, by the graders alone
    corrected: Estimate | None  # Rogan and Gladen
    powered: Estimate | None  # prediction-powered
    chance: bool  # enough were graded, and the judge does no better than chance: its flags tell nothing


def measured(known: Sequence[Case], sample: Sequence[Case], flagged: int, population: int) -> Measured:
    """By all graded cases, those of a simple random sample of the population, and the flags among all of it."""
    judge = judged(known)
    found, others = judge.violations, judge.others
    enough = min(found, others) >= FEWEST
    chance = enough and judge.sensitivity + judge.specificity <= 1
    return Measured(
        judge,
        exact(judge.flagged, found) if found else None,
        exact(judge.passed, others) if others else None,
        exact(flagged, population),
        exact(sum(one.violation for one in sample), len(sample)) if sample else None,
        rogan_gladen(flagged, population, judge) if enough and not chance else None,
        _powered(sample, flagged, population),
        chance,
    )


def judged(cases: Sequence[Case]) -> Judged:
    """The judge's hits and misses."""
    return Judged(
        sum(one.flagged for one in cases if one.violation),
        sum(one.violation for one in cases),
        sum(not one.flagged for one in cases if not one.violation),
        sum(not one.violation for one in cases),
    )


def _powered(sample: Sequence[Case], flagged: int, population: int) -> Estimate | None:
    violations = sum(one.violation for one in sample)
    rest, left = population - len(sample), flagged - sum(one.flagged for one in sample)
    if min(violations, len(sample) - violations) < FEWEST or rest < 2:
        return None
    others = np.zeros(rest)
    others[:left] = 1
    told = prediction_powered([one.violation for one in sample], [one.flagged for one in sample], others)
    return Estimate(*(min(1.0, max(0.0, one)) for one in told))
