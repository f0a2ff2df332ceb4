"""How far graders agree beyond chance: Cohen's kappa, Gwet's AC1 and Krippendorff's alpha, with bootstrap intervals.

Each takes units (what was graded) with one answer a grader, or None where a grader gave none. Answers are any values that can be
compared for being equal; for ordinal and interval alpha they are numbers.

Cohen 1960; Gwet 2008, Br. J. Math. Stat. Psychol. 61, 29-48; Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from math import nan
from typing import TypeAlias

import numpy as np

from clearline.statistics.intervals import Estimate, percentile

Answer: TypeAlias = Hashable | None
Units: TypeAlias = Sequence[Sequence[Answer]]
"""One row a unit, one column a grader."""

ROUNDS = 2_000  # of the bootstrap


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
    pairs = [(row[0], row[1]) for row in _of_two(units) if row[0] is not None and row[1] is not None]
    if not pairs:
        return nan
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agree = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(count * seconds[answer] for answer, count in firsts.items()) / len(pairs) ** 2
    return _beyond(agree, chance)


def gwet_ac1(units: Units) -> float:
    """Agreement beyond chance where chance is that of units that are hard to grade; steady where one answer is rare."""
    rows = [Counter(answer for answer in row if answer is not None) for row in units]
    graded = [row for row in rows if row]
    several = [row for row in graded if row.total() > 1]
    answers = {answer for row in graded for answer in row}
    if not several or len(answers) < 2:
        return nan
    agree = sum(
        sum(count * (count - 1) for count in row.values()) / (row.total() * (row.total() - 1))
        for row in several
    ) / len(several)
    shares = [sum(row[answer] / row.total() for row in graded) / len(graded) for answer in answers]
    chance = sum(share * (1 - share) for share in shares) / (len(answers) - 1)
    return _beyond(agree, chance)


def krippendorff_alpha(units: Units, level: Level = Level.NOMINAL) -> float:
    """Agreement of any number of graders, who need not have graded everything; nan where all answers are one."""
    rows = [Counter(answer for answer in row if answer is not None) for row in units]
    rows = [row for row in rows if row.total() > 1]
    totals = sum(rows, Counter[Hashable]())
    if len(totals) < 2:
        return nan
    answers = sorted(totals) if level is not Level.NOMINAL else list(totals)  # type: ignore[type-var]
    counts = np.array([totals[answer] for answer in answers], float)
    table = np.zeros((len(answers), len(answers)))
    for row in rows:
        some = np.array([row[answer] for answer in answers], float)
        table += (np.outer(some, some) - np.diag(some)) / (row.total() - 1)
    far = _distances(answers, counts, level)
    expected = (np.outer(counts, counts) - np.diag(counts)) / (counts.sum() - 1)
    return 1 - float((table * far).sum() / (expected * far).sum())


def bootstrapped(
    units: Units,
    statistic: Callable[[Units], float],
    *,
    seed: int,
    confidence: float = 0.95,
    rounds: int = ROUNDS,
) -> Estimate:
    """A statistic with the interval of its values over units drawn anew; units, not answers, are what might have been others."""
    dice = np.random.default_rng(seed)
    drawn = [
        statistic([units[at] for at in dice.integers(0, len(units), len(units))])
        for _ in range(rounds if units else 0)
    ]
    return percentile(statistic(units), [one for one in drawn if not np.isnan(one)], confidence)


def _of_two(units: Units) -> Units:
    if any(len(row) != 2 for row in units):
        raise ValueError("Cohen's kappa is of two graders: give each unit two answers, or use alpha")
    return units


def _mean_of_pairs(units: Units, alike: Callable[[Answer, Answer], float]) -> float:
    told = []
    for row in units:
        given = [answer for answer in row if answer is not None]
        pairs = [(one, other) for at, one in enumerate(given) for other in given[at + 1 :]]
        told += [sum(alike(one, other) for one, other in pairs) / len(pairs)] if pairs else []
    return sum(told) / len(told) if told else nan


def _beyond(agree: float, chance: float) -> float:
    return nan if chance >= 1 else (agree - chance) / (1 - chance)


def _distances(answers: Sequence[Hashable], counts: np.ndarray, level: Level) -> np.ndarray:
    if level is Level.NOMINAL:
        return 1 - np.eye(len(answers))
    if level is Level.INTERVAL:
        values = np.array(answers, float)
        apart: np.ndarray = (values[:, None] - values[None, :]) ** 2
        return apart
    middles = np.cumsum(counts) - counts / 2
    told: np.ndarray = (middles[:, None] - middles[None, :]) ** 2
    return told
