"""Sound without what was said in some spans: its samples are overwritten, never mixed with, and it is written anew.

Nothing of the original file but its samples goes into the new one: no tags, no pictures, no chunks of a recorder. What was
compressed with loss is written without loss, since encoding it again would change all that was to stay as it is, and an
encoder spreads what it hears over its neighbourhood.
"""

import wave
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clearline.speech.sound import Samples, Seconds, Sound, Span

HERTZ, LOUD = 1000.0, 0.05  # the tone: heard, and no key of a telephone
FADE: Seconds = 0.004  # of the tone, within the span, so that it doesn't click
FULL = 32768  # of a sample of 16 bits
LAG: Seconds = 0.5  # by which the other channel may carry a copy later or earlier
_COPY = 8.0  # times the usual, above which a peak of the correlation is a copy


class Filling(StrEnum):
    """What stands where something was muted."""

    TONE = "tone"
    SILENCE = "silence"


def muted(sound: Sound, spans: Sequence[Sequence[Span]], filling: Filling = Filling.TONE) -> Sound:
    """The sound with the spans of each channel overwritten; all other samples are those of the original, bit for bit."""
    samples = sound.samples.copy()
    for channel, some in zip(samples, spans, strict=True):
        for span in some:
            first, last = bounds(span, sound)
            channel[first:last] = _filled(last - first, sound.rate, filling)
    return Sound(samples, sound.rate)


def bounds(span: Span, sound: Sound) -> tuple[int, int]:
    """The samples first..last (exclusive) that a span touches."""
    length = sound.samples.shape[1]
    first = int(np.floor(span.start * sound.rate))
    return max(0, min(first, length)), max(0, min(int(np.ceil(span.end * sound.rate)), length))


def copied(sound: Sound, spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """The spans of each channel, with those of other channels of which it carries a copy: an echo, a bleeding line.

    A faint copy can be made louder, so where there may be one both are muted; that costs the few words which were said
    meanwhile, and a missed one would cost the secret.
    """
    return [
        sorted({*spans[here], *(span for span in _others(spans, here) if _carries(sound, here, spans, span))})
        for here in range(sound.channels)
    ]


def write(sound: Sound, path: Path) -> None:
    """The sound as a new file of 16 bits, FLAC or WAV by its name; FileExistsError where there is one."""
    with path.open("xb") as file:
        samples = pcm16(sound)
        if path.suffix.lower() == ".flac":
            with av.open(file, "w", format="flac") as container:
                stream = container.add_stream(
                    "flac", rate=sound.rate, layout=_layout(sound.channels), format="s16"
                )
                stream.codec_context.options = {}
                frame = av.AudioFrame.from_ndarray(
                    samples.reshape(1, -1), format="s16", layout=_layout(sound.channels)
                )
                frame.sample_rate = sound.rate
                container.mux(stream.encode(frame))
                container.mux(stream.encode(None))
            return
        with wave.open(file, "wb") as plain:
            plain.setnchannels(sound.channels)
            plain.setsampwidth(2)
            plain.setframerate(sound.rate)
            plain.writeframes(samples.tobytes())


def pcm16(sound: Sound) -> NDArray[np.int16]:
    """Samples of 16 bits, the channels in turns; what was read from 16 bits comes out as it was."""
    whole = np.clip(np.rint(sound.samples.astype(np.float64) * FULL), -FULL, FULL - 1)
    return np.ascontiguousarray(whole.astype("<i2").T)


def _filled(length: int, rate: int, filling: Filling) -> Samples:
    if filling is Filling.SILENCE:
        return np.zeros(length, np.float32)
    at = np.arange(length)
    edge = np.minimum(at, length - 1 - at) / max(1.0, FADE * rate)
    tone = LOUD * np.sin(2 * np.pi * HERTZ * at / rate) * np.minimum(1.0, edge)
    return tone.astype(np.float32)


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")


def _others(spans: Sequence[Sequence[Span]], here: int) -> Iterable[Span]:
    return (span for there, some in enumerate(spans) if there != here for span in some)


def _carries(sound: Sound, here: int, spans: Sequence[Sequence[Span]], span: Span) -> bool:
    first, last = bounds(span, sound)
    return any(
        is_copy(sound.channel(there)[first:last], sound.channel(here)[first:last], sound.rate)
        for there, some in enumerate(spans)
        if there != here and span in some
    )


def is_copy(samples: Samples, other: Samples, rate: int) -> bool:
    """Whether the other channel carries what is in the first, fainter, later or earlier.

    Phases alone are correlated: a copy makes one sharp peak however faint it is, and two voices at once make none.
    """
    if not samples.size or not other.any() or not samples.any():
        return False
    size = 2 * samples.size
    cross = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(other, size))
    found = np.abs(np.fft.irfft(cross / np.maximum(np.abs(cross), 1e-12), size))
    lag = min(int(LAG * rate), samples.size - 1)
    near = np.concatenate([found[: lag + 1], found[size - lag :]])
    return bool(near.max() > _COPY * np.median(near) / 0.6745)
