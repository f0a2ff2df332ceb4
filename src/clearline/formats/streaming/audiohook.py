"""Genesys AudioHook, version 2: a conversation's sound, and the way to have its recording paused."""

import re
from typing import Any, Final

import msgspec

from clearline.engine.events import Event, Instant
from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.streaming.frames import json_of, later, sized
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Audio, Frame, Told

RATE: Final = 8_000
DEEDS: Final = ("pause", "resume")
_NOBODY = "00000000-0000-0000-0000-000000000000"  # the conversation of a connection that only tries us out
_DURATION = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,7}(?:\.\d{1,9})?)S)?")
_SPEAKS = {"external": "customer", "internal": "agent"}


class _Media(msgspec.Struct):
    type: str
    format: str
    channels: list[str]
    rate: int


class _Message(msgspec.Struct):
    version: str
    id: str
    type: str
    seq: int
    serverseq: int = 0
    position: str = "PT0S"
    parameters: dict[str, Any] = {}


class AudioHook:
    """One session: what the client says is answered; what we want of it is asked by `order`."""

    def __init__(self, about: Introduction, session: str = "") -> None:
        self.about = about
        self.talk: Talk | None = None
        self.leg = ""  # the participant: after a transfer a conversation has sessions for both agents
        self._session = session  # as the handshake named it, or the first message
        self._heard, self._said = 0, 0  # the numbers of the last messages
        self._media: _Media | None = None
        self._origin, self._position = 0, 0.0
        self._paused, self._recording, self._over = False, False, False

    @property
    def call(self) -> str:
        return self.talk.call if self.talk else ""

    def hear(self, frame: Frame, at: Instant) -> Told:
        if self._over:
            raise StreamError("a frame after close", "whole frame", "Open a new session.")
        if isinstance(frame, bytes):
            return self._sound(frame)
        message = json_of(frame, _Message)
        self._count(message)
        if self._media is None and message.type != "open":
            raise StreamError(f"{message.type[:30]} before open", "type", "Begin with open.")
        answer = {
            "open": self._open,
            "ping": lambda message, _: Told(replies=[self._message("pong", message=message)]),
            "paused": self._was_paused,
            "resumed": self._was_resumed,
            "discarded": lambda message, _: self._skip(message),
            "close": self._close,
        }.get(message.type)
        return answer(message, at) if answer else Told()  # update, error, dtmf, …: nothing to be done

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the conversation goes on, and the client comes back
        return Told()

    def order(self, deed: str) -> Told:
        """Asks the switch to pause or resume; its answer comes as a frame. ValueError for any other deed."""
        if deed not in DEEDS:
            raise ValueError(f"AudioHook can {' or '.join(DEEDS)}, not {deed!r}")
        if self._media is None or self._over:
            raise StreamError("the session is not open", "session", "Ask while the conversation lasts.")
        return Told(replies=[self._message(deed)])

    def _count(self, message: _Message) -> None:
        self._session = self._session or message.id
        wrong = ""
        if message.version != "2":
            raise UnsupportedError("another version of AudioHook", "version", "Speak version 2.")
        if message.id != self._session:
            wrong = "a message of another session"
        elif message.seq < 1 or (self._heard and message.seq != self._heard + 1):
            wrong = f"message {message.seq:,} came after message {self._heard:,}"
        elif message.serverseq > self._said:
            wrong = f"it heard {message.serverseq:,} of our messages, where {self._said:,} were sent"
        if wrong:
            raise StreamError(wrong, "seq", "Number the messages of a session one by one.")
        self._heard = message.seq

    def _open(self, message: _Message, at: Instant) -> Told:
        if self._media is not None:
            raise StreamError("the session is opened twice", "type", "Open a session once.")
        offered, told = message.parameters.get("media"), list[Event]()
        self._media = _chosen(offered)
        conversation = message.parameters.get("conversationId")
        if not isinstance(conversation, str):
            raise StreamError("open names no conversation", "conversationId", "Send it as documented.")
        self._position = _seconds(message.position)
        self._origin = at - later(0, self._position)
        opened = self._message("opened", message=message, startPaused=False, media=[self._media])
        if conversation == _NOBODY:
            return Told(replies=[opened])
        self.talk, self.leg = Talk(self.about.call or conversation), _participant(message.parameters)
        if not message.parameters.get("continuedSessions"):
            language = message.parameters.get("language")
            told.append(
                self.talk.started(self._origin, language=language if isinstance(language, str) else "")
            )
        told += self._record("started")
        return Told(told, replies=[opened])

    def _sound(self, payload: bytes) -> Told:
        sized(payload)
        if self._media is None:
            raise StreamError("sound before open", "whole frame", "Begin with open.")
        channels = self._media.channels
        if len(payload) % len(channels):
            raise StreamError("a piece of sound that is cut off", "whole frame", "Send whole samples.")
        if self._paused or self.talk is None:  # what was under way, and a trial's silence
            return Told()
        at = later(self._origin, self._position)
        self._position += len(payload) / len(channels) / RATE
        return Told(
            audio=[
                Audio(self.call, _SPEAKS[channel], at, "mulaw", RATE, payload[n :: len(channels)])
                for n, channel in enumerate(channels)
            ]
        )

    def _was_paused(self, message: _Message, _at: Instant) -> Told:
        self._position = max(self._position, _seconds(message.position))
        known, self._paused = self._paused, True
        return Told([] if known else self._record("paused"))

    def _was_resumed(self, message: _Message, _at: Instant) -> Told:
        self._skip(message)
        known, self._paused = not self._paused, False
        return Told([] if known else self._record("resumed"))

    def _skip(self, message: _Message) -> Told:
        """What was discarded took its time, though none of it was heard."""
        start, gone = (message.parameters.get(name) for name in ("start", "discarded"))
        if isinstance(start, str) and isinstance(gone, str):
            self._position = max(self._position, _seconds(start) + _seconds(gone))
        return Told()

    def _close(self, message: _Message, at: Instant) -> Told:
        self._over = True
        closed, events = self._message("closed", message=message), list[Event]()
        if self.talk is not None and message.parameters.get("reason") == "end":
            events += self._record("stopped")
            events.append(self.talk.ended(max(at, later(self._origin, self._position))))
        return Told(events, replies=[closed], closes=True)

    def _record(self, what: str) -> list[Event]:
        if self.talk is None:
            return []
        at = later(self._origin, self._position)
        return [self.talk.event(f"recording.{what}", at, what, self._session, self._heard)]

    def _message(self, type_: str, /, message: _Message | None = None, **parameters: Any) -> str:
        self._said += 1
        told = {"version": "2", "id": self._session, "type": type_, "seq": self._said}
        heard = message.seq if message else self._heard
        return msgspec.json.encode({**told, "clientseq": heard, "parameters": parameters}).decode()


def _chosen(offered: Any) -> _Media:
    """The first form of sound that can be read, both speakers before one."""
    try:
        found = msgspec.convert(offered, list[_Media])
    except msgspec.ValidationError as fault:
        raise StreamError(f"open offers no sound: {fault}", "media", "Send it as documented.") from fault
    fit = [
        one
        for one in found
        if (one.type, one.format, one.rate) == ("audio", "PCMU", RATE)
        and one.channels
        and set(one.channels) <= _SPEAKS.keys()
    ]
    if not fit:
        raise UnsupportedError(
            "no sound that is offered can be read", "media", "Offer PCMU at 8,000 a second."
        )
    return max(fit, key=lambda one: len(one.channels))


def _participant(parameters: dict[str, Any]) -> str:
    told = parameters.get("participant")
    name = told.get("id") if isinstance(told, dict) else ""
    return name if isinstance(name, str) else ""


def _seconds(duration: str) -> float:
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise StreamError("a duration that can't be read", "position", "Write it like PT1.5S.")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
