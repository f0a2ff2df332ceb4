"""Sampling plans are those of the tables; draws can be drawn again; estimates are right on average and their intervals cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from clearline.statistics.sampling import allotted, detects, draw, draw_by_risk, plan, rate


@pytest.mark.parametrize(
    ("population", "share", "size"),
    [
        (100, 0.01, 95),
        (500, 0.01, 225),
        (1_000, 0.01, 258),
        (10_000, 0.01, 294),
        (10**7, 0.01, 299),
        (1_000, 0.05, 57),
    ],
)
def test_sizes_are_those_of_cannon_and_roe(population: int, share: float, size: int) -> None:
    assert plan(population, share).size == size


@given(st.integers(20, 3_000), st.floats(0.02, 0.4), st.sampled_from([0.8, 0.9, 0.95]), st.integers(0, 2))
def test_a_plan_is_as_sure_as_it_says_and_one_call_fewer_would_not_be(
    population: int, share: float, confidence: float, accepts: int
) -> None:
    breaches = int(np.ceil(share * population - 1e-9))
    if breaches <= accepts:
        with pytest.raises(ValueError, match="Accept fewer"):
            plan(population, share, confidence, accepts)
        return
    size = plan(population, share, confidence, accepts).size
    assert hypergeom.cdf(accepts, population, breaches, size) <= 1 - confidence + 1e-12
    assert hypergeom.cdf(accepts, population, breaches, size - 1) > 1 - confidence


def test_five_calls_see_a_fault_in_a_hundred_once_in_twenty_times() -> None:
    assert detects(1_000, 10, 5) == pytest.approx(0.049, abs=1e-3)


def test_of_nothing_nothing_can_be_planned() -> None:
    with pytest.raises(ValueError, match="nothing to draw from"):
        plan(0, 0.01)
    with pytest.raises(ValueError, match="can't be drawn of 3"):
        draw("abc", 4, b"seed")


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 50), min_size=1), st.integers(1, 100))
def test_a_sample_is_shared_out_whole_and_no_team_is_left_out(strata: dict[str, int], size: int) -> None:
    full = [count for count in strata.values() if count]
    if not len(full) <= size <= sum(full):
        with pytest.raises(ValueError, match="can't be shared"):
            allotted(size, strata)
        return
    given_out = allotted(size, strata)
    assert sum(given_out.values()) == size
    assert all(min(1, strata[name]) <= count <= strata[name] for name, count in given_out.items())


def test_who_knows_the_seed_draws_the_same_whatever_the_order() -> None:
    units = [f"call-{number}" for number in range(500)]
    assert draw(units, 20, b"s") == draw(units[::-1], 20, b"s")
    assert draw(units, 20, b"s") != draw(units, 20, b"t")


def test_every_call_is_as_likely_as_any_other() -> None:
    units = [f"call-{number}" for number in range(40)]
    counts = dict.fromkeys(units, 0)
    for seed in range(2_000):
        for one in draw(units, 10, seed.to_bytes(4)):
            counts[one.unit] += 1
    assert min(counts.values()) > 400
    assert max(counts.values()) < 600


def test_an_estimate_by_risk_is_right_on_average_and_its_interval_covers() -> None:
    dice = np.random.default_rng(19)
    risks = {f"call-{number}": float(risk) for number, risk in enumerate(dice.gamma(1.5, 1.0, 600) + 0.05)}
    held = {unit: bool(dice.random() < min(0.9, 0.06 * risk)) for unit, risk in risks.items()}
    truth, values, covered = sum(held.values()) / len(held), [], []
    for seed in range(800):
        sample = draw_by_risk(risks, 120, seed.to_bytes(4))
        assert len(sample) == 120
        told = rate([(one, held[one.unit]) for one in sample], len(risks))
        values.append(told.value)
        covered.append(told.low <= truth <= told.high)
    assert np.mean(values) == pytest.approx(truth, rel=0.03)
    assert 0.94 <= np.mean(covered) <= 0.99


def test_what_is_certain_to_be_drawn_is_drawn() -> None:
    risks = {"worst": 1_000.0, **{f"call-{number}": 1.0 for number in range(50)}}
    for seed in range(20):
        sample = draw_by_risk(risks, 5, seed.to_bytes(4))
        assert sample[0] == ("worst", 1.0)


def test_a_unit_without_risk_is_refused_since_it_could_never_be_drawn() -> None:
    with pytest.raises(ValueError, match="could never be drawn"):
        draw_by_risk({"a": 0.0, "b": 1.0}, 1, b"s")


def test_a_sample_without_a_breach_still_has_a_bound() -> None:
    sample = draw_by_risk({f"call-{number}": 1.0 + number % 3 for number in range(900)}, 100, b"s")
    told = rate([(one, False) for one in sample], 900)
    assert told.value == told.low == 0
    assert told.high == pytest.approx(1 - 0.025 ** (1 / 100), rel=0.01)
