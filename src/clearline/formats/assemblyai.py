"""AssemblyAI's transcripts."""

import msgspec

from clearline.formats.errors import Excluded
from clearline.formats.text import parsed
from clearline.formats.turns import Transcript, Turn, Word, grouped, seconds


class _Word(msgspec.Struct, gc=False):  # flat, and there are many
    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: str | None = None


class _Utterance(msgspec.Struct):
    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: str | None = None
    words: list[_Word] = []


class _Answer(msgspec.Struct):
    id: str = ""
    status: str = "completed"
    text: str | None = None
    language_code: str | None = None
    words: list[_Word] | None = None
    utterances: list[_Utterance] | None = None


def transcript(json: str | bytes) -> Transcript:
    """The turns of one call; speakers are letters."""
    answer = parsed(json, _Answer)
    if answer.status != "completed":
        raise Excluded(f"the recogniser did not finish: its status is {answer.status}")
    if answer.utterances:
        turns = [_turn(each) for each in answer.utterances]
    elif answer.words:
        turns = grouped((word.speaker or "", _word(word)) for word in answer.words)
    else:
        turns = [Turn(answer.text or "")]
    about = {"language": answer.language_code} if answer.language_code else {}
    return Transcript(turns, call=answer.id, about=about)


def _turn(told: _Utterance) -> Turn:
    labels = (told.speaker,) if told.speaker else ()
    words = [_word(word) for word in told.words]
    return Turn(told.text, labels, seconds(told.start), seconds(told.end), words, told.confidence)


def _word(told: _Word) -> Word:
    return (told.text, seconds(told.start), seconds(told.end), told.confidence)
