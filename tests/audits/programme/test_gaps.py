"""Gaps are exactly the instants that no evidence covers, and several sides are in place only where all are."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.audits.programme.gaps import Gap, between, lasting_now, together

NOW = 30
covered = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair))), max_size=5
)


def instants(gaps: list[Gap]) -> set[int]:
    return {at for gap in gaps for at in range(gap.since, gap.until)}


@settings(max_examples=60)
@given(covered, st.integers(0, NOW))
def test_a_gap_is_where_nothing_covers(pieces: list[tuple[int, int]], since: int) -> None:
    bare = {at for at in range(since, NOW + 1) if not any(first <= at <= last for first, last in pieces)}
    assert instants(between(pieces, since, NOW)) == bare


@settings(max_examples=60)
@given(st.lists(covered, min_size=1, max_size=3))
def test_one_side_that_fails_loses_all_and_we_stand_in_the_gap_that_is_not_over(
    sides: list[list[tuple[int, int]]],
) -> None:
    gaps = [between(one, 0, NOW) for one in sides]
    found = together(*gaps)
    assert instants(found) == set().union(*(instants(one) for one in gaps))
    assert all(one.until < other.since for one, other in pairwise(found))
    since = lasting_now(found, NOW)
    lost = instants(found)
    if since is None:
        assert NOW not in lost
    else:
        assert set(range(since, NOW + 1)) <= lost
        assert since - 1 not in lost
