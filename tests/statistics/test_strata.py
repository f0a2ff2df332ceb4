"""A sample that is shared out is as sure as it says wherever the breaches are, and leaves nobody out."""

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.statistics.sampling import Drawn, plan, rate
from clearline.statistics.strata import draw_in_strata, misses, plan_in_strata

small = st.lists(st.tuples(st.integers(1, 7), st.integers(0, 7)), min_size=1, max_size=3)


@settings(max_examples=60)
@given(small, st.integers(1, 5))
def test_the_worst_case_is_the_worst_of_all_cases(told: list[tuple[int, int]], breaches: int) -> None:
    strata = [(units, min(looked, units)) for units, looked in told]
    cases = [
        places for places in product(*(range(units + 1) for units, _ in strata)) if sum(places) == breaches
    ]
    if not cases:
        return
    worst = max(
        prod(comb(units - found, looked) / comb(units, looked) for (units, looked), found in zip(strata, places, strict=True))
        for places in cases
    )  # fmt: skip
    assert misses({str(n): one for n, one in enumerate(strata)}, breaches) == pytest.approx(worst, abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.sampled_from([0.02, 0.05, 0.1]))
def test_no_team_is_left_out_and_it_takes_hardly_more_than_a_simple_draw(
    counts: list[int], share: float
) -> None:
    strata = {str(number): count for number, count in enumerate(counts)}
    sizes = plan_in_strata(strata, share)
    breaches = int(np.ceil(share * sum(counts) - 1e-9))
    assert all(1 <= sizes[one] <= strata[one] for one in strata)
    assert misses({one: (strata[one], sizes[one]) for one in strata}, breaches) <= 0.05 + 1e-9
    if len(counts) == 1:
        assert sizes["0"] == plan(counts[0], share).size


def test_an_estimate_over_teams_is_right_on_average_and_its_interval_covers() -> None:
    units = {
        team: [f"{team}-{number}" for number in range(count)]
        for team, count in (("a", 60), ("b", 900), ("c", 240))
    }
    bad = {unit for team, share in (("a", 10), ("b", 45), ("c", 48)) for unit in units[team][:share]}
    truth, told, covered = len(bad) / 1_200, [], 0
    for seed in range(400):
        sample = draw_in_strata(units, {"a": 15, "b": 100, "c": 30}, seed.to_bytes(4))
        found = rate([(Drawn(one.unit, one.likely), one.unit in bad) for one in sample], 1_200)
        told.append(found.value)
        covered += found.low <= truth <= found.high
    assert np.mean(told) == pytest.approx(truth, rel=0.05)
    assert covered / 400 >= 0.93


def test_of_nothing_nothing_is_planned() -> None:
    with pytest.raises(ValueError, match="nothing to draw from"):
        plan_in_strata({"a": 0}, 0.05)
