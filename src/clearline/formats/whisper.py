"""Whisper's segments, as its many relatives write them (whisper-timestamped, faster-whisper, WhisperX)."""

import msgspec

from clearline.formats.text import parsed
from clearline.formats.turns import Transcript, Turn, Word


class _Word(msgspec.Struct, gc=False):  # flat, and there are many
    text: str = ""
    word: str = ""
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    probability: float | None = None
    score: float | None = None


class _Segment(msgspec.Struct):
    text: str = ""
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: str | int | None = None
    words: list[_Word] | None = None


class _Answer(msgspec.Struct):
    segments: list[_Segment]
    language: str | None = None


def transcript(json: str | bytes) -> Transcript:
    """The turns of one call; speakers only where a later step has added them."""
    answer = parsed(json, _Answer)
    about = {"language": answer.language} if answer.language else {}
    return Transcript([_turn(each) for each in answer.segments], about=about)


def _turn(told: _Segment) -> Turn:
    labels = () if told.speaker is None else (str(told.speaker),)
    words = [_word(word) for word in told.words or []]
    return Turn(told.text, labels, told.start, told.end, words, told.confidence)


def _word(told: _Word) -> Word:
    sure = next((each for each in (told.confidence, told.probability, told.score) if each is not None), None)
    return ((told.text or told.word).strip(), told.start, told.end, sure)
