"""The shipped rules, and calls written as plain text."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from clearline.formats.reading import read
from clearline.reports.drawing import Review
from clearline.reports.reviewing import Reviewer
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

Reviewing = Callable[..., list[Review]]

SELLING = """\
00:00 Agent: Hello there! You get twenty percent off today.
00:10 Customer: Please stop calling me.
00:15 Agent: This offer ends tonight. <b>Really</b>.
00:20 Customer: It's 4242 4242 4242 4242 and the security code is 731.
00:45 Agent: Thanks, bye.
"""


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load()


@pytest.fixture(scope="session")
def reviewing(rulebook: Rulebook) -> Reviewing:
    """Reviews a text by some packs, as of the beginning of time unless it is dated."""
    reviewers: dict[str, Reviewer] = {}

    def review(
        text: str,
        facts: Mapping[str, Mapping[str, Any]] | None = None,
        packs: tuple[str, ...] = ("opt-out",),
        **more: Any,
    ) -> list[Review]:
        key = f"{facts} {packs} {more}"
        if key not in reviewers:
            reviewers[key] = Reviewer(rulebook, packs=packs, facts=facts, **{"drawn": True, **more})
        return list(reviewers[key].review("call.txt", read(text.encode())))

    return review
