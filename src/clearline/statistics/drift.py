"""Shares of weeks watched for a change: paths of control charts, and limits whose false alarms are counted.

A chart turns a series of (hits, of) into a path that rises where hits come more often than they did. What a path reaches
by chance is found by drawing series in which nothing changes, of the same sizes, with a share as uncertain as the weeks
before left it, and as much more scattered than a coin as they were. So one limit holds for any sizes and any chart, and
says how often it is passed for nothing: `rate` of such series, over the whole series and not at each of its weeks.

Page 1954 (CUSUM); Roberts 1959 (EWMA); Laney 2002, Quality Engineering 14, 531-537 (p'); Benneyan 2001, Health Care
Management Science 4, 305-318 (g); Benjamini and Hochberg 1995 (many charts at once).
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, xlog1py, xlogy

Numbers = npt.NDArray[np.float64]
Path = Callable[
    [Numbers, Numbers, "Base"], Numbers
]  # hits and sizes, by week in the last axis; a path, likewise

WORSE: Final = 2.0  # how many times the share before is the change that a CUSUM waits for
WEIGHT: Final = 0.2  # of the newest week in an EWMA
ROUNDS: Final = 4_000  # series drawn; the error of a rate of 0.05 is then 0.003
TOGETHER: Final = 4  # hits that a g chart looks at
_LEAST: Final = 1e-6  # a share that never happened may yet


class Chart(StrEnum):
    """Which path is followed."""

    CUSUM = "cusum"  # soonest for a lasting change
    EWMA = "ewma"  # for a slow one
    LANEY = "p'"  # for one week that stands out


class Base(NamedTuple):
    """What is usual: the weeks before, as a share and how far weeks scatter round it (1: as coins do)."""

    hits: float
    of: float
    spread: float = 1.0

    @property
    def share(self) -> float:
        """By Jeffreys' prior, so that what has not happened yet is not impossible."""
        return (self.hits + 0.5) / (self.of + 1)


class Watched(NamedTuple):
    """A series under watch: its path, the limit, when it first passed it, and how seldom chance reaches as far."""

    path: tuple[float, ...]
    limit: float
    rate: float  # of series in which nothing changes, the share that passes the limit all the same
    alarm: int | None  # the first week over the limit
    chance: float  # the share of drawn series that reach as high: a p-value


class Change(NamedTuple):
    """The most likely week from which the share is another one."""

    at: int  # the first week of the new share
    before: float
    after: float
    earliest: int  # with the weeks that are nearly as likely (95 %)
    latest: int


def usual(hits: Sequence[int], of: Sequence[int]) -> Base:
    """The share of these weeks, and how much more they scatter than coins: Laney's sigma z, by moving ranges, at least 1."""
    pairs = [(hit, size) for hit, size in zip(hits, of, strict=True) if size]
    base = Base(sum(hit for hit, _ in pairs), sum(size for _, size in pairs))
    if len(pairs) < 3 or not base.hits:  # no two ranges
        return base
    z = _standard(np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs], float), base)
    return base._replace(spread=max(1.0, float(np.abs(np.diff(z)).mean() / 1.128)))


def watched(
    chart: Chart,
    hits: Sequence[int],
    of: Sequence[int],
    base: Base,
    *,
    seed: int,
    rate: float = 0.05,
    rounds: int = ROUNDS,
) -> Watched:
    """Follows a chart over weeks that come after the base, with a limit that chance passes in `rate` of such series."""
    sizes = np.asarray(of, float)
    path = PATHS[chart](np.asarray(hits, float), sizes, base)
    return _held(
        path, PATHS[chart](_drawn(sizes, base, np.random.default_rng(seed), rounds), sizes, base), rate
    )


def rare(gaps: Sequence[int], base: Base, *, seed: int, rate: float = 0.05) -> Watched:
    """A g chart: how unlikely it is, as a power of ten, that the last hits came within so few calls of one another.

    `gaps` are the calls from one hit to the next, the second of them counted; one week may hold many of them, or none.
    """
    path = _closeness(np.asarray(gaps, float), base)
    rng = np.random.default_rng(seed)
    share = rng.beta(base.hits + 0.5, base.of - base.hits + 0.5, size=(ROUNDS, 1)).clip(_LEAST, 1 - _LEAST)
    drawn = rng.geometric(share, size=(ROUNDS, len(gaps))).astype(float)
    return _held(path, _closeness(drawn, base), rate)


def _held(path: Numbers, by_chance: Numbers, rate: float) -> Watched:
    """A path against those of series in which nothing changes."""
    if not path.size:
        return Watched((), 0.0, 0.0, None, 1.0)
    drawn = by_chance.max(axis=-1)
    limit = float(np.quantile(drawn, 1 - rate, method="higher"))
    over = np.flatnonzero(path > limit)
    reached = float(path.max(initial=0.0))
    return Watched(
        tuple(path.tolist()),
        limit,
        float((drawn > limit).mean()),
        int(over[0]) if over.size else None,
        float((1 + (drawn >= reached).sum()) / (1 + drawn.size)),
    )


