"""Keys as telephones send them: pairs of tones, held so long, with twist, off their pitch, in noise."""

import numpy as np

from clearline.speech.sound import Samples, Span
from clearline.speech.tones import COLUMNS, KEYS, ROWS


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
