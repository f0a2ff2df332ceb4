"""Agreement comes out as it was published."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.statistics.agreement import (
    Level,
    bootstrapped,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)


def table(*cells: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(one, other) for one, other, count in cells for _ in range(count)]


FEINSTEIN = table(("y", "y", 118), ("y", "n", 5), ("n", "y", 2))  # 125 units: Gwet 2002, table 1
COHEN = table(("y", "y", 20), ("y", "n", 5), ("n", "y", 10), ("n", "n", 15))
A = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
B = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
C = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
D = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
KRIPPENDORFF = list(zip(A, B, C, D, strict=True))  # 2011, example C


def test_kappa_is_that_of_the_usual_example() -> None:
    assert cohen_kappa(COHEN) == pytest.approx(0.4)


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
    first, again = (bootstrapped(COHEN, cohen_kappa, seed=3, rounds=400) for _ in range(2))
    assert first == again
    assert first.low < first.value < first.high
    assert 0.05 < first.low < 0.25
    assert 0.55 < first.high < 0.75
