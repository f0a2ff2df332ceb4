"""Recordings made for the tests, beside those of bench/sounds.py."""

import io
import struct
from collections.abc import Sequence

import av
import numpy as np
from bench.sounds import LAYOUTS, Array, encode, tone


def clicks(at: Sequence[float], seconds: float, rate: int) -> Array:
    """Short tones at these seconds in silence: where they come out is where they were."""
    samples = np.zeros(round(seconds * rate), np.float32)
    click = tone(1000, 0.05, rate) * np.hanning(round(0.05 * rate)).astype(np.float32)
    for second in at:
        samples[round(second * rate) :][: len(click)] = click
    return samples


def video(samples: Array | None, rate: int = 16_000) -> bytes:
    """A film of grey pictures, with sound where samples are given."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        pictures = file.add_stream("mpeg4", rate=5)
        pictures.width = pictures.height = 32
        sound = None
        if samples is not None:
            sound = file.add_stream("aac", rate=rate)
            sound.layout = LAYOUTS[len(samples)]
        for _ in range(10):
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 128, np.uint8), format="rgb24")
            file.mux(pictures.encode(picture))
        file.mux(pictures.encode(None))
        if sound is not None and samples is not None:
            encode(file, sound, samples, rate)
    return out.getvalue()


def gsm(seconds: float) -> bytes:
    """GSM 6.10 in WAV, as old recorders write it. Nothing here writes it, so the frames hold noise."""
    frames = np.random.default_rng(1).integers(0, 256, (round(seconds * 25), 65), np.uint8).tobytes()
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 1_625, 65, 0, 2, 320)
    fact = struct.pack("<I", round(seconds * 8_000))
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body
        for name, body in ((b"fmt ", form), (b"fact", fact), (b"data", frames))
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks
