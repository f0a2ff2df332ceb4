"""Effects that a simulation was given are found again, and where there is none, none is found."""

import numpy as np
import pytest

from clearline.statistics.effects import Person, compared, interrupted, pooled, rolled_out

WEEKS = 16


def shop(factor: float, seed: int, people: int = 40, late: float = 1.0) -> list[Person]:
    """Agents of different skill in weeks that differ, reached in one of four waves; the last wave is never reached."""
    rng = np.random.default_rng(seed)
    weeks = np.exp(rng.normal(0, 0.3, WEEKS)) * np.linspace(1, late, WEEKS)
    found = []
    for one in range(people):
        skill, wave = rng.gamma(2, 0.02), (4, 8, 12, WEEKS)[one % 4]
        reached = np.arange(WEEKS) >= wave
        calls = rng.integers(30, 90, WEEKS)
        hits = rng.poisson(calls * skill * weeks * np.where(reached, factor, 1.0))
        found.append(Person(hits.tolist(), calls.tolist(), reached.tolist()))
    return found


@pytest.mark.parametrize("factor", [0.6, 1.0])
def test_the_effect_of_a_roll_out_is_within_its_interval(factor: float) -> None:
    held = 0
    for seed in range(12):
        found = rolled_out(shop(factor, seed), seed=seed)
        assert found
        held += found.ratio.low <= factor <= found.ratio.high
    assert held >= 9, "of 12 intervals of 95 % fewer than 9 hold once in 400 times"


def test_a_season_that_gets_better_by_itself_is_no_effect() -> None:
    found = rolled_out(shop(1.0, 5, late=0.3), seed=5)
    assert found
    assert found.ratio.low < 1 < found.ratio.high


def test_an_effect_is_seen_where_there_is_one() -> None:
    found = rolled_out(shop(0.5, 9), seed=9)
    assert found
    assert found.ratio.high < 0.8
    assert (found.persons, found.others) == (30, 10)


def test_without_two_sides_nothing_is_said() -> None:
    assert rolled_out([], seed=1) is None
    assert rolled_out([Person([1, 2], [10, 10], [False, False])], seed=1) is None
    assert rolled_out([Person([0, 0], [10, 10], [False, True])], seed=1) is None


def series(jump: float, seed: int) -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(seed)
    week = np.arange(24)
    rate = 0.05 * np.exp(-0.01 * week) * np.where(week >= 12, jump, 1.0) * rng.gamma(50, 1 / 50, 24)
    return rng.poisson(400 * rate).tolist(), [400] * 24


@pytest.mark.parametrize("jump", [0.5, 1.0])
def test_the_jump_of_an_interrupted_series_is_within_its_interval(jump: float) -> None:
    held = 0
    for seed in range(60):
        found = interrupted(*series(jump, seed), at=12)
        assert found
        held += found.level.low <= jump <= found.level.high
    assert held >= 52


def test_a_series_that_is_short_or_empty_says_nothing() -> None:
    assert interrupted([1, 2, 3], [9, 9, 9], 1) is None
    assert interrupted([0] * 20, [9] * 20, 10) is None
    assert interrupted([5] * 10 + [0] * 10, [90] * 20, 10) is not None


def test_a_small_team_is_drawn_to_the_others_and_a_large_one_is_not() -> None:
    alike = [compared((100, 1_000), (60, 1_000)) for _ in range(6)]
    small, large = compared((2, 10), (0, 10)), compared((1_000, 10_000), (1_500, 10_000))
    found = pooled([*alike, small, large])
    assert 0.3 < found[6].value < 1.0, "two slips in ten calls and none in ten more are no miracle"
    assert found[7].value == pytest.approx(1.5, rel=0.1)
    assert pooled([]) == []


def test_where_groups_differ_by_chance_alone_they_are_told_as_alike() -> None:
    rng = np.random.default_rng(3)
    groups = [compared((int(a), 2_000), (int(b), 2_000)) for a, b in rng.poisson([100, 70], (20, 2))]
    found = pooled(groups)
    assert max(one.value for one in found) - min(one.value for one in found) < 0.25
    assert sum(one.low <= 0.7 <= one.high for one in found) >= 18
