"""What changes is seen, what does not is called a change as often as was said, and when it changed is told."""

import numpy as np
import pytest

from clearline.statistics.drift import Base, Chart, changed, rare, surprising, usual, watched

WEEKS, CALLS = 12, 300


def series(share: float, weeks: int, seed: int, spread: float = 0.0) -> list[int]:
    rng = np.random.default_rng(seed)
    shares = rng.normal(share, spread, weeks).clip(0, 1) if spread else np.full(weeks, share)
    return [int(one) for one in rng.binomial(CALLS, shares)]


@pytest.mark.parametrize("chart", Chart)
@pytest.mark.parametrize("share", [0.004, 0.05])
def test_a_series_without_a_change_alarms_as_often_as_was_said(chart: Chart, share: float) -> None:
    alarms = 0
    for seed in range(100):
        base = usual(series(share, 16, 1_000 + seed), [CALLS] * 16)
        found = watched(
            chart, series(share, WEEKS, seed), [CALLS] * WEEKS, base, seed=seed, rate=0.1, rounds=400
        )
        alarms += found.alarm is not None
    assert alarms <= 20, "0.1 of 100 are 10, and more than 20 come by chance once in 1,000"


def test_weeks_that_scatter_more_than_coins_are_not_called_a_change() -> None:
    alarms = 0
    for seed in range(100):
        base = usual(series(0.1, 30, 1_000 + seed, 0.03), [CALLS] * 30)
        found = watched(
            Chart.LANEY,
            series(0.1, WEEKS, seed, 0.03),
            [CALLS] * WEEKS,
            base,
            seed=seed,
            rate=0.1,
            rounds=400,
        )
        alarms += found.alarm is not None
    assert alarms <= 22
    plain = [
        watched(
            Chart.LANEY,
            series(0.1, WEEKS, seed, 0.03),
            [CALLS] * WEEKS,
            Base(900, 9_000),
            seed=seed,
            rate=0.1,
            rounds=400,
        )
        for seed in range(30)
    ]
    assert sum(one.alarm is not None for one in plain) > 15, "without the scatter they are"


@pytest.mark.parametrize("chart", [Chart.CUSUM, Chart.EWMA])
def test_a_share_that_doubles_for_good_is_seen(chart: Chart) -> None:
    seen = 0
    for seed in range(40):
        base = usual(series(0.02, 20, 1_000 + seed), [CALLS] * 20)
        hits = [*series(0.02, 4, seed), *series(0.04, 8, 500 + seed)]
        found = watched(chart, hits, [CALLS] * 12, base, seed=seed, rounds=400)
        seen += found.alarm is not None and found.alarm >= 4
    assert seen >= 30


def test_what_is_rare_and_comes_close_together_is_seen() -> None:
    base = Base(5, 10_000)
    assert rare([1_900, 2_300, 1_700, 2_100], base, seed=1).alarm is None
    assert rare([1_900, 2_300, 30, 12, 41, 25], base, seed=1).alarm == 5
    assert rare([], base, seed=1).alarm is None


def test_gaps_without_a_change_alarm_as_often_as_was_said() -> None:
    rng = np.random.default_rng(7)
    alarms = 0
    for seed in range(100):
        base = Base(float(rng.binomial(20_000, 0.001)), 20_000)
        alarms += (
            rare([int(one) for one in rng.geometric(0.001, 10)], base, seed=seed, rate=0.1).alarm is not None
        )
    assert alarms <= 20


def test_the_week_of_a_change_is_within_what_is_told_of_it() -> None:
    within = 0
    for seed in range(100):
        hits = [*series(0.02, 8, seed), *series(0.06, 6, 900 + seed)]
        found = changed(hits, [CALLS] * 14)
        assert found
        assert found.earliest <= found.at <= found.latest
        within += found.earliest <= 8 <= found.latest
    assert within >= 90
    assert changed([1], [10]) is None
    assert changed([0, 0], [0, 10]) is None


def test_of_many_charts_few_are_named_for_nothing() -> None:
    rng = np.random.default_rng(3)
    share = []
    for _ in range(200):
        chances = [*rng.uniform(0, 1, 45), *rng.uniform(0, 0.001, 5)]
        named = surprising(chances, 0.1)
        share.append(sum(one < 45 for one in named) / max(1, len(named)))
    assert float(np.mean(share)) <= 0.11
    assert surprising([]) == frozenset()


def test_weeks_without_calls_and_without_hits_say_nothing() -> None:
    base = usual([0, 0, 0], [0, 0, 0])
    for chart in Chart:
        found = watched(chart, [0, 0], [0, 0], base, seed=1)
        assert found.alarm is None
        assert found.chance == 1
