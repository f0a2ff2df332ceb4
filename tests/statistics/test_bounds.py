import pytest

from clearline.statistics.bounds import at_most


@pytest.mark.parametrize(
    ("wrong", "cases", "published"),
    [(0, 20, 0.1391), (0, 100, 0.0295), (0, 59, 0.0495), (1, 10, 0.3942), (2, 50, 0.1206), (5, 100, 0.1023)],
)
def test_it_says_what_tables_of_the_exact_bound_say(wrong: int, cases: int, published: float) -> None:
    assert at_most(wrong, cases) == pytest.approx(published, abs=5e-5)


def test_none_wrong_is_known_in_closed_form() -> None:
    for cases in (1, 7, 300, 100_000):
        assert at_most(0, cases) == pytest.approx(1 - 0.05 ** (1 / cases), rel=1e-9)


def test_where_nothing_was_counted_anything_may_be() -> None:
    assert at_most(0, 0) == at_most(3, 3) == 1.0


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="no count"):
        at_most(4, 3)
