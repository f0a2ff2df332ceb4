"""A recording on disk: written as the sound comes, each piece at its place, so that memory stays small and a crash loses nothing."""

import os
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clearline.formats.rtp import RATE
from clearline.formats.sdp import ALAW, MULAW
from clearline.speech import g711

PART: Final = ".part"  # how the file ends while it is written
_HEADER = 44
_WIDTH = 2  # bytes of a sample
_TABLES: Final = {MULAW: g711.MULAW, ALAW: g711.ALAW}


def samples_of(codec: str, payload: bytes) -> NDArray[np.int16]:
    """The samples of a piece of sound."""
    return _TABLES[codec][np.frombuffer(payload, np.uint8)]


class Wav:
    """One file. Where nothing is written, there is silence (and a hole that takes no room on disk)."""

    def __init__(self, path: Path, channels: int) -> None:
        self.path, self.channels = path, channels
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(_part(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.pwrite(self._file, _header(channels, 0), 0)

    def put(self, channel: int, start: int, samples: NDArray[np.int16]) -> None:
        """Adds sound to a channel, from a place on: who speaks over somebody else on it does not silence them."""
        frame = _WIDTH * self.channels
        size, at = len(samples) * frame, _HEADER + start * frame
        held = np.zeros(len(samples) * self.channels, "<i2")
        before = os.pread(self._file, size, at)
        held[: len(before) // _WIDTH] = np.frombuffer(before, "<i2", len(before) // _WIDTH)
        mine = held[channel :: self.channels]
        mine[:] = np.clip(mine.astype(np.int32) + samples, -32768, 32767)
        os.pwrite(self._file, held.tobytes(), at)

    def close(self) -> Path:
        """Ends the file; from then on it is found under its name."""
        try:
            os.pwrite(self._file, _header(self.channels, os.fstat(self._file).st_size - _HEADER), 0)
            os.fsync(self._file)
        finally:
            os.close(self._file)
        _part(self.path).rename(self.path)
        return self.path

    def drop(self) -> None:
        """Takes the file away: nothing was recorded."""
        os.close(self._file)
        _part(self.path).unlink(missing_ok=True)


def mended(part: Path) -> Path:
    """Ends a file whose writer was killed."""
    with part.open("r+b") as file:
        head = file.read(_HEADER)
        channels = int.from_bytes(head[22:24], "little")
        file.seek(0, os.SEEK_END)
        frame = _WIDTH * max(channels, 1)
        size = max(file.tell() - _HEADER, 0) // frame * frame
        file.truncate(_HEADER + size)
        file.seek(0)
        file.write(_header(max(channels, 1), size))
    path = part.with_name(part.name.removesuffix(PART))
    part.rename(path)
    return path


def _part(path: Path) -> Path:
    return path.with_name(path.name + PART)


def _header(channels: int, size: int) -> bytes:
    frame = _WIDTH * channels
    numbers = ((16, 4), (1, 2), (channels, 2), (RATE, 4), (RATE * frame, 4), (frame, 2), (8 * _WIDTH, 2))
    told = b"".join(value.to_bytes(width, "little") for value, width in numbers)
    return b"".join(
        (b"RIFF", (36 + size).to_bytes(4, "little"), b"WAVEfmt ", told, b"data", size.to_bytes(4, "little"))
    )
