"""Intervals of shares come out as published, and cover."""

import numpy as np
import pytest

from clearline.statistics.bounds import at_most
from clearline.statistics.intervals import exact, percentile, wilson


def test_the_exact_interval_is_that_of_the_tables() -> None:
    assert exact(7, 20) == pytest.approx((0.35, 0.1539, 0.5922), abs=5e-5)
    assert exact(0, 10) == pytest.approx((0.0, 0.0, 0.3085), abs=5e-5)


def test_wilsons_interval_is_that_of_newcombe() -> None:
    assert wilson(81, 263) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)  # Newcombe 1998, table I
    assert wilson(0, 20) == pytest.approx((0.0, 0.0, 0.1611), abs=5e-5)


def test_without_a_miss_the_bound_is_about_three_over_the_number() -> None:
    assert at_most(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert at_most(0, 300) == pytest.approx(3 / 300, rel=0.01)
    assert at_most(5, 5) == 1


@pytest.mark.parametrize("rate", [0.005, 0.03, 0.3])
def test_the_exact_bound_covers_at_least_as_often_as_it_says(rate: float) -> None:
    dice = np.random.default_rng(5)
    covered = [at_most(int(hits), 400) >= rate for hits in dice.binomial(400, rate, 2_000)]
    assert np.mean(covered) >= 0.95 - 2.6 * (0.95 * 0.05 / 2_000) ** 0.5


def test_what_is_no_share_is_refused() -> None:
    for hits, of in ((1, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="no share"):
            exact(hits, of)


def test_of_nothing_drawn_no_interval_is_made() -> None:
    told = percentile(0.4, [])
    assert told.value == 0.4
    assert np.isnan(told.low)