def changed(hits: Sequence[int], of: Sequence[int]) -> Change | None:
    """The split into two shares that fits best; None where no split leaves calls on both sides."""
    done, sizes = np.cumsum(hits).astype(float), np.cumsum(of).astype(float)
    if done.size < 2:
        return None
    here, there = (done[:-1], sizes[:-1]), (done[-1] - done[:-1], sizes[-1] - sizes[:-1])
    fits = np.where((here[1] > 0) & (there[1] > 0), _likely(*here) + _likely(*there), -np.inf)
    best = int(fits.argmax())
    if not np.isfinite(fits[best]):
        return None
    near = (
        np.flatnonzero(fits > fits[best] - 1.92) + 1
    )  # half of the 95 % quantile of chi-squared, one degree
    return Change(
        best + 1,
        float(here[0][best] / here[1][best]),
        float(there[0][best] / there[1][best]),
        int(near[0]),
        int(near[-1]),
    )


def surprising(chances: Sequence[float], false: float = 0.1) -> frozenset[int]:
    """Which of many charts stand out, so that of those named the share `false` at most is named for nothing, on average."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    kept = 0
    for rank, index in enumerate(order, 1):
        if chances[index] <= false * rank / len(chances):
            kept = rank
    return frozenset(order[:kept])


def _cusum(hits: Numbers, of: Numbers, base: Base) -> Numbers:
    """The evidence for a share that is `WORSE` times as large, in units of its logarithm, never below nothing."""
    share = max(base.share, _LEAST)
    worse = min(share * WORSE, (1 + share) / 2)
    gains = (xlogy(hits, worse / share) + xlogy(of - hits, (1 - worse) / (1 - share))) / base.spread**2
    path: Numbers = np.zeros_like(gains)
    height: Numbers = np.zeros(gains.shape[:-1])
    for week in range(gains.shape[-1]):
        height = np.maximum(0.0, height + gains[..., week])
        path[..., week] = height
    return path


def _ewma(hits: Numbers, of: Numbers, base: Base) -> Numbers:
    """A mean that forgets, in its own standard errors."""
    z = _standard(hits, of, base) / base.spread
    path, mean, scatter = np.zeros_like(z), np.zeros(z.shape[:-1]), 0.0
    for week in range(z.shape[-1]):
        mean = (1 - WEIGHT) * mean + WEIGHT * z[..., week]
        scatter = (1 - WEIGHT) ** 2 * scatter + WEIGHT**2
        path[..., week] = mean / np.sqrt(scatter)
    return path


def _laney(hits: Numbers, of: Numbers, base: Base) -> Numbers:
    return _standard(hits, of, base) / base.spread


def _closeness(gaps: Numbers, base: Base) -> Numbers:
    """Of each hit and the `TOGETHER` - 1 before it: minus the logarithm of the chance that they take so few calls."""
    path = np.zeros_like(gaps)
    share = min(max(base.share, _LEAST), 1 - _LEAST)
    for end in range(gaps.shape[-1]):
        start = max(0, end + 1 - TOGETHER)
        count, calls = end + 1 - start, gaps[..., start : end + 1].sum(axis=-1)
        path[..., end] = -np.log10(np.maximum(betainc(count, calls - count + 1, share), 1e-300))
    return path


PATHS: Final[dict[Chart, Path]] = {
    Chart.CUSUM: _cusum,
    Chart.EWMA: _ewma,
    Chart.LANEY: _laney,
}


def _standard(hits: Numbers, of: Numbers, base: Base) -> Numbers:
    """How many standard errors each week lies over the base; a week without calls lies on it."""
    share = min(max(base.share, _LEAST), 1 - _LEAST)
    error = np.sqrt(share * (1 - share) * of)
    return np.divide(
        hits - share * of, error, out=np.zeros(np.broadcast_shapes(hits.shape, of.shape)), where=error > 0
    )


def _drawn(sizes: Numbers, base: Base, rng: np.random.Generator, rounds: int) -> Numbers:
    """Series in which nothing changes, rows of weeks: one uncertain share each, scattered from week to week as the base was."""
    share = rng.beta(base.hits + 0.5, base.of - base.hits + 0.5, size=(rounds, 1)).clip(_LEAST, 1 - _LEAST)
    if base.spread > 1:
        # A beta-binomial of n has n p (1-p) (1 + (n-1) r) as variance, which is spread squared times a coin's where n is usual.
        usual_size = max(2.0, float(sizes[sizes > 0].mean()) if (sizes > 0).any() else 2.0)
        inner = min((base.spread**2 - 1) / (usual_size - 1), 0.99)
        strength = (1 - inner) / inner
        share = rng.beta(share * strength, (1 - share) * strength, size=(rounds, sizes.size))
    return rng.binomial(sizes.astype(np.int64), share, size=(rounds, sizes.size)).astype(float)


def _likely(hits: Numbers, of: Numbers) -> Numbers:
    """The logarithm of the likelihood of the best share."""
    share = np.divide(hits, of, out=np.zeros_like(hits), where=of > 0)
    return np.asarray(xlogy(hits, share) + xlog1py(of - hits, -share))
