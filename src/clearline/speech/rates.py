"""From one rate to another."""

from typing import Final

import numpy as np

from clearline.speech.sound import Samples

NARROW: Final = 8_000
WIDE: Final = 16_000


def resampled(samples: Samples, rate: int, to: int = WIDE) -> Samples:
    """The same sound at another rate, in its place; done by libswresample."""
    if rate == to or not len(samples):
        return samples
    from av import AudioFrame, AudioResampler  # noqa: PLC0415 - an extra

    frame = AudioFrame.from_ndarray(
        np.ascontiguousarray(samples[np.newaxis], dtype=np.float32), format="flt", layout="mono"
    )
    frame.sample_rate = rate
    resampler = AudioResampler(format="flt", layout="mono", rate=to)
    pieces = [piece.to_ndarray()[0] for one in (frame, None) for piece in resampler.resample(one)]
    nothing = np.zeros(0, np.float32)  # where there are fewer samples than the filter takes
    found: Samples = np.concatenate([nothing, *pieces]).astype(np.float32, copy=False)
    return found
