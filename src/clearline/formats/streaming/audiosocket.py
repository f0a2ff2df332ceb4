"""Asterisk's AudioSocket: packets in a stream of bytes, one speaker a connection."""

from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

from clearline.engine.events import SECOND, Event, Instant
from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.streaming.frames import LARGEST_BINARY, later
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Audio, Frame, Told

_HANGUP, _UUID, _DTMF, _ERROR = 0x00, 0x01, 0x03, 0xFF
RATES: Final = {
    0x10: 8_000,
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
    0x17: 96_000,
    0x18: 192_000,
}
_LAG: Instant = 2 * SECOND  # how far sound may fall behind the clock before there was a gap


class Leg(NamedTuple):
    """What was announced of a connection before it came."""

    call: str
    by: str = "unknown"


class AudioSocket:
    """One connection. Nothing in it proves who speaks, so its first packet must name what was announced."""

    def __init__(self, announced: Callable[[UUID], Leg | None]) -> None:
        self._announced = announced
        self.talk: Talk | None = None
        self.leg = Leg("")
        self._buffer = bytearray()
        self._origin, self._position = 0, 0.0

    @property
    def call(self) -> str:
        return self.talk.call if self.talk else ""

    def hear(self, frame: Frame, at: Instant) -> Told:
        """Any piece of the stream of bytes: half a packet, or several."""
        if not isinstance(frame, bytes):
            raise UnsupportedError("text, where bytes are spoken", "whole frame", "Speak AudioSocket.")
        self._buffer += frame
        events, audio = list[Event](), list[Audio]()
        while (packet := self._packet()) is not None:
            told = self._heard(*packet, at)
            events += told.events
            audio += told.audio
            if told.closes:
                return Told(events, audio=audio, closes=True)
        return Told(events, audio=audio)

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the call may go on
        return Told()

    def _packet(self) -> tuple[int, bytes] | None:
        if len(self._buffer) < 3:
            return None
        kind, length = self._buffer[0], int.from_bytes(self._buffer[1:3], "big")
        if self.talk is None and (kind, length) != (_UUID, 16):
            raise StreamError("no AudioSocket begins so", "first packet", "Send the UUID of the call first.")
        if len(self._buffer) < 3 + length:
            assert length <= LARGEST_BINARY
            return None
        payload = bytes(self._buffer[3 : 3 + length])
        del self._buffer[: 3 + length]
        return kind, payload

    def _heard(self, kind: int, payload: bytes, at: Instant) -> Told:
        if kind == _UUID:
            return self._begun(payload, at)
        if kind in RATES:
            return Told(audio=[self._sound(RATES[kind], payload, at)] if payload else [])
        if kind == _HANGUP:
            assert self.talk is not None
            return Told([self.talk.ended(max(at, later(self._origin, self._position)))], closes=True)
        if kind == _ERROR:
            return Told(closes=True)
        if kind == _DTMF:  # which keys were pressed may be a card
            return Told()
        raise UnsupportedError(f"a packet of kind 0x{kind:02x}", "first byte", "Send slin, DTMF or hangup.")

    def _begun(self, payload: bytes, at: Instant) -> Told:
        if self.talk is not None:
            raise StreamError("the UUID comes twice", "packet", "Send it once.")
        leg = self._announced(UUID(bytes=payload))
        if leg is None:
            raise StreamError(
                "a call that nobody announced", "UUID", "Announce it first, at /live/in/audiosocket."
            )
        self.leg, self.talk, self._origin = leg, Talk(leg.call), at
        return Told([self.talk.started(at)])

    def _sound(self, rate: int, payload: bytes, at: Instant) -> Audio:
        if len(payload) % 2:
            raise StreamError("a piece of sound that is cut off", "packet", "Send whole samples.")
        seconds = len(payload) / 2 / rate
        if at - self._origin - round((self._position + seconds) * SECOND) > _LAG:  # nothing came for a while
            self._position = (at - self._origin) / SECOND - seconds
        begins = later(self._origin, self._position)
        self._position += seconds
        return Audio(self.call, self.leg.by, begins, "s16le", rate, payload)
