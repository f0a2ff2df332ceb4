"""Rates of violations, corrected for a judge whose errors were measured on a graded sample.

Rogan and Gladen 1978; Lang and Reiczigel 2014, Prev. Vet. Med. 113, 13-22 (the interval); Angelopoulos and others 2023,
Prediction-powered inference, Science 382, 669-674, with the weight of "PPI++" (2023, arXiv 2311.01453).
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from clearline.statistics.intervals import Estimate, quantile


class Judged(NamedTuple):
    """How a judge did on a graded sample: of so many true violations so many were flagged, of so many others so many passed."""

    flagged: int
    violations: int
    passed: int
    others: int

    @property
    def sensitivity(self) -> float:
        return self.flagged / self.violations

    @property
    def specificity(self) -> float:
        return self.passed / self.others


def rogan_gladen(flagged: int, of: int, judge: Judged, confidence: float = 0.95) -> Estimate:
    """The true rate behind a rate of flags, with Lang and Reiczigel's interval, which knows the judge's own errors only so well.

    ValueError where the judge does no better than chance: then flags tell nothing of the rate.
    """
    z = quantile(confidence)
    if judge.sensitivity + judge.specificity <= 1:
        raise ValueError("the judge does no better than chance: its flags tell nothing. Grade more calls")
    share = flagged / of
    value = (share + judge.specificity - 1) / (judge.sensitivity + judge.specificity - 1)
    count = of + z**2
    share = (share * of + z**2 / 2) / count
    found, others = judge.violations + 2, judge.others + 2
    sensitivity, specificity = (judge.flagged + 1) / found, (judge.passed + 1) / others
    youden = sensitivity + specificity - 1
    rate = (share + specificity - 1) / youden
    of_found, of_others = sensitivity * (1 - sensitivity) / found, specificity * (1 - specificity) / others
    shift = 2 * z**2 * (rate * of_found - (1 - rate) * of_others)
    spread = sqrt(share * (1 - share) / count + rate**2 * of_found + (1 - rate) ** 2 * of_others) / youden
    return Estimate(_share(value), _share(rate + shift - z * spread), _share(rate + shift + z * spread))


def prediction_powered(
    graded: ArrayLike,
    judged_of_graded: ArrayLike,
    judged: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """The mean of the truth: graded on a simple random sample, judged on it and on many more.

    The judge's answers on the rest make the interval shorter as far as they go with the truth, and never wrong: their weight is
    what the sample says they are worth (0 where nothing).
    """
    truth, told, rest = (np.asarray(some, float) for some in (graded, judged_of_graded, judged))
    if len(truth) != len(told) or len(truth) < 2 or len(rest) < 2:
        raise ValueError("grade at least two calls, each judged as well, and judge at least two others")
    n, more = len(truth), len(rest)
    spread = float(np.var(np.concatenate([told, rest]), ddof=1))
    weight = float(np.cov(truth, told, ddof=1)[0, 1]) / ((1 + n / more) * spread) if spread else 0.0
    weight = min(1.0, max(0.0, weight))
    value = float(weight * rest.mean() + (truth - weight * told).mean())
    error = sqrt(weight**2 * float(rest.var(ddof=1)) / more + float((truth - weight * told).var(ddof=1)) / n)
    z = quantile(confidence)
    return Estimate(value, value - z * error, value + z * error)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
