"""Recordings made for the tests: small, of any format that can be written here."""

import io
import struct
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

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


def clicks(at: Sequence[float], seconds: float, rate: int) -> Array:
    """Short tones at these seconds in silence: where they come out is where they were."""
    samples = np.zeros(round(seconds * rate), np.float32)
    click = tone(1000, 0.05, rate) * np.hanning(round(0.05 * rate)).astype(np.float32)
    for second in at:
        samples[round(second * rate) :][: len(click)] = click
    return samples


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
        _encode(file, stream, samples, rate)
    return out.getvalue()


def _encode(file: av.container.OutputContainer, stream: av.AudioStream, samples: Array, rate: int) -> None:
    layout = LAYOUTS[len(samples)]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    context = stream.codec_context
    fitting = av.AudioResampler(context.format.name, layout, rate, frame_size=context.frame_size or 1024)
    for one in [*fitting.resample(frame), *fitting.resample(None)]:
        file.mux(stream.encode(one))
    file.mux(stream.encode(None))


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
            _encode(file, sound, samples, rate)
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
