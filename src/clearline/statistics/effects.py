"""Did it help? Rates of people before and after something that reached them at different times, or all at once.

`rolled_out` compares everybody with themselves and with those who had not had it yet: Poisson counts with a level for each
person and each week (Wooldridge 2021; counts: Hausman, Hall and Griliches 1984, Econometrica 52, 909-938), and an interval from
drawing persons anew (Cameron, Gelbach and Miller 2008), since the weeks of one person are alike. It is honest where the time at
which somebody was reached has nothing to do with how they were doing: who is trained because of a slip gets better without
training, too, and belongs into no such comparison.

`interrupted` is for what reached all at once: a level and a slope before, and how far the level jumped (Wagner et al. 2002),
as wide as the weeks scatter (McCullagh and Nelder 1989).

`pooled` lends strength between groups, so that a small one is not praised or blamed by chance (DerSimonian and Laird 1986).
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from clearline.statistics.intervals import Estimate, percentile, quantile

Numbers = npt.NDArray[np.float64]

ROUNDS: Final = 400  # of drawing persons anew
_STEPS: Final = 60  # until the levels stand; each is a plain division
_CLOSE: Final = 1e-6


class Person(NamedTuple):
    """One person, week by week: breaches, calls, and whether they had had it by then."""

    hits: Sequence[int]
    calls: Sequence[int]
    reached: Sequence[bool]


class Ratio(NamedTuple):
    """By which factor a rate changed (1: not at all), and what stands behind it."""

    ratio: Estimate
    persons: int  # with weeks on both sides
    others: int  # who were not reached at all, or are only seen on one side: they tell what weeks are like
    hits: int


class Jump(NamedTuple):
    """By which factor a rate jumped, and by which it changes in each week since, beside the slope before."""

    level: Estimate
    slope: Estimate
    weeks: int


class Group(NamedTuple):
    """The logarithm of a ratio, with its standard error."""

    value: float
    error: float


def rolled_out(people: Sequence[Person], *, seed: int, confidence: float = 0.95) -> Ratio | None:
    """The factor of a stepped roll-out; None where nobody has weeks with calls on both sides, or no breach at all."""
    rows = [one for one in people if sum(one.calls)]
    both = [one for one in rows if _sides(one) == {True, False}]
    hits = sum(sum(one.hits) for one in rows)
    if not both or not hits:
        return None
    count, calls, reached = (_table(rows, name) for name in ("hits", "calls", "reached"))
    value = _factor(count, calls, reached)
    if value is None:
        return None
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(ROUNDS):
        picked = rng.integers(0, len(rows), len(rows))
        again = _factor(count[picked], calls[picked], reached[picked])
        if again is not None:
            drawn.append(again)
    return Ratio(percentile(value, drawn, confidence), len(both), len(rows) - len(both), hits)


def interrupted(hits: Sequence[int], calls: Sequence[int], at: int, confidence: float = 0.95) -> Jump | None:
    """The jump at the week `at` of a series; None with fewer than four weeks with calls on one side, or no breach before."""
    count, size = np.asarray(hits, float), np.asarray(calls, float)
    week = np.arange(count.size, dtype=float)
    kept = size > 0
    if min(kept[:at].sum(), kept[at:].sum()) < 4 or not count[:at].sum():
        return None
    after = (week >= at).astype(float)
    columns = np.column_stack([np.ones_like(week), week - at, after, after * (week - at)])[kept]
    count, size = count[kept], size[kept]
    told, spread = _regressed(columns, count, size)
    z = quantile(confidence)

    def factor(index: int) -> Estimate:
        error = z * sqrt(spread[index, index])
        return Estimate(*(exp(max(-50.0, min(50.0, told[index] + one))) for one in (0.0, -error, error)))

    return Jump(factor(2), factor(3), int(kept.sum()))


def pooled(groups: Sequence[Group], confidence: float = 0.95) -> list[Estimate]:
    """Each group's ratio, drawn towards that of all as far as chance may have made it."""
    if not groups:
        return []
    value, variance = np.array([one.value for one in groups]), np.array([one.error**2 for one in groups])
    weight = 1 / variance
    mean = float((weight * value).sum() / weight.sum())
    beyond = float((weight * (value - mean) ** 2).sum()) - (len(groups) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(0.0, beyond / scale) if scale > 0 else 0.0
    shared = 1 / (variance + between)
    mean = float((shared * value).sum() / shared.sum())
    z, found = quantile(confidence), []
    for one, own in zip(value, variance, strict=True):
        kept = between / (between + own)
        middle = mean + kept * (float(one) - mean)
        error = sqrt(kept * own + (1 - kept) ** 2 / float(shared.sum()))
        found.append(Estimate(exp(middle), exp(middle - z * error), exp(middle + z * error)))
    return found


def compared(before: tuple[int, int], after: tuple[int, int]) -> Group:
    """The logarithm of the ratio of two rates (hits, calls), half a hit added to each, and its standard error."""
    here, there = before[0] + 0.5, after[0] + 0.5
    value = log(there / (after[1] + 1)) - log(here / (before[1] + 1))
    return Group(value, sqrt(1 / here + 1 / there))


def _sides(one: Person) -> set[bool]:
    return {bool(had) for had, calls in zip(one.reached, one.calls, strict=True) if calls}


def _table(rows: Sequence[Person], name: str) -> Numbers:
    return np.array([getattr(one, name) for one in rows], float)


def _factor(count: Numbers, calls: Numbers, reached: Numbers) -> float | None:
    """The factor that makes the counts most likely, with a level for each person and each week (by turns, as margins are fitted)."""
    if not (count * reached).sum() or not (count * (1 - reached)).sum():
        return None
    weeks, factor = np.ones(count.shape[1]), 1.0
    done, by_week = count.sum(axis=1), count.sum(axis=0)
    with_it = float((count * reached).sum())
    for _ in range(_STEPS):
        lifted = calls * np.where(reached > 0, factor, 1.0)
        people = _divided(done, lifted @ weeks)
        weeks = _divided(by_week, people @ lifted)
        expected = float((people[:, None] * weeks * calls * reached).sum())
        if expected <= 0:
            return None
        before, factor = factor, with_it / expected
        if abs(factor - before) < _CLOSE * before:
            break
    return factor


def _divided(what: Numbers, by: Numbers) -> Numbers:
    return np.divide(what, by, out=np.zeros_like(what), where=by > 0)


def _regressed(columns: Numbers, count: Numbers, size: Numbers) -> tuple[Numbers, Numbers]:
    """A Poisson regression with sizes as exposure; its coefficients, and their covariance as wide as the weeks scatter."""
    told = np.zeros(columns.shape[1])
    told[0] = log((count.sum() + 0.5) / size.sum())
    ridge = 1e-9 * np.eye(columns.shape[1])
    for _ in range(_STEPS):
        mean = size * np.exp(np.clip(columns @ told, -30, 30))
        information = columns.T @ (mean[:, None] * columns) + ridge
        step = np.linalg.solve(information, columns.T @ (count - mean))
        told = told + np.clip(step, -2, 2)
        if np.abs(step).max() < _CLOSE:
            break
    mean = size * np.exp(np.clip(columns @ told, -30, 30))
    freedom = max(1, count.size - columns.shape[1])
    scatter = max(1.0, float(((count - mean) ** 2 / np.maximum(mean, 1e-9)).sum()) / freedom)
    return told, scatter * np.linalg.inv(columns.T @ (mean[:, None] * columns) + ridge)
