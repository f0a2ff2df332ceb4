"""Sound to what a page draws of it, and to a file that every browser plays."""

import wave
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, Final

import numpy as np

from clearline.speech.sound import Sound

PEAKS: Final = 800  # of a channel
_BLOCK: Final = 1 << 20  # samples that are turned into integers at once
_LOUDEST: Final = 32_767


def peaks(sound: Sound) -> bytes:
    """The loudest sample of each of 800 stretches, channel after channel, from 0 to 255."""
    made = np.zeros((sound.channels, PEAKS), np.uint8)
    edges = np.linspace(0, sound.samples.shape[1], PEAKS + 1).astype(np.int64)
    for number in range(sound.channels):
        for place, (start, stop) in enumerate(pairwise(edges)):
            if stop > start:
                loudest = float(np.abs(sound.samples[number, start:stop]).max())
                made[number, place] = min(255, round(255 * loudest))
    return made.tobytes()


def channels(held: bytes) -> Iterator[bytes]:
    """The peaks of each channel."""
    return (held[at : at + PEAKS] for at in range(0, len(held), PEAKS))


def write(sound: Sound, file: IO[bytes]) -> None:
    """WAV with 16 bits, and nothing in it but the samples."""
    with wave.open(file, "wb") as out:
        out.setnchannels(sound.channels)
        out.setsampwidth(2)
        out.setframerate(sound.rate)
        for at in range(0, sound.samples.shape[1], _BLOCK):
            some = np.clip(sound.samples[:, at : at + _BLOCK], -1, 1)
            out.writeframesraw(np.rint(some.T * _LOUDEST).astype("<i2").tobytes())
