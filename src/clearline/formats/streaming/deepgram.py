"""Deepgram's results while somebody speaks, as it sends them."""

from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import msgspec

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import StreamError
from clearline.formats.streaming.frames import call_of, json_of, later
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Frame, Told
from clearline.formats.turns import Turn, Word, grouped

_LONGEST = 2_000  # characters of an utterance whose end is never told


class _Word(msgspec.Struct, gc=False):
    word: str
    start: float
    end: float
    punctuated_word: str = ""
    confidence: float | None = None
    speaker: int | None = None


class _Alternative(msgspec.Struct):
    transcript: str = ""
    words: list[_Word] = []


class _Channel(msgspec.Struct):
    alternatives: list[_Alternative] = []


class _About(msgspec.Struct):
    request_id: str = ""


class _Message(msgspec.Struct):
    type: str
    channel_index: list[int] = []
    start: float = 0.0
    duration: float = 0.0
    is_final: bool = False
    speech_final: bool = False
    from_finalize: bool = False
    channel: Any = None  # a channel's words, or in UtteranceEnd its numbers
    metadata: _About = msgspec.field(default_factory=_About)
    request_id: str = ""  # of the Metadata at the end


@dataclass(slots=True)
class _Speech:
    """What one channel has said in finished pieces since the last end of an utterance."""

    start: float
    text: list[str] = field(default_factory=list)
    words: list[_Word] = field(default_factory=list)


class Deepgram:
    """Pieces that stay are joined to one utterance until Deepgram hears the end of speech; all before are partial."""

    def __init__(self, about: Introduction) -> None:
        self.about = about
        self.talk: Talk | None = Talk(about.call) if about.call else None
        self._origins: dict[str, Instant] = {}
        self._session = ""
        self._open: dict[int, _Speech] = {}
        self._shown: dict[int, int] = {}  # how many speakers the last partial of a channel showed

    @property
    def call(self) -> str:
        return self.talk.call if self.talk else ""

    def hear(self, frame: Frame, at: Instant) -> Told:
        message = json_of(frame, _Message)
        if message.type == "Results":
            return self._result(message, at)
        if message.type == "UtteranceEnd":
            numbers = message.channel
            channel = numbers[0] if isinstance(numbers, list) and numbers else 0
            return Told(self._finished(channel) if isinstance(channel, int) else [])
        if message.type == "Metadata":
            return self._closed(at)
        return Told()  # SpeechStarted, Error, …: nothing was said

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the clock of the words counts
        return Told([event for channel in sorted(self._open) for event in self._finished(channel)])

    def _closed(self, at: Instant) -> Told:
        events = list(self.lost(at).events)
        if self.talk is not None and self.talk.until:
            events.append(self.talk.ended(self.talk.until))
        return Told(events, closes=True)

    def _result(self, told: _Message, at: Instant) -> Told:
        try:
            channel = msgspec.convert(told.channel, _Channel)
        except msgspec.ValidationError as fault:
            raise StreamError(
                f"a result without a channel's words: {fault}", "channel", "Send results as they came."
            ) from fault
        events = self._begun(told, at)
        number = told.channel_index[0] if told.channel_index else 0
        best = channel.alternatives[0] if channel.alternatives else _Alternative()
        speech = self._open.get(number) or _Speech(told.start)
        whole = _Speech(speech.start, [*speech.text, best.transcript], [*speech.words, *best.words])
        partials = []
        if not told.is_final:
            partials = self._partial(number, whole)
        else:
            if best.transcript:
                self._open[number] = whole
            if told.speech_final or told.from_finalize or sum(map(len, whole.text)) > _LONGEST:
                partials = self._taken_back(number, whole)
                events += self._finished(number)
            else:
                partials = self._partial(number, whole)
        return Told(events, partials)

    def _begun(self, told: _Message, at: Instant) -> list[Any]:
        """The call has started with the first result; each session of Deepgram's has a clock of its own."""
        self._session = told.metadata.request_id or self._session
        events = []
        if self.talk is None:
            self.talk = Talk(call_of(self._session))
        first = not self._origins
        if self._session not in self._origins:
            began = self.about.began if first and self.about.began is not None else None
            ago = later(0, told.start + told.duration)
            self._origins[self._session] = began if began is not None else at - ago
        if first:
            events.append(self.talk.started(self._origins[self._session]))
        return events

    def _partial(self, channel: int, speech: _Speech) -> list[Any]:
        assert self.talk is not None
        turns = self._turns(speech)
        gone = [Turn("", start=speech.start)] * (self._shown.get(channel, 0) - len(turns))
        self._shown[channel] = len(turns)
        return [
            event
            for n, turn in enumerate([*turns, *gone])
            for event in self.talk.partial(
                self._origin, turn, self._by(channel, turn), *self._name(channel, speech, n)
            )
        ]

    def _taken_back(self, channel: int, speech: _Speech) -> list[Any]:
        """Nothing, unless partial words were shown that are not among those that stay."""
        assert self.talk is not None
        kept = len(self._turns(self._open.get(channel) or _Speech(speech.start)))
        shown = self._shown.pop(channel, 0)
        return [
            event
            for n in range(kept, shown)
            for event in self.talk.partial(
                self._origin, Turn("", start=speech.start), "unknown", *self._name(channel, speech, n)
            )
        ]

    def _finished(self, channel: int) -> list[Any]:
        speech = self._open.pop(channel, None)
        if speech is None or self.talk is None:
            return []
        self._shown.pop(channel, None)
        return [
            event
            for n, turn in enumerate(self._turns(speech))
            for event in self.talk.final(
                self._origin, turn, self._by(channel, turn), *self._name(channel, speech, n)
            )
        ]

    @property
    def _origin(self) -> Instant:
        return self._origins[self._session]

    def _name(self, channel: int, speech: _Speech, turn: int) -> tuple[str | int, ...]:
        name = (self._session, channel, round(speech.start * SECOND))
        return (*name, turn) if turn else name

    def _by(self, channel: int, turn: Turn) -> str:
        return self.about.role(*turn.labels, "" if turn.labels else str(channel))

    @staticmethod
    def _turns(speech: _Speech) -> list[Turn]:
        """One turn, or where Deepgram tells voices apart on a channel one for each change of speaker."""
        text = " ".join(filter(None, speech.text))
        if not text:
            return []
        if any(word.speaker is not None for word in speech.words):
            turns = grouped((_label(word), _word(word)) for word in speech.words)
        else:
            end = max((word.end for word in speech.words), default=None)
            turns = [Turn(text, (), speech.start, end, [_word(word) for word in speech.words])]
        for turn in turns:
            sure = [word[3] for word in turn.words if word[3] is not None]
            turn.confidence = round(fmean(sure), 4) if sure else None
        return turns


def _word(told: _Word) -> Word:
    return (told.punctuated_word or told.word, told.start, told.end, told.confidence)


def _label(word: _Word) -> str:
    return "" if word.speaker is None else str(word.speaker)
