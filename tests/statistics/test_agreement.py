"""Agreement comes out as it was published."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.statistics.agreement import (
    Level,
    Statistic,
    ac1s,
    alphas,
    bootstrapped,
    cohen_kappa,
    gwet_ac1,
    kappas,
    krippendorff_alpha,
    percent_agreement,
)


def table(*cells: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(one, other) for one, other, count in cells for _ in range(count)]


FEINSTEIN = table(("y", "y", 118), ("y", "n", 5), ("n", "y", 2))  # 125 units: Gwet 2002, table 1
COHEN = table(("y", "y", 20), ("y", "n", 5), ("n", "y", 10), ("n", "n", 15))
FLEISS = table(  # 100 patients, two clinicians: Fleiss, Levin and Paik 2003, table 18.1
    ("psychotic", "psychotic", 75),
    ("psychotic", "neurotic", 1),
    ("psychotic", "organic", 4),
    ("neurotic", "psychotic", 5),
    ("neurotic", "neurotic", 4),
    ("neurotic", "organic", 1),
    ("organic", "organic", 10),
)
A = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
B = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
C = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
D = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
KRIPPENDORFF = list(zip(A, B, C, D, strict=True))  # 2011, example C


def test_kappa_is_that_of_the_usual_example() -> None:
    assert cohen_kappa(COHEN) == pytest.approx(0.4)


def test_kappa_of_three_answers_is_that_of_the_textbook() -> None:
    assert cohen_kappa(FLEISS) == pytest.approx(0.676, abs=5e-4)


def test_ac1_of_four_graders_with_answers_missing_is_that_of_gwets_own_program() -> None:
    assert percent_agreement(KRIPPENDORFF) == pytest.approx(0.8182, abs=5e-5)
    assert gwet_ac1(KRIPPENDORFF) == pytest.approx(0.77544, abs=5e-6)  # irrCAC, data cac.raw4raters


def test_where_one_answer_is_rare_kappa_falls_below_nothing_and_ac1_stays() -> None:
    assert percent_agreement(FEINSTEIN) == pytest.approx(0.944)
    assert cohen_kappa(FEINSTEIN) == pytest.approx(-0.0234, abs=5e-5)
    assert gwet_ac1(FEINSTEIN) == pytest.approx(0.9408, abs=5e-5)


@pytest.mark.parametrize(
    ("level", "published"), [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)]
)
def test_alpha_is_krippendorffs_own_with_answers_missing(level: Level, published: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF, level) == pytest.approx(published, abs=5e-4)


def test_nothing_is_said_of_graders_who_gave_one_answer_only() -> None:
    same = [("y", "y")] * 9
    assert math.isnan(cohen_kappa(same))
    assert math.isnan(krippendorff_alpha(same))
    assert math.isnan(gwet_ac1(same))


def test_kappa_of_three_graders_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(ValueError, match="use alpha"):
        cohen_kappa([("y", "y", "n")])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_agreement_does_not_depend_on_who_is_called_first(units: list[tuple[int, int]]) -> None:
    turned = [(other, one) for one, other in units]
    for statistic in (cohen_kappa, gwet_ac1, krippendorff_alpha):
        assert statistic(units) == pytest.approx(statistic(turned), nan_ok=True)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_graders_who_always_agree_have_an_agreement_of_one(units: list[tuple[int, int]]) -> None:
    same = [(one, one) for one, _ in units]
    if len(set(same)) > 1:
        assert cohen_kappa(same) == gwet_ac1(same) == krippendorff_alpha(same) == pytest.approx(1)


def test_the_interval_holds_the_value_and_is_the_same_for_the_same_seed() -> None:
    first, again = (bootstrapped(COHEN, kappas, seed=3, rounds=400) for _ in range(2))
    assert first == again
    assert first.low < first.value < first.high
    assert 0.05 < first.low < 0.25
    assert 0.55 < first.high < 0.75


@given(
    st.lists(
        st.tuples(*[st.none() | st.integers(0, 2)] * 3).filter(lambda row: row != (None, None, None)),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
)
def test_a_unit_counted_twice_is_the_same_as_two_units(
    units: list[tuple[int | None, ...]], times: list[int]
) -> None:
    """So that the bootstrap, which only counts, says the same as one that draws unit by unit."""
    spread = [row for row, count in zip(units, times, strict=False) for _ in range(count)]
    if len({one for row in spread for one in row} - {None}) < len(
        {one for row in units for one in row} - {None}
    ):
        return  # AC1 knows of answers that were not drawn
    weights = np.array([times[: len(units)]], float)
    for level in Level:
        counted = alphas(units, weights, level)[0]
        assert counted == pytest.approx(krippendorff_alpha(spread, level), nan_ok=True)
    assert ac1s(units, weights)[0] == pytest.approx(gwet_ac1(spread), nan_ok=True)


@pytest.mark.parametrize("statistic", [kappas, ac1s, alphas])
def test_the_interval_covers_the_agreement_of_all_units_as_often_as_it_says(statistic: Statistic) -> None:
    """Two graders who each err in a tenth of the units; 60 units are drawn, and the truth is that of 200,000."""
    dice = np.random.default_rng(23)

    def graded(count: int) -> list[tuple[bool, bool]]:
        truth = dice.random(count) < 0.3
        both = [np.where(dice.random(count) < 0.1, ~truth, truth).tolist() for _ in range(2)]
        return list(zip(*both, strict=True))

    whole = graded(200_000)
    truth = bootstrapped(whole, statistic, seed=1, rounds=1).value
    covered = [
        told.low <= truth <= told.high
        for told in (bootstrapped(graded(60), statistic, seed=seed, rounds=400) for seed in range(400))
    ]
    assert 0.90 <= np.mean(covered) <= 0.98


def test_of_no_units_nothing_is_said() -> None:
    assert math.isnan(bootstrapped([], alphas, seed=1).value)
