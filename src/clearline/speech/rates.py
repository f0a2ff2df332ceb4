"""From one rate to another."""

from fractions import Fraction
from typing import Any, Final

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from clearline.speech.sound import Samples

NARROW: Final = 8_000
WIDE: Final = 16_000


def resampled(samples: Samples, rate: int, to: int = WIDE) -> Samples:
    """One channel at another rate, in step with the one it comes from."""
    if rate == to:
        return samples
    resampler = AudioResampler(format="fltp", layout="mono", rate=to)
    pieces: list[NDArray[Any]] = []
    for start in range(0, len(samples), step := 10 * rate):
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None, start : start + step], np.float32),
            format="fltp",
            layout="mono",
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    joined = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    length = round(len(samples) * to / rate)
    return np.pad(joined[:length], (0, max(0, length - len(joined))))
