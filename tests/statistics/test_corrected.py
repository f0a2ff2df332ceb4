"""Rates behind the flags of a judge that errs: right on average, and their intervals cover."""

import numpy as np
import pytest

from clearline.statistics.corrected import Judged, prediction_powered, rogan_gladen

ROUNDS = 3_000
NEAR = (0.93, 0.97)  # of all intervals of 95 %


def test_most_flags_of_a_good_judge_are_wrong_where_violations_are_rare() -> None:
    flagged = 0.005 * 0.95 + 0.995 * 0.03
    assert 0.005 * 0.95 / flagged == pytest.approx(0.137, abs=5e-4)
    told = rogan_gladen(round(flagged * 1e6), 10**6, Judged(950_000, 10**6, 970_000, 10**6))
    assert told.value == pytest.approx(0.005, abs=1e-6)


def test_a_judge_that_does_no_better_than_chance_tells_nothing() -> None:
    with pytest.raises(ValueError, match="no better than chance"):
        rogan_gladen(10, 100, Judged(5, 10, 50, 100))


@pytest.mark.parametrize(
    ("rate", "sensitivity", "specificity"), [(0.05, 0.9, 0.97), (0.2, 0.85, 0.9), (0.02, 0.95, 0.99)]
)
def test_the_interval_of_a_corrected_rate_covers_as_often_as_it_says(
    rate: float, sensitivity: float, specificity: float
) -> None:
    dice = np.random.default_rng(11)
    violations, others, of = 150, 400, 5_000
    shown = rate * sensitivity + (1 - rate) * (1 - specificity)
    covered = []
    for _ in range(ROUNDS):
        judge = Judged(
            int(dice.binomial(violations, sensitivity)),
            violations,
            int(dice.binomial(others, specificity)),
            others,
        )
        told = rogan_gladen(int(dice.binomial(of, shown)), of, judge)
        covered.append(told.low <= rate <= told.high)
    assert NEAR[0] <= np.mean(covered) <= 0.985


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_a_prediction_powered_rate_covers_and_is_sharper_than_the_graded_sample_alone(rate: float) -> None:
    dice = np.random.default_rng(13)
    n, more = 400, 10_000
    covered, lengths, alone = [], [], []
    for _ in range(600):
        truth = dice.random(n + more) < rate
        told = np.where(truth, dice.random(n + more) < 0.9, dice.random(n + more) < 0.03)
        found = prediction_powered(truth[:n], told[:n], told[n:])
        covered.append(found.low <= rate <= found.high)
        lengths.append(found.high - found.low)
        alone.append(2 * 1.96 * np.sqrt(np.var(truth[:n], ddof=1) / n))
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.mean(lengths) < 0.8 * np.mean(alone)


def test_a_judge_that_knows_nothing_gets_no_weight() -> None:
    dice = np.random.default_rng(17)
    truth, told = dice.random(3_000) < 0.2, dice.random(3_000) < 0.5
    found = prediction_powered(truth[:1_000], told[:1_000], told[1_000:])
    alone = truth[:1_000].mean()
    assert found.value == pytest.approx(alone, abs=0.01)


def test_two_graded_calls_are_the_least() -> None:
    with pytest.raises(ValueError, match="at least two"):
        prediction_powered([1], [1], [0, 1])
