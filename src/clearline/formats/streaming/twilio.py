"""Media streams as Twilio speaks them, and in the dialects of those that took them over: a call's sound, track by track."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from clearline.engine.events import Instant
from clearline.formats.errors import StreamError, UnsupportedError, masked
from clearline.formats.streaming.frames import json_of, later, payload_of
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Audio, Frame, Told

_EARLY = 100  # pieces of sound that may come before the frame that says of which call
_OTHER = {"customer": "agent", "agent": "customer"}
_MULAW = {"audio/x-mulaw": "mulaw", "PCMU": "mulaw", "mulaw": "mulaw"}
_LINEAR = {"L16": "s16le", "audio/x-l16": "s16le", "raw/slin": "s16le", "base64": "s16le"}


class Dialect(NamedTuple):
    """How one of them differs."""

    call: tuple[str, ...] = ("callSid",)  # the members of `start` that may name the call
    ordered: bool = True  # whether frames come in the order of their numbers
    encodings: Mapping[str, str] = _MULAW


DIALECTS: Final[Mapping[str, Dialect]] = {
    "twilio": Dialect(),
    "signalwire": Dialect(encodings={**_MULAW, **_LINEAR}),
    "telnyx": Dialect(("callControlId", "callSessionId"), ordered=False, encodings={**_MULAW, **_LINEAR}),
    "exotel": Dialect(ordered=False, encodings={**_MULAW, **_LINEAR}),
}


class _Format(msgspec.Struct, rename="camel"):
    encoding: str = "audio/x-mulaw"
    sample_rate: int = 8000
    channels: int = 1


class _Media(msgspec.Struct):
    payload: str
    timestamp: float  # milliseconds on the stream's clock
    track: str = "inbound"


class _Message(msgspec.Struct, rename="camel"):
    event: str
    sequence_number: int | None = None
    stream_sid: str = ""
    stream_id: str = ""
    start: dict[str, Any] | None = None
    media: _Media | None = None

    @property
    def stream(self) -> str:
        return self.stream_sid or self.stream_id


class MediaStream:
    """The sound of one call; a gap in the stream's clock is sound that was lost, so each piece is placed by it."""

    def __init__(self, about: Introduction, dialect: Dialect = DIALECTS["twilio"]) -> None:
        self.about, self.dialect = about, dialect
        self.talk: Talk | None = None
        self._stream, self._number = "", -1
        self._origin, self._until = 0, 0.0
        self._format, self._inbound = _Format(), "customer"
        self._early: list[_Media] = []

    @property
    def call(self) -> str:
        return self.talk.call if self.talk else ""

    def hear(self, frame: Frame, at: Instant) -> Told:
        message = _message(frame)
        self._count(message)
        if message.event == "start":
            return self._start(message, at)
        if message.event == "media":
            return self._sound(message)
        if message.event == "stop" and self.talk is not None:
            return Told([self.talk.ended(max(at, later(self._origin, self._until)))], closes=True)
        if message.event in {"stop", "error"}:
            return Told(closes=True)
        return Told()  # connected, mark, dtmf (which keys were pressed may be a card), and what is new

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the call may go on
        return Told()

    def _count(self, message: _Message) -> None:
        number = message.sequence_number
        if number is None:
            return
        if self.dialect.ordered and number <= self._number:
            raise StreamError(
                f"frame {number:,} came after frame {self._number:,}",
                "sequenceNumber",
                "Send frames once, in order.",
            )
        self._number = max(self._number, number)

    def _start(self, message: _Message, at: Instant) -> Told:
        if self.talk is not None:
            raise StreamError("the stream starts twice", "start", "Open a connection for each stream.")
        start = message.start or {}
        own = start.get("customParameters")
        parameters = own if isinstance(own, dict) else {}
        told = [self.about.call, parameters.get("call"), *map(start.get, self.dialect.call)]
        call = next((one for one in told if isinstance(one, str) and one), "")
        self._format = self._checked(start.get("mediaFormat", {}))
        role = parameters.get("inbound", self.about.role("inbound"))
        self._inbound = role if role in _OTHER else "customer"  # Twilio's own leg is the customer's
        self.talk = Talk(call)
        self._stream = message.stream
        self._origin = at if self.about.began is None else self.about.began
        early, self._early = self._early, []
        sound = [self._placed(media) for media in early]
        return Told([self.talk.started(self._origin)], audio=sound)

    def _checked(self, told: Any) -> _Format:
        try:
            found = msgspec.convert(told, _Format, strict=False)
        except msgspec.ValidationError as fault:
            raise StreamError(
                f"no format of sound: {fault}", "mediaFormat", "Send it as documented."
            ) from fault
        if found.encoding not in self.dialect.encodings or found.channels != 1:
            raise UnsupportedError(
                f"sound as {masked(found.encoding, 30)} on {found.channels} channels",
                "mediaFormat",
                f"Send one of {', '.join(self.dialect.encodings)}, one channel a track.",
            )
        if not 8_000 <= found.sample_rate <= 48_000:
            raise UnsupportedError(
                f"{found.sample_rate:,} samples a second", "mediaFormat", "Send 8,000 to 48,000 a second."
            )
        return found

    def _sound(self, message: _Message) -> Told:
        media = message.media
        if media is None:
            raise StreamError("a media frame without media", "media", "Send frames as documented.")
        if self.talk is None:
            if self.dialect.ordered or len(self._early) >= _EARLY:
                raise StreamError("sound before the start of its stream", "event", "Send start first.")
            self._early.append(media)
            return Told()
        if message.stream != self._stream:
            raise StreamError("sound of another stream", "streamSid", "Open a connection for each stream.")
        return Told(audio=[self._placed(media)])

    def _placed(self, media: _Media) -> Audio:
        payload = payload_of(media.payload)
        encoding = self.dialect.encodings[self._format.encoding]
        if not payload or (encoding == "s16le" and len(payload) % 2):
            raise StreamError("a piece of sound that is cut off", "payload", "Send whole samples.")
        begins = media.timestamp / 1000
        samples = len(payload) // (2 if encoding == "s16le" else 1)
        at = later(self._origin, begins)
        self._until = max(self._until, begins + samples / self._format.sample_rate)
        outbound = media.track.startswith("outbound")
        by = _OTHER[self._inbound] if outbound else self._inbound
        return Audio(self.call, by, at, encoding, self._format.sample_rate, payload)


def _message(frame: Frame) -> _Message:
    told = json_of(frame, dict[str, Any])
    try:
        return msgspec.convert(_camel(told), _Message, strict=False)  # numbers come as text
    except msgspec.ValidationError as fault:
        raise StreamError(
            f"no frame of a media stream: {fault}", "whole frame", "Send it as documented."
        ) from fault


def _camel(told: dict[str, Any]) -> dict[str, Any]:
    """Names as Twilio writes them; what the shop itself named stays."""
    renamed = {re.sub(r"_([a-z])", lambda one: one[1].upper(), name): value for name, value in told.items()}
    return {
        name: _camel(value) if isinstance(value, dict) and name != "customParameters" else value
        for name, value in renamed.items()
    }
