"""A rule of a shop, as somebody says it."""

from datetime import date

import pytest

from clearline.review.policy.writing import Said, Verb


@pytest.fixture
def said() -> Said:
    """Agents must not promise money back: Ada does in her bad call."""
    return Said(
        slug="no-refund-promise",
        title="Do not promise money back",
        why="service promise, section 4",
        verb=Verb.NEVER,
        phrases=("i refund you",),
        counts=("I refund you the whole sum.",),
        misses=("I can't say whether you get it back.",),
        severity="serious",
        since=date(2030, 1, 1),
    )
