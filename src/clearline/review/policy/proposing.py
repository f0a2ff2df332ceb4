"""Sentences of real calls that sound like what an author means, and that their phrases do not find yet.

Words are weighed by how rare they are among all sentences (inverse document frequency), and sentences compared by the cosine of these weights;
words that nobody said count for nothing. It proposes; whether a sentence counts is decided by the author, and then by phrases alone.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from clearline.engine.events import UTTERANCE, Instant
from clearline.people.models import Person
from clearline.record.queries import reach
from clearline.record.watching import stored_of
from clearline.review.policy.writing import Said

CALLS = 300  # the newest, of the period
MOST = 10
LEAST = 0.3  # cosine


class Proposal(NamedTuple):
    """A sentence, how often it was said, and how near it is (0 to 1)."""

    text: str
    times: int
    near: float


def proposals(who: Person, said: Said, since: Instant, found: Iterable[str] = ()) -> list[Proposal]:
    """From the newest calls that somebody may see, since an instant; none of those that were found already."""
    spoken = _spoken(who, said.by, since)
    known = {_words(one) for one in (*found, *said.counts, *said.misses)}
    return nearest(said.counts, {text: n for text, n in spoken.items() if _words(text) not in known})


def nearest(meant: Sequence[str], spoken: dict[str, int]) -> list[Proposal]:
    """The sentences that are nearest to any of those that are meant."""
    rare = Counter(word for text in spoken for word in set(_words(text)))
    total = len(spoken) + 1

    def weighed(text: str) -> dict[str, float]:
        return {word: math.log(total / rare[word]) for word in _words(text) if rare[word]}

    aims = [weighed(one) for one in meant]
    found = [
        Proposal(text, count, max((_cosine(aim, weighed(text)) for aim in aims), default=0.0))
        for text, count in spoken.items()
    ]
    return sorted((one for one in found if one.near >= LEAST), key=lambda one: (-one.near, one.text))[:MOST]


def _spoken(who: Person, by: str, since: Instant) -> dict[str, int]:
    """What was said in the newest calls, masked as it is stored, by how often."""
    calls = (
        reach.calls(who).filter(started__gte=since).select_related("timeline").order_by("-started")[:CALLS]
    )
    told: Counter[str] = Counter()
    for events in stored_of([call.timeline for call in calls]).values():
        for event in events:
            text = event.data.get("text")
            if event.type == UTTERANCE and isinstance(text, str) and by in {"anyone", event.data.get("by")}:
                told[text] += 1
    return dict(told)


def _words(text: str) -> tuple[str, ...]:
    return tuple("".join(one if one.isalnum() else " " for one in text.casefold().replace("'", "")).split())


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    length = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return (
        sum(weight * other[word] for word, weight in one.items() if word in other) / length if length else 0.0
    )
