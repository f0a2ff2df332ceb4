"""How far graders agree beyond chance: Cohen's kappa, Gwet's AC1 and Krippendorff's alpha, with bootstrap intervals.

Each takes units (what was graded) with one answer a grader, or None where a grader gave none. Answers are any values that can be
compared for being equal; for ordinal and interval alpha they are numbers.

Cohen 1960; Gwet 2008, Br. J. Math. Stat. Psychol. 61, 29-48; Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from functools import partial
from math import nan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clearline.statistics.intervals import Estimate, percentile

Answer: TypeAlias = Hashable | None
Units: TypeAlias = Sequence[Sequence[Answer]]
"""One row a unit, one column a grader."""
Values: TypeAlias = NDArray[np.float64]
Times: TypeAlias = Values
"""How often each unit is counted: one row a round, one column a unit."""
Statistic: TypeAlias = Callable[[Units, Times], Values]

ROUNDS = 2_000  # of the bootstrap
_NOTHING = 1e-12


class Level(StrEnum):
    """What the differences between answers mean."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def percent_agreement(units: Units) -> float:
    """The share of pairs of answers to the same unit that are equal; nan where no unit has two."""
    return _mean_of_pairs(units, lambda one, other: float(one == other))


def cohen_kappa(units: Units) -> float:
    """Agreement of two graders beyond what their own habits make likely; nan where both gave one answer all the time."""
    return _once(units, kappas)


def gwet_ac1(units: Units) -> float:
    """Agreement beyond chance where chance is that of units that are hard to grade; steady where one answer is rare."""
    return _once(units, ac1s)


def krippendorff_alpha(units: Units, level: Level = Level.NOMINAL) -> float:
    """Agreement of any number of graders, who need not have graded everything; nan where all answers are one."""
    return _once(units, partial(alphas, level=level))


def kappas(units: Units, times: Times) -> Values:
    """Cohen's, with each unit counted so many times: a value for each row of times."""
    if any(len(row) != 2 for row in units):
        raise ValueError("Cohen's kappa is of two graders: give each unit two answers, or use alpha")
    answers = _answers(units)
    both = np.array([None not in row for row in units], float)
    firsts, seconds = (np.array([_one(row[at], answers) for row in units]) for at in (0, 1))
    of = times @ both
    agree = _share(times @ (both * (firsts * seconds).sum(axis=1)), of)
    columns = [_share(times @ (both[:, None] * some), of[:, None]) for some in (firsts, seconds)]
    return _beyond(agree, (columns[0] * columns[1]).sum(axis=1))


def ac1s(units: Units, times: Times) -> Values:
    """Gwet's, likewise."""
    answers = _answers(units)
    if len(answers) < 2:
        return np.full(len(times), nan)
    counts = _counts(units, answers)
    totals = counts.sum(axis=1)
    graded, several = (totals > 0).astype(float), (totals > 1).astype(float)
    pairs = _share((counts * (counts - 1)).sum(axis=1), totals * (totals - 1))
    agree = _share(times @ (np.nan_to_num(pairs) * several), times @ several)
    shares = _share(times @ np.nan_to_num(_share(counts, totals[:, None])), (times @ graded)[:, None])
    return _beyond(agree, (shares * (1 - shares)).sum(axis=1) / (len(answers) - 1))


def alphas(units: Units, times: Times, level: Level = Level.NOMINAL) -> Values:
    """Krippendorff's, likewise."""
    answers = _answers(units)
    if level is not Level.NOMINAL:
        answers = sorted(answers)  # type: ignore[type-var]
    counts = _counts(units, answers)
    totals = counts.sum(axis=1)
    several = totals > 1
    counts, totals, times = counts[several], totals[several], times[:, several]
    pairs = np.einsum("ua,ub->uab", counts, counts) - np.einsum("ua,ab->uab", counts, np.eye(len(answers)))
    table = np.tensordot(times, pairs / (totals - 1)[:, None, None], axes=1)
    of = times @ counts
    expected = np.einsum("ra,rb->rab", of, of) - np.einsum("ra,ab->rab", of, np.eye(len(answers)))
    far = _distances(answers, of, level)
    observed = (table * far).sum(axis=(1, 2)) * (of.sum(axis=1) - 1)
    told: Values = 1 - _share(observed, (expected * far).sum(axis=(1, 2)))
    return told


def bootstrapped(
    units: Units,
    statistic: Statistic,
    *,
    seed: int,
    confidence: float = 0.95,
    rounds: int = ROUNDS,
) -> Estimate:
    """A statistic with the interval of its values over units drawn anew; units, not answers, are what might have been others.

    Units with the same answers are one row that is counted several times, so that thousands of rounds take milliseconds.
    """
    alike = Counter(tuple(row) for row in units)
    if not alike:
        return percentile(nan, [], confidence)
    rows, counts = list(alike), np.array(list(alike.values()), float)
    dice = np.random.default_rng(seed)
    drawn = statistic(rows, dice.multinomial(len(units), counts / len(units), rounds).astype(float))
    value = float(statistic(rows, counts[None, :])[0])
    return percentile(value, drawn[~np.isnan(drawn)].tolist(), confidence)


def _once(units: Units, statistic: Statistic) -> float:
    return float(statistic(units, np.ones((1, len(units))))[0]) if units else nan


def _answers(units: Units) -> list[Hashable]:
    """All that were given, each once."""
    return list(dict.fromkeys(answer for row in units for answer in row if answer is not None))


def _one(answer: Answer, answers: Sequence[Hashable]) -> list[float]:
    return [float(answer == one) for one in answers]


def _counts(units: Units, answers: Sequence[Hashable]) -> Values:
    """One row a unit, one column an answer: how many gave it."""
    rows = [[float(sum(given == one for given in row)) for one in answers] for row in units]
    return np.array(rows).reshape(len(units), len(answers))


def _mean_of_pairs(units: Units, alike: Callable[[Answer, Answer], float]) -> float:
    told = []
    for row in units:
        given = [answer for answer in row if answer is not None]
        pairs = [(one, other) for at, one in enumerate(given) for other in given[at + 1 :]]
        told += [sum(alike(one, other) for one, other in pairs) / len(pairs)] if pairs else []
    return sum(told) / len(told) if told else nan


def _share(part: Values, whole: Values) -> Values:
    """Is nan where the whole is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        told: Values = np.where(whole > 0, part / whole, nan)
    return told


def _beyond(agree: Values, chance: Values) -> Values:
    """Is nan where chance alone is agreement; the margin is that of the sums."""
    room = np.where(np.isnan(chance), 0.0, 1 - chance)
    return _share(agree - chance, np.where(room > _NOTHING, room, 0.0))


def _distances(answers: Sequence[Hashable], counts: Values, level: Level) -> Values:
    """One table a round: those of ordinal answers depend on how often each was given."""
    if level is Level.NOMINAL:
        return 1 - np.eye(len(answers))[None]
    if level is Level.INTERVAL:
        values = np.array(answers, float)[None]
    else:
        values = np.cumsum(counts, axis=1) - counts / 2
    told: Values = (values[:, :, None] - values[:, None, :]) ** 2
    return told
