"""Packets of a recording to samples, each at its place in time."""

from collections.abc import Iterator
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from clearline.speech.errors import BadTracks
from clearline.speech.probing import FRAME, JITTER, About, Line
from clearline.speech.sound import Seconds

PIECE: Final = 10.0  # seconds of silence that are handed on at once
COUNTED: Final = {"mp3", "aac", "amr"}  # kinds without time stamps: what the library gives is a count
_SCALES: Final = {"u": (128.0, 1 / 128), "i2": (0.0, 1 / 32_768), "i4": (0.0, 1 / 2_147_483_648)}


class Decoder:
    """Decodes one track of sound from its beginning, and keeps account of what was not there."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.line = Line()
        self.lost = 0  # packets that could not be decoded
        self.no_numbers = 0  # samples that were infinite, or not a number
        self.heard = False
        self._damaged = False
        self._bytes = 0  # of what was decoded
        self._owed: Seconds = 0.0  # how long the damaged bytes would have lasted

    def pieces(self, packet: "Packet[AudioStream]") -> Iterator[NDArray[np.float32]]:
        """Samples of the packet, after silence for what is missing before it."""
        try:
            frames = packet.decode()
        except av.FFmpegError:
            self.lost += 1
            self._damaged = True
            self._owed += packet.size * self.line.at / self._bytes if self._bytes else 0.0
            return
        self._bytes += packet.size
        for frame in frames:
            samples = self._samples(frame)
            missing = self._missing(frame)
            yield from self._silence(missing)
            self.line.add(samples.shape[1] / self.about.rate)
            self.heard = self.heard or samples.size > 0
            yield samples

    def notes(self) -> list[str]:
        """What was met on the way."""
        short = self.about.seconds - self.line.at
        told = (
            (self.lost, f"{self.lost:,} damaged pieces could not be decoded"),
            (self.line.gaps > 0, f"{self.line.gaps:,.2f} s are not there, and are silence here"),
            (self.line.jumps, f"its clock is set back {self.line.jumps:,} times"),
            (self.no_numbers, f"{self.no_numbers:,} samples are no numbers, and are silence here"),
            (short > FRAME, f"the last {short:,.2f} s could not be decoded"),
        )
        return [text for so, text in told if so]

    def _missing(self, frame: AudioFrame) -> Seconds:
        """Seconds that are missing before the frame: by its time stamp, or where its kind has none, by bytes."""
        damaged, owed = self._damaged, self._owed
        self._damaged, self._owed = False, 0.0
        if self.about.container in COUNTED:
            self.line.gaps += owed
            return owed
        if frame.pts is None or frame.time_base is None:
            return 0.0
        return self.line.gap(float(frame.pts * frame.time_base), 0.0 if damaged else JITTER)

    def _silence(self, seconds: Seconds) -> Iterator[NDArray[np.float32]]:
        left = round(seconds * self.about.rate)
        while left > 0:
            count = min(left, int(PIECE * self.about.rate))
            self.line.add(count / self.about.rate)
            left -= count
            yield np.zeros((self.about.channels, count), np.float32)

    def _samples(self, frame: AudioFrame) -> NDArray[np.float32]:
        channels = frame.layout.nb_channels
        if (frame.sample_rate, channels) != (self.about.rate, self.about.channels):
            raise BadTracks(
                f"it changes to {channels} channels at {frame.sample_rate:,} Hz",
                f"after {self.line.at:,.1f} s",
                "Two recordings were put one after the other; give each as a file.",
            )
        array = frame.to_ndarray()
        if not frame.format.is_planar:
            array = array.reshape(-1, channels).T
        kind = array.dtype.kind if array.dtype.kind == "u" else array.dtype.str[1:]
        if kind in _SCALES:
            middle, scale = _SCALES[kind]
            scaled: NDArray[np.float32] = (array.astype(np.float32) - np.float32(middle)) * np.float32(scale)
            return scaled
        samples = array.astype(np.float32)
        if bad := int(samples.size - np.isfinite(samples).sum()):
            self.no_numbers += bad
            samples = np.where(np.isfinite(samples), samples, np.float32(0))
        return np.clip(samples, -1, 1)
