"""A talk as tests make it up, and what stands of the events that a stream told."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.streaming.told import Frame, Stream, Told

BEGAN: Instant = 1_790_000_000 * SECOND


class Said(NamedTuple):
    """An utterance: by which channel, when in seconds, and the words, each of a quarter of a second."""

    channel: int
    start: float
    words: tuple[str, ...]

    @property
    def times(self) -> list[tuple[str, float, float]]:
        return [
            (word, round(self.start + n / 4, 3), round(self.start + n / 4 + 0.2, 3))
            for n, word in enumerate(self.words)
        ]


WORD = st.sampled_from(["this", "call", "is", "recorded", "yes.", "four", "two", "four", "Grüße", "no,"])


@st.composite
def talks(draw: st.DrawFn) -> list[Said]:
    """Some utterances on two channels, one after another on each."""
    talk, ends = [], [0.0, 0.0]
    for _ in range(draw(st.integers(1, 6))):
        channel = draw(st.integers(0, 1))
        words = tuple(draw(st.lists(WORD, min_size=1, max_size=6)))
        start = round(ends[channel] + draw(st.integers(0, 20)) / 4, 3)
        ends[channel] = start + len(words) / 4 + 0.25
        talk.append(Said(channel, start, words))
    return talk


def merged(draw: st.DrawFn, *rows: Sequence[Frame]) -> list[Frame]:
    """The rows as they may come over the wire: each in its order, one among the other."""
    left, out = [list(row) for row in rows if row], []
    while left:
        row = draw(st.sampled_from(left))
        out.append(row.pop(0))
        left = [one for one in left if one]
    return out


def heard(stream: Stream, frames: Iterable[Frame]) -> list[Told]:
    """What each frame tells, a tenth of a second after the other."""
    return [stream.hear(frame, BEGAN + n * SECOND // 10) for n, frame in enumerate(frames)]


def standing(told: Iterable[Told]) -> list[tuple[str, Instant, object]]:
    """The events that were not replaced, in their order, without their ids."""
    events = [event for one in told for event in one.events]
    gone = {event.replaces for event in events if event.replaces}
    kept = sorted((event for event in events if event.id not in gone), key=lambda event: event.order)
    return [(event.type, event.at, event.data) for event in kept]


def names(told: Iterable[Told]) -> list[str]:
    return [event.id for one in told for event in one.events]


def partials(told: Iterable[Told]) -> list[Event]:
    return [event for one in told for event in one.partials]
