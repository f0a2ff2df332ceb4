"""A judge measured on graded calls: rates corrected for it cover the truth, and of too few calls nothing is said."""

import numpy as np
import pytest

from clearline.statistics.measured import FEWEST, Case, measured


@pytest.mark.parametrize(
    ("rate", "sensitivity", "graded"), [(0.15, 0.85, 100), (0.1, 0.6, 250), (0.3, 0.9, 60)]
)
def test_both_corrected_rates_cover_the_truth_of_the_calls_that_were_drawn_from(
    rate: float, sensitivity: float, graded: int
) -> None:
    dice = np.random.default_rng(29)
    by_judge: list[bool] = []
    powered: list[bool] = []
    raw: list[bool] = []
    for _ in range(600):
        violations = dice.random(3_000) < rate
        flags = np.where(violations, dice.random(3_000) < sensitivity, dice.random(3_000) < 0.03)
        truth = violations.mean()
        cases = [
            Case(*one) for one in zip(violations[:graded].tolist(), flags[:graded].tolist(), strict=True)
        ]
        told = measured(cases, cases, int(flags.sum()), 3_000)
        raw.append(bool(told.raw.low <= truth <= told.raw.high))
        for found, covered in ((told.corrected, by_judge), (told.powered, powered)):
            if found is not None:
                covered.append(bool(found.low <= truth <= found.high))
    assert min(len(by_judge), len(powered)) > 500
    assert np.mean(by_judge) >= 0.93
    assert np.mean(powered) >= 0.92
    if sensitivity < 0.8:
        assert np.mean(raw) < 0.5  # flags alone, however many, are sure of a rate that is wrong


def test_of_too_few_graded_calls_no_corrected_rate_is_made_and_the_counts_are_told() -> None:
    few = [Case(True, True)] * (FEWEST - 1) + [Case(False, False)] * 50
    told = measured(few, few, 30, 500)
    assert told.corrected is None
    assert told.powered is None
    assert told.judge.violations == FEWEST - 1
    assert told.graded is not None
    assert told.graded.low < 9 / 59 < told.graded.high


def test_without_a_graded_violation_nothing_is_said_of_what_is_missed() -> None:
    told = measured([Case(False, False)] * 12, [Case(False, False)] * 12, 0, 300)
    assert told.sensitivity is None
    assert told.specificity is not None
    assert told.specificity.low < 0.8
    assert not told.chance


def test_a_judge_that_does_no_better_than_chance_is_named_so_and_corrects_nothing() -> None:
    cases = [Case(n % 2 == 0, n % 3 == 0) for n in range(60)]
    told = measured(cases, cases, 100, 300)
    assert told.chance
    assert told.corrected is None
    assert told.powered is not None  # the graders' own answers still tell the rate


def test_one_missed_violation_is_no_ground_to_say_so() -> None:
    cases = [Case(violation=True, flagged=False), *[Case(violation=False, flagged=False)] * 40]
    assert not measured(cases, cases, 3, 300).chance


def test_nothing_graded_leaves_the_flags_alone() -> None:
    told = measured([], [], 12, 100)
    assert (told.raw.value, told.graded, told.sensitivity, told.corrected) == (0.12, None, None, None)
