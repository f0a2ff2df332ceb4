"""Where in a channel somebody speaks, window by window, so that hours of it need no more memory than minutes."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from clearline.speech.rates import WIDE, resampled
from clearline.speech.sound import Samples, Seconds, Span
from clearline.speech.voice import Cut, spoken

WINDOW: Final[Seconds] = 300.0
PAUSE: Final[Seconds] = 0.7  # within what somebody says
AROUND: Final[Seconds] = 0.3  # what is heard before and after it
MOST: Final[Seconds] = 28.0  # on end; then it is cut where a voice is least likely
# Lower than usual: a word too many is heard and doubted, a word too few is never heard.
HEARD: Final = Cut(begins=0.4, ends=0.25, pause=PAUSE, shortest=0.0, margin=AROUND, longest=MOST)


class Window(NamedTuple):
    """A part of a channel at 16 kHz, and where in it somebody speaks."""

    start: Seconds  # of the channel
    samples: Samples
    spans: tuple[Span, ...]  # from the beginning of the window
    end: Seconds


def windows(samples: Samples, rate: int, longest: Seconds = WINDOW) -> Iterator[Window]:
    """The whole channel in order, cut where nobody speaks."""
    begins = 0
    while begins < len(samples):
        part = samples[begins : begins + int(longest * rate)]
        sound = resampled(np.clip(np.nan_to_num(part), -1.0, 1.0), rate)
        spans = spoken(sound, WIDE, HEARD)
        ends = begins + len(part)
        if ends < len(samples):
            cut = _between(spans, len(part) / rate)
            ends = begins + max(1, int(cut * rate))
            sound = sound[: int(cut * WIDE)]
            spans = [Span(one.start, min(one.end, cut)) for one in spans if one.start < cut]
        yield Window(begins / rate, sound, tuple(spans), ends / rate)
        begins = ends


def _between(spans: Sequence[Span], seconds: Seconds) -> Seconds:
    """The last pause of the second half; where there is none, the end of all."""
    edges = [Span(0.0, 0.0), *spans]
    starts = [*(one.start for one in spans), seconds]
    pauses = [(one.end + after) / 2 for one, after in zip(edges, starts, strict=True) if after > one.end]
    return max((one for one in pauses if one > seconds / 2), default=seconds)


def quietest(sound: Samples) -> Seconds:
    """Where in the middle half of sound at 16 kHz it is quietest: there a word is least likely cut in two."""
    step, smooth = WIDE // 50, 5
    loud = np.array(
        [float(np.mean(np.square(one))) for one in np.array_split(sound, max(1, len(sound) // step))]
    )
    loud = np.convolve(loud, np.ones(smooth) / smooth, mode="same")
    quarter = len(loud) // 4
    place = quarter + int(np.argmin(loud[quarter : len(loud) - quarter])) if quarter else len(loud) // 2
    return (place + 0.5) * len(sound) / len(loud) / WIDE
