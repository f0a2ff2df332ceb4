"""Recordings to sound, at the rate that they have.

    recording = opened(path_or_bytes)
    recording.about       # container, codec, rate, channels, seconds, notes
    recording.blocks()    # every sample once, in order, cut where it is quiet; memory holds one block
    recording.whole()     # all at once, where that is little enough
    recording.notes       # what somebody has to know, complete when the last block was given

Times are those of the file: what cannot be decoded, or is not there, is filled with silence and noted.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from clearline.speech import probing
from clearline.speech.errors import Broken, TooLong
from clearline.speech.frames import Decoder
from clearline.speech.probing import About, Source
from clearline.speech.sound import Seconds, Sound

MOST: Final = (
    2**28
)  # samples of all channels that are held at once, 1 GiB: 4.6 hours of two channels at 8 kHz
BLOCK: Final = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a recording, and where in it it begins."""

    start: Seconds
    sound: Sound


@dataclass(slots=True)
class Recording:
    """A recording that is there to be decoded. `filled` seconds are silence in place of what was not there."""

    source: Source
    about: About
    notes: list[str] = field(default_factory=list)
    filled: Seconds = 0.0

    def blocks(self, seconds: Seconds = BLOCK) -> Iterator[Block]:
        """Every sample once, in order; a block is at most so long, and ends where it is quietest in its last tenth."""
        rate, most = self.about.rate, int(seconds * self.about.rate)
        if most * self.about.channels > MOST:
            raise TooLong(
                f"blocks of {seconds:,.0f} s", "memory", f"At most {MOST:,} samples are held at once."
            )
        held: list[NDArray[np.float32]] = []
        done = count = 0
        for samples in self._pieces():
            held.append(samples)
            count += samples.shape[1]
            while count > most:
                joined = np.concatenate(held, axis=1)
                at = _quietest(joined[:, :most], rate)
                yield Block(done / rate, Sound(joined[:, :at], rate))
                held, done, count = [joined[:, at:]], done + at, count - at
        if count:
            yield Block(done / rate, Sound(np.concatenate(held, axis=1), rate))

    def whole(self) -> Sound:
        """All of it; TooLong where that is more than is held at once."""
        about = self.about
        if (count := int(about.seconds * about.rate) * about.channels) > MOST:
            raise TooLong(
                f"{count:,} samples are too many to hold at once",
                f"{about.seconds / 3600:.1f} h, {about.channels} channels at {about.rate:,} Hz",
                "Take it in blocks.",
            )
        return Sound(np.concatenate(list(self._pieces()), axis=1), about.rate)

    def _pieces(self) -> Iterator[NDArray[np.float32]]:
        self.notes, self.filled = list(self.about.notes), 0.0
        decoder = Decoder(self.about)
        with probing.container(self.source) as (opened, _, _):
            sound = probing.track(opened)
            # Where reading stops early, about() has met the same end, and noted it.
            with suppress(av.FFmpegError):
                for packet in opened.demux(sound):
                    yield from decoder.pieces(packet)
        if not decoder.heard:
            raise Broken("nothing in it can be decoded", self.about.codec, "Export the recording again.")
        self.filled = decoder.line.gaps
        self.notes += decoder.notes()


def opened(source: Source) -> Recording:
    """The recording, looked at and not yet decoded; NotHeard says why there is none."""
    return Recording(source, probing.about(source))


def _quietest(samples: NDArray[np.float32], rate: int) -> int:
    """Where to cut: the middle of the quietest fifth of a second in the last tenth."""
    window = rate // 5
    tail = np.abs(samples[:, -samples.shape[1] // 10 :]).max(axis=0)
    count = len(tail) // window
    if not count:
        return int(samples.shape[1])
    levels = tail[len(tail) - count * window :].reshape(count, window).mean(axis=1)
    return int(samples.shape[1] - (count - np.argmin(levels)) * window + window // 2)
