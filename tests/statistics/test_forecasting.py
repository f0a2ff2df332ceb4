"""Forecasts are as sure as they may be, small teams are not accused by noise, and how good they were is told."""

import math

import numpy as np
import pytest

from clearline.statistics.forecasting import Days, coming, passing, rates, recent, scored


def test_rates_of_teams_are_found_again() -> None:
    rng = np.random.default_rng(1)
    calls = rng.integers(200, 2_000, 300)
    hits = rng.poisson(rng.gamma(2.0, 0.01, 300) * calls)
    found = rates(hits.tolist(), calls.tolist())
    assert found.mean == pytest.approx(0.02, rel=0.15)
    assert found.shape == pytest.approx(2.0, rel=0.35)


def test_a_small_team_is_told_by_the_others_and_a_large_one_by_itself() -> None:
    among = rates([20, 25, 18, 22, 30, 15, 2_500], [*[1_000] * 6, 10_000])
    small, large = coming(1, 4, 100, among), coming(2_500, 10_000, 100, among)
    assert 2 < small.expected < 15, "one slip in four calls is no quarter of a hundred"
    assert large.expected == pytest.approx(25, rel=0.1)


def test_intervals_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    held = said = came = 0.0
    for _ in range(40):
        true = rng.gamma(1.5, 0.004, 20)
        calls, later = rng.integers(20, 900, 20), rng.integers(20, 300, 20)
        hits = rng.poisson(true * calls)
        among = rates(hits.tolist(), calls.tolist())
        for unit in range(20):
            told = coming(int(hits[unit]), int(calls[unit]), int(later[unit]), among)
            then = rng.poisson(true[unit] * later[unit])
            held += told.low <= then <= told.high
            said += told.any
            came += then > 0
    assert held / 800 >= 0.78
    assert said / 800 == pytest.approx(came / 800, abs=0.05)


def test_nothing_ahead_brings_nothing() -> None:
    assert coming(3, 100, 0, rates([3], [100])).any == 0
    assert coming(0, 0, 50, rates([], [])).any < 1


def test_the_newest_counts_most() -> None:
    assert recent([0, 0, 10], 0.5) == 10
    assert recent([10, 0, 0], 0.5) == 2.5


def test_a_campaign_on_the_way_to_its_limit_is_told_so_and_a_calm_one_is_not() -> None:
    days = Days([26, 28, 31, 28, 33], [1_000] * 5)
    there = passing((146, 5_000), days, [1_000] * 10, 0.03, seed=1)
    calm = passing((60, 5_000), Days([12] * 5, [1_000] * 5), [1_000] * 10, 0.03, seed=1)
    assert 0.2 < there[-1] < 0.9
    assert calm[-1] < 0.02
    assert passing((200, 5_000), days, [100], 0.03, seed=1)[0] > 0.99


def test_what_is_said_of_campaigns_comes_as_often() -> None:
    rng = np.random.default_rng(4)
    said, came = [], []
    for seed in range(150):
        level = rng.uniform(0.022, 0.036)
        share = rng.beta(level * 2_000, (1 - level) * 2_000, 20)
        hits = rng.binomial(500, share)
        days = Days([int(one) for one in hits[:10]], [500] * 10)
        told = passing((sum(days.hits), 5_000), days, [500] * 10, 0.03, seed=seed, rounds=500)
        said.append(told[-1])
        came.append(bool(hits.sum() > 0.03 * 10_000))
    score = scored(said, came)
    assert float(np.mean(said)) == pytest.approx(float(np.mean(came)), abs=0.08)
    assert score.skill > 0.3
    for one in score.bins:
        assert one.came.low - 0.15 <= one.said <= one.came.high + 0.15


def test_forecasts_are_scored_against_the_base_rate() -> None:
    perfect = scored([0, 1, 0, 1], [False, True, False, True])
    assert (perfect.brier, perfect.skill) == (0, 1)
    assert scored([0.5] * 4, [False, True, False, True]).skill == 0
    assert scored([1, 0], [False, True]).skill < 0
    assert math.isnan(scored([0.1, 0.2], [True, True]).skill), "what always comes has no rate to beat"
    with pytest.raises(ValueError, match="settled"):
        scored([], [])
