"""Differences of shares come out as published, and an effect is claimed no more often than it may be."""

import numpy as np
import pytest

from clearline.statistics.compared import Effect, difference, effect


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_the_interval_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(other, one)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("rate", [0.02, 0.2])
def test_where_nothing_changed_help_is_claimed_in_a_fortieth_of_cases_at_most(rate: float) -> None:
    dice = np.random.default_rng(19)
    before, after = dice.binomial(400, rate, 2_000), dice.binomial(400, rate, 2_000)
    claimed = [
        effect((int(x), 400), (int(y), 400)) is Effect.HELPED for x, y in zip(before, after, strict=True)
    ]
    assert np.mean(claimed) <= 0.035


def test_a_fall_by_four_fifths_is_seen_and_a_rise_is_no_help() -> None:
    assert effect((80, 400), (16, 400)) is Effect.HELPED
    assert effect((20, 400), (40, 400)) is Effect.DID_NOT_HELP
    assert effect((400, 4_000), (390, 4_000)) is Effect.DID_NOT_HELP
    assert effect((20, 400), (14, 400)) is Effect.UNCLEAR
    assert effect((10, 29), (0, 4_000)) is Effect.UNCLEAR
