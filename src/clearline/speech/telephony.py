"""Samples as telephony sends them: G.711, or plain numbers of 16 bits."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

MULAW: Final = "mulaw"
ALAW: Final = "alaw"
LINEAR: Final = "s16le"


def samples_of(encoding: str, payload: bytes) -> NDArray[np.int16]:
    """The samples of a piece of sound; half a sample at its end is left out."""
    return _READ[encoding](payload)


def _mulaw() -> NDArray[np.int16]:
    """The samples of all bytes in mu-law."""
    told = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((told & 0x0F) << 3) + 0x84) << ((told & 0x70) >> 4)
    return np.where(told & 0x80, 0x84 - size, size - 0x84).astype("<i2")


def _alaw() -> NDArray[np.int16]:
    """The samples of all bytes in A-law."""
    told = np.arange(256, dtype=np.int32) ^ 0x55
    size, segment = (told & 0x0F) << 4, (told & 0x70) >> 4
    size = np.where(segment == 0, size + 8, (size + 0x108) << np.maximum(segment - 1, 0))
    return np.where(told & 0x80, size, -size).astype("<i2")


def _by(table: NDArray[np.int16]) -> Callable[[bytes], NDArray[np.int16]]:
    return lambda payload: table[np.frombuffer(payload, np.uint8)]


_READ: Final[Mapping[str, Callable[[bytes], NDArray[np.int16]]]] = {
    MULAW: _by(_mulaw()),
    ALAW: _by(_alaw()),
    LINEAR: lambda payload: np.frombuffer(payload[: len(payload) // 2 * 2], "<i2"),
}
