"""AssemblyAI's turns while somebody speaks, as version 3 of its streaming sends them: one channel a session."""

from statistics import fmean
from typing import Any

import msgspec

from clearline.engine.events import Instant
from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.streaming.frames import call_of, json_of
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Frame, Told
from clearline.formats.turns import Turn, Word


class _Word(msgspec.Struct, gc=False):
    text: str
    start: float  # milliseconds
    end: float
    confidence: float | None = None


class _Message(msgspec.Struct):
    type: str = ""
    message_type: str = ""  # of version 2
    id: str = ""
    turn_order: int = 0
    end_of_turn: bool = False
    turn_is_formatted: bool = False
    transcript: str = ""
    words: list[_Word] = []
    speaker_label: str | None = None


class AssemblyAI:
    """A turn stays when its end is heard; where a formatted one follows, that is awaited or replaces it."""

    def __init__(self, about: Introduction, *, formatted: bool = False) -> None:
        self.about = about
        self.talk: Talk | None = Talk(about.call) if about.call else None
        self._formatted = formatted  # whether each turn is known to come formatted, after it has ended
        self._session = ""
        self._origins: dict[str, Instant] = {}
        self._held: _Message | None = None

    @property
    def call(self) -> str:
        return self.talk.call if self.talk else ""

    def hear(self, frame: Frame, at: Instant) -> Told:
        message = json_of(frame, _Message)
        if message.message_type:
            raise UnsupportedError("version 2 of the streaming API", "message_type", "Use version 3.")
        if message.type == "Begin":
            return Told([*self._let_go(), *self._begun(message.id, at)])
        if message.type == "Turn":
            return self._turn(message)
        if message.type == "Termination":
            events = self._let_go()
            if self.talk is not None and self.talk.until:
                events.append(self.talk.ended(self.talk.until))
            return Told(events, closes=True)
        return Told()  # SpeechStarted, and whatever else says no words

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the clock of the words counts
        return Told(self._let_go())

    def _begun(self, session: str, at: Instant) -> list[Any]:
        first = not self._origins
        self._session = session
        if session in self._origins:  # the sender came back in the middle of it
            return []
        self._origins[session] = self.about.began if first and self.about.began is not None else at
        if self.talk is None:
            self.talk = Talk(call_of(session))
        return [self.talk.started(self._origins[session])] if first else []

    def _turn(self, message: _Message) -> Told:
        if self.talk is None or not self._session:
            raise StreamError(
                "a turn before Begin", "type", "Send Begin first, also when you come back in the middle."
            )
        held = self._held
        events = self._let_go() if held is not None and held.turn_order != message.turn_order else []
        if message.end_of_turn and (message.turn_is_formatted or not self._formatted):
            self._held = None
            return Told([*events, *self._said(message, final=True)])
        if message.end_of_turn:
            self._held = message
        return Told(events, self._said(message, final=False))

    def _let_go(self) -> list[Any]:
        """The turn whose formatted form did not come."""
        held, self._held = self._held, None
        return self._said(held, final=True) if held is not None else []

    def _said(self, message: _Message, *, final: bool) -> list[Any]:
        assert self.talk is not None
        words = [_word(word) for word in message.words]
        text = message.transcript
        if not message.end_of_turn and words:  # the text lacks the words that may change
            text = " ".join(word[0] for word in words)
        sure = [word[3] for word in words if word[3] is not None]
        start, end = (words[0][1], words[-1][2]) if words else (None, None)
        turn = Turn(text, (), start, end, words, round(fmean(sure), 4) if sure else None)
        if start is None:
            turn.text = ""  # words without a time can't be placed; none were sent so far
        by = self.about.role(message.speaker_label or "", "0")
        tell = self.talk.final if final else self.talk.partial
        return tell(self._origins[self._session], turn, by, self._session, message.turn_order)


def _word(told: _Word) -> Word:
    return (told.text, told.start / 1000, told.end / 1000, told.confidence)
