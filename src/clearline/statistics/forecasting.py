"""What will probably happen next: counts of units that lend each other strength, shares that may pass a limit, and how good that was.

Counts are Poisson with a rate of each unit's own, the rates gamma: Greenwood and Yule 1920; the gamma is fitted to all units
together (empirical Bayes), so that a team with ten calls is told by the others, and one with ten thousand by itself.
Brier 1950, Monthly Weather Review 78, 1-3.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaln, gammaln, nbdtrik

from clearline.statistics.intervals import Estimate, wilson

BINS: Final = 5  # of a reliability diagram
_STRENGTHS: Final = (1e-3, 1e6)  # of a prior, in calls
_FADES: Final = 0.9  # what a past period is worth, after each later one


class Rates(NamedTuple):
    """How rates differ between units: a gamma with this shape, and this many calls as its strength."""

    shape: float
    strength: float

    @property
    def mean(self) -> float:
        return self.shape / self.strength


class Coming(NamedTuple):
    """What a unit is expected to have in its next calls."""

    expected: float
    low: int  # of four in five of such futures the middle
    high: int
    any: float  # the probability of at least one


class Bin(NamedTuple):
    """Forecasts that said about the same: what they said on average, and how often it came."""

    said: float
    came: Estimate
    forecasts: int


class Score(NamedTuple):
    """How good forecasts were: Brier's score (0 is best), that of always saying the base rate, and how much better."""

    brier: float
    base: float
    skill: float  # 1 is perfect, 0 as good as the base rate, below it worse
    forecasts: int
    bins: tuple[Bin, ...]


def rates(hits: Sequence[float], calls: Sequence[float]) -> Rates:
    """The gamma that makes the counts of all units most likely."""
    count, size = np.asarray(hits, float), np.asarray(calls, float)
    count, size = count[size > 0], size[size > 0]
    mean = (count.sum() + 0.5) / (size.sum() + 1)

    def unlikely(told: np.ndarray) -> float:
        shape, strength = np.exp(told)
        return (
            -float(
                np.sum(
                    gammaln(shape + count)
                    - gammaln(shape)
                    + shape * np.log(strength / (strength + size))
                    + count * np.log(1 / (strength + size))
                )
            )
            + 0.05 * float(told @ told) / 10
        )  # a whisper of a prior, so that two units have an answer

    start = np.log([max(mean * 100, 0.1), 100.0])
    found = np.exp(minimize(unlikely, start, method="Nelder-Mead").x)
    strength = float(np.clip(found[1], *_STRENGTHS))
    return Rates(max(float(found[0]), 1e-6), strength)


def coming(hits: float, calls: float, next_calls: float, among: Rates) -> Coming:
    """A unit's next calls, by its own past and by what is usual among the others."""
    shape, strength = among.shape + hits, among.strength + calls
    if next_calls <= 0:
        return Coming(0.0, 0, 0, 0.0)
    share = strength / (strength + next_calls)
    low, high = (_at_least(chance, shape, share) for chance in (0.1, 0.9))
    return Coming(float(shape * next_calls / strength), low, high, float(1 - share**shape))


def _at_least(chance: float, shape: float, share: float) -> int:
    """The smallest number that a negative binomial does not exceed with that chance."""
    near = max(int(np.ceil(nbdtrik(chance, shape, share))) - 1, 0)
    return near if betainc(shape, near + 1, share) >= chance else near + 1


def recent(counts: Sequence[float], fades: float = _FADES) -> float:
    """A sum in which the newest counts most: each period is worth `fades` of the next."""
    return float(sum(one * fades**back for back, one in enumerate(reversed(counts))))


class Days(NamedTuple):
    """Days of a share that has a limit: hits and all, by day; how sure a day is of the next comes out of how they scatter."""

    hits: Sequence[int]
    of: Sequence[int]

    def scatter(self) -> tuple[float, float]:
        """The beta from which each day takes its share, by the likelihood of all of them."""
        pairs = [(hit, size) for hit, size in zip(self.hits, self.of, strict=True) if size]
        count = np.array([hit for hit, _ in pairs], float)
        size = np.array([all_ for _, all_ in pairs], float)
        mean = float((count.sum() + 0.5) / (size.sum() + 1))

        def unlikely(told: np.ndarray) -> float:
            one = float(np.exp(np.clip(told[0], -5, 12)))
            a, b = mean * one, (1 - mean) * one
            return -float(np.sum(betaln(count + a, size - count + b) - betaln(a, b)))

        best = minimize(unlikely, np.array([4.0]), method="Nelder-Mead").x
        strength = float(np.exp(np.clip(best[0], -5, 12)))
        return mean * strength, (1 - mean) * strength


def passing(
    so_far: tuple[int, int], days: Days, ahead: Sequence[int], limit: float, *, seed: int, rounds: int = 4_000
) -> tuple[float, ...]:
    """For each of the days ahead the probability that the share of the whole period lies over its limit when it ends.

    `so_far` are the hits and all of the period till now, `ahead` how many are expected on each day that is left of it.
    A future takes one level for all its days (how unsure the mean is) and a share of its own for each (how days scatter).
    """
    rng = np.random.default_rng(seed)
    a, b = days.scatter()
    known, total = float(sum(days.hits)), float(sum(days.of))
    # The mean of the days is known as well as that many days tell it, not as well as their calls would.
    worth = max(1.0, min(total, len([one for one in days.of if one]) * (a + b + 1)))
    level = rng.beta(
        known / max(total, 1) * worth + 0.5, (1 - known / max(total, 1)) * worth + 0.5, size=(rounds, 1)
    )
    sizes = np.asarray(ahead, np.int64)
    strength = a + b
    share = rng.beta(level * strength + 1e-9, (1 - level) * strength + 1e-9, size=(rounds, sizes.size))
    hits = so_far[0] + rng.binomial(sizes, share).cumsum(axis=1)
    over = hits > limit * (so_far[1] + sizes.cumsum())
    return tuple(float(one) for one in over.mean(axis=0))


def scored(said: Sequence[float], came: Sequence[bool], base: float | None = None) -> Score:
    """Forecasts beside what came. `base` is the rate to beat, as it was known before; the mean of what came without it."""
    said_, came_ = np.asarray(said, float), np.asarray(came, float)
    if not said_.size:
        raise ValueError("no forecast has been settled")
    rate = float(came_.mean()) if base is None else base
    brier, usual = float(((said_ - came_) ** 2).mean()), float(((rate - came_) ** 2).mean())
    return Score(
        brier, usual, 1 - brier / usual if usual else float("nan"), said_.size, tuple(_bins(said_, came_))
    )


def _bins(said: np.ndarray, came: np.ndarray) -> list[Bin]:
    edges = np.minimum((said * BINS).astype(int), BINS - 1)
    found = []
    for index in range(BINS):
        here = edges == index
        if count := int(here.sum()):
            found.append(Bin(float(said[here].mean()), wilson(int(came[here].sum()), count), count))
    return found
