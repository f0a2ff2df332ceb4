"""Sound for the tests of this room: a short call of our own, and spoken digits from the shared data."""

import tarfile
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np

import clearline.cli.shop
from clearline.speech.g711 import MULAW
from clearline.speech.sound import Samples, Sound

HERE = Path(__file__).parent / "material"
CALL = (
    Path(clearline.cli.shop.__file__).parent / "spoken.flac"
)  # the demo's call, of which call.json says all
CARD = "5105105105105100"


def sound(path: Path | str) -> Sound:
    """A file as it is."""
    with av.open(str(path)) as opened:
        stream = opened.streams.audio[0]
        resampler = av.AudioResampler(format="fltp")
        frames = [piece for frame in opened.decode(stream) for piece in resampler.resample(frame)]
        return Sound(np.concatenate([frame.to_ndarray() for frame in frames], axis=1), stream.rate)


@cache
def call() -> Sound:
    return sound(CALL)


@cache
def said() -> list[dict[str, Any]]:
    """What is said in the call: by, text, start, end, and kind where it has to be muted."""
    told: list[dict[str, Any]] = msgspec.json.decode((HERE / "call.json").read_bytes())["said"]
    return told


def telephone(samples: Samples) -> bytes:
    """The same as a telephone sends it: the mu-law byte that is nearest to each sample."""
    codes = np.argsort(MULAW, kind="stable").astype(np.uint8)
    levels = MULAW[codes].astype(np.float32) / 32_768
    places = np.searchsorted((levels[1:] + levels[:-1]) / 2, samples)
    return codes[places].tobytes()


def unpacked(archive: Path, folder: Path) -> Path:
    """The spoken digits of the shared data."""
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder


def digits(folder: Path, number: str, speaker: str, gap: float = 0.12) -> Samples:
    """A number, digit by digit as somebody spoke them, at 8 kHz and by fours."""
    pieces = [np.zeros(4_000, np.float32)]
    for place, (digit, take) in enumerate(zip(number, cycle(range(10)), strict=False), 1):
        spoken = sound(next(folder.rglob(f"{digit}_{speaker}_{take}.wav"))).channel(0)
        pause = gap if place % 4 else 2.5 * gap
        pieces += [spoken / np.abs(spoken).max() / 2, np.zeros(int(8_000 * pause), np.float32)]
    return np.concatenate(pieces)
