"""Where nobody speaks, and what is heard there instead: silence, music or a tone, or nothing at all.

A recorder that was paused often leaves samples that do not change: no line and no room is as quiet as that. Only what was
recorded is told here; whether a pause was right is for others to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clearline.speech.sound import Samples, Seconds, Sound, Span

LEAST: Final = 3.0  # seconds of a stretch that is worth telling
LOUD: Final = 10 ** (-45 / 20)  # level above which silence is none
FRAME: Final = 0.5  # seconds by which the level is looked at
BRIEF: Final = 1.5  # seconds: what lasts no longer does not change what a stretch is
STILL: Final = 1.0  # seconds without any change that are told
STEP: Final = 2e-5  # less than the smallest step of 16 bits: a change that codecs make out of nothing
FAINT: Final = 10 ** (-60 / 20)  # level of a channel that nobody speaks into
FLAT: Final = 3  # samples in a row at the top that are a clipped peak
ALIKE: Final = 0.999  # share of one channel that the other explains

Kind = Literal["silence", "music or tone"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a channel in which nobody speaks."""

    kind: Kind
    span: Span


def unspoken(samples: Samples, rate: int, speech: Sequence[Span]) -> list[Stretch]:
    """Stretches of a channel outside of the speech in it, of three seconds and more, by what is heard there."""
    end = len(samples) / rate
    bounds = [0.0, *(time for span in speech for time in (span.start, span.end)), end]
    gaps = [
        Span(start, after)
        for start, after in zip(bounds[::2], bounds[1::2], strict=True)
        if after - start >= LEAST
    ]
    return [stretch for gap in gaps for stretch in _parts(samples, rate, gap)]


def still(samples: Samples, rate: int, least: Seconds = STILL) -> list[Span]:
    """Where a channel does not change at all, as where a recorder was paused or a line was muted."""
    same = np.abs(np.diff(samples)) < STEP
    edges = np.flatnonzero(np.diff(same, prepend=False, append=False))
    return [
        Span(float(first / rate), float((after + 1) / rate))
        for first, after in zip(edges[::2], edges[1::2], strict=True)
        if after + 1 - first >= least * rate
    ]


def pauses(sound: Sound, least: Seconds = STILL) -> list[Span]:
    """Where no channel changes at all: a pause of the recorder, and not of a speaker."""
    found = still(sound.channel(0), sound.rate, least)
    for number in range(1, sound.channels):
        found = list(_in_both(found, still(sound.channel(number), sound.rate, least), least))
    return found


def clipped(samples: Samples) -> float:
    """Share of the samples that are cut off at the top: several in a row at the loudest value there is."""
    if not len(samples) or (top := float(np.abs(samples).max())) < 0.5:
        return 0.0
    count = 0
    for side in (samples, -samples):
        at_top = np.flatnonzero(np.diff(side >= top - STEP, prepend=False, append=False))
        lengths = at_top[1::2] - at_top[::2]
        count += int(lengths[lengths >= FLAT].sum())
    return count / len(samples)


def silent(samples: Samples, rate: int) -> bool:
    """Nobody is heard in this channel at any time: not a tenth of a second is louder than a quiet line."""
    return not len(samples) or float(_levels(samples, max(1, rate // 10)).max()) < FAINT


def alike(one: Samples, other: Samples) -> bool:
    """Two channels that hold the same, be it louder in one of them: a mono recording in a stereo file."""
    if not len(one) or np.array_equal(one, other):
        return True
    first, second = one - one.mean(), other - other.mean()
    power = float(first @ first) * float(second @ second)
    return power > 0 and float(first @ second) ** 2 > ALIKE * power


def _in_both(ones: list[Span], others: list[Span], least: Seconds) -> Iterator[Span]:
    one = other = 0
    while one < len(ones) and other < len(others):
        start = max(ones[one].start, others[other].start)
        end = min(ones[one].end, others[other].end)
        if end - start >= least:
            yield Span(start, end)
        if ones[one].end <= others[other].end:
            one += 1
        else:
            other += 1


def _parts(samples: Samples, rate: int, gap: Span) -> Iterator[Stretch]:
    size = int(FRAME * rate)
    begins = round(gap.start * rate)
    loud = _levels(samples[begins : round(gap.end * rate)], size) > LOUD
    _steady(loud, int(BRIEF / FRAME))
    edges = [0, *(np.flatnonzero(np.diff(loud)) + 1).tolist(), len(loud)]
    for first, after in pairwise(edges):
        start = gap.start + first * size / rate
        stop = gap.end if after == len(loud) else gap.start + after * size / rate
        if stop - start >= LEAST:
            yield Stretch("music or tone" if loud[first] else "silence", Span(start, stop))


def _steady(loud: NDArray[np.bool_], brief: int) -> None:
    """Runs that last no longer than `brief` frames become what is around them."""
    edges = [0, *(np.flatnonzero(np.diff(loud)) + 1).tolist(), len(loud)]
    for first, after in pairwise(edges):
        if first > 0 and after < len(loud) and after - first <= brief:
            loud[first:after] = loud[first - 1]


def _levels(samples: Samples, size: int) -> NDArray[np.float32]:
    """Root mean square, frame by frame; what is left over at the end belongs to the last frame."""
    starts = np.arange(0, max(1, len(samples) - len(samples) % size), size)
    counts = np.diff(starts, append=len(samples))
    sums = np.add.reduceat(np.square(samples, dtype=np.float64), starts)
    levels: NDArray[np.float32] = np.sqrt(sums / counts).astype(np.float32)
    return levels
