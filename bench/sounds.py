"""Sound to measure and to test with: recordings of every format that can be written here, keys, and the voices of the shared data."""

import io
import lzma
import os
import tarfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clearline.speech.decoding import opened
from clearline.speech.rates import resampled
from clearline.speech.sound import Samples, Span
from clearline.speech.tones import COLUMNS, KEYS, ROWS

VOICES = Path(os.environ.get("CLEARLINE_DATA", Path(__file__).parents[2] / "shared/data")) / "audio"
FORMATS = {
    "WAV": ("wav", "pcm_s16le", 8_000),
    "WAV of floats": ("wav", "pcm_f32le", 16_000),
    "WAV of 24 bits": ("wav", "pcm_s24le", 48_000),
    "WAV of 8 bits": ("wav", "pcm_u8", 8_000),
    "G.711 mu-law": ("wav", "pcm_mulaw", 8_000),
    "G.711 A-law": ("wav", "pcm_alaw", 8_000),
    "AIFF": ("aiff", "pcm_s16be", 8_000),
    "AU": ("au", "pcm_mulaw", 8_000),
    "FLAC": ("flac", "flac", 16_000),
    "MP3": ("mp3", "libmp3lame", 8_000),
    "MP3 at 44.1 kHz": ("mp3", "libmp3lame", 44_100),
    "Ogg/Opus": ("ogg", "libopus", 48_000),
    "WebM": ("webm", "libopus", 48_000),
    "M4A": ("ipod", "aac", 16_000),
    "AAC": ("adts", "aac", 16_000),
    "AMR": ("amr", "libopencore_amrnb", 8_000),
}
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 8: "7.1"}
Array = NDArray[np.float32]


def tone(hertz: float, seconds: float, rate: int, level: float = 0.3) -> Array:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def written(
    samples: Array, rate: int, container: str = "wav", codec: str = "pcm_s16le", **tags: str
) -> bytes:
    """A file of this format with these channels in it."""
    samples = np.atleast_2d(samples)
    layout = LAYOUTS[len(samples)]
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        file.metadata.update(tags)
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        encode(file, stream, samples, rate)
    return out.getvalue()


def encode(file: av.container.OutputContainer, stream: av.AudioStream, samples: Array, rate: int) -> None:
    layout = LAYOUTS[len(samples)]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    context = stream.codec_context
    fitting = av.AudioResampler(context.format.name, layout, rate, frame_size=context.frame_size or 1024)
    for one in [*fitting.resample(frame), *fitting.resample(None)]:
        file.mux(stream.encode(one))
    file.mux(stream.encode(None))


def dialled(
    pressed: str,
    *,
    held: float = 0.07,
    gap: float = 0.07,
    twist: float = 0.0,
    off: tuple[float, float] = (0.0, 0.0),
    noise: float = 40.0,
    level: float = 0.2,
    before: float = 0.1,
    rate: int = 8_000,
    seed: int = 0,
) -> tuple[Samples, list[Span]]:
    """The sound of the keys and where each is. `twist` and `noise` (below the tones) in decibel, `off` as shares."""
    random = np.random.default_rng(seed)
    length, pause, begins = round(held * rate), round(gap * rate), round(before * rate)
    samples = np.zeros(begins + len(pressed) * (length + pause) + rate // 10)
    levels = level * 10 ** (twist / 40), level * 10 ** (-twist / 40)
    spans = []
    for number, key in enumerate(pressed):
        at = KEYS.index(key)
        start = begins + number * (length + pause)
        for hertz, one, share in zip((ROWS[at // 4], COLUMNS[at % 4]), levels, off, strict=True):
            turns = 2 * np.pi * hertz * (1 + share) * np.arange(length) / rate
            samples[start : start + length] += one * np.sin(turns + random.uniform(0, 2 * np.pi))
        spans.append(Span(start / rate, (start + length) / rate))
    power = (levels[0] ** 2 + levels[1] ** 2) / 2
    samples += random.normal(0, np.sqrt(power / 10 ** (noise / 10)), len(samples))
    return samples.astype(np.float32), spans


def voices(folder: Path = VOICES, rate: int = 8_000) -> Iterator[Samples]:
    """The channels of real calls, and spoken digits after each other; nothing where the shared data are not there."""
    for path in sorted(folder.glob("*.wav*")):
        sound = opened(lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path).whole()
        for number in range(sound.channels):
            yield resampled(sound.channel(number), sound.rate, rate)
    for path in folder.glob("fsdd_spoken_digits.tar.xz"):
        with tarfile.open(path) as archive:
            files = [archive.extractfile(one) for one in archive if one.name.endswith(".wav")]
            digits = [opened(file.read()).whole() for file in files if file]
            yield resampled(np.concatenate([one.channel(0) for one in digits]), digits[0].rate, rate)
