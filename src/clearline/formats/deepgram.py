"""Deepgram's answers to recorded audio."""

from typing import Any

import msgspec

from clearline.formats.text import parsed
from clearline.formats.turns import Transcript, Turn, Word, grouped, joined


class _Word(msgspec.Struct, gc=False):  # flat, and there are many
    word: str
    punctuated_word: str = ""
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: int | None = None


class _Alternative(msgspec.Struct):
    transcript: str = ""
    words: list[_Word] = []


class _Channel(msgspec.Struct):
    alternatives: list[_Alternative] = []
    detected_language: str = ""


class _Utterance(msgspec.Struct):
    transcript: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    channel: int = 0
    speaker: int | None = None
    words: list[_Word] = []


class _Results(msgspec.Struct):
    channels: list[_Channel] = []
    utterances: list[_Utterance] | None = None


class _Metadata(msgspec.Struct):
    request_id: str = ""


class _Answer(msgspec.Struct):
    results: _Results
    metadata: _Metadata | None = None


def transcript(json: str | bytes) -> Transcript:
    """The turns of one call; speakers are numbers, and on several channels the number of the channel."""
    answer = parsed(json, _Answer)
    results, about = answer.results, dict[str, Any]()
    several = len(results.channels) > 1
    if results.utterances:
        turns = joined(_turn(each, several) for each in results.utterances)
    else:
        turns = [
            turn
            for n, channel in enumerate(results.channels)
            for best in channel.alternatives[:1]
            for turn in _spoken(best, str(n) if several else "")
        ]
        turns.sort(key=lambda turn: turn.start or 0.0)
    if results.channels and results.channels[0].detected_language:
        about["language"] = results.channels[0].detected_language
    return Transcript(turns, call=answer.metadata.request_id if answer.metadata else "", about=about)


def _turn(told: _Utterance, several: bool) -> Turn:
    label = str(told.channel) if several else _number(told.speaker)
    words = [_word(word) for word in told.words]
    return Turn(told.transcript, (label,) if label else (), told.start, told.end, words, told.confidence)


def _spoken(best: _Alternative, channel: str) -> list[Turn]:
    if not best.words:
        return [Turn(best.transcript, (channel,) if channel else ())]
    return grouped((channel or _number(word.speaker), _word(word)) for word in best.words)


def _word(told: _Word) -> Word:
    return (told.punctuated_word or told.word, told.start, told.end, told.confidence)


def _number(speaker: int | None) -> str:
    return "" if speaker is None else str(speaker)
