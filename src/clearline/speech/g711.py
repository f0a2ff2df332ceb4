"""The samples that G.711's bytes stand for."""

from typing import Final

import numpy as np
from numpy.typing import NDArray


def _mulaw() -> NDArray[np.int16]:
    told = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((told & 0x0F) << 3) + 0x84) << ((told & 0x70) >> 4)
    return np.where(told & 0x80, 0x84 - size, size - 0x84).astype("<i2")


def _alaw() -> NDArray[np.int16]:
    told = np.arange(256, dtype=np.int32) ^ 0x55
    size, segment = (told & 0x0F) << 4, (told & 0x70) >> 4
    size = np.where(segment == 0, size + 8, (size + 0x108) << np.maximum(segment - 1, 0))
    return np.where(told & 0x80, size, -size).astype("<i2")


MULAW: Final = _mulaw()
ALAW: Final = _alaw()
