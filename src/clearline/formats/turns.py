"""Turns of speech, as every format hands them over."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from clearline.engine.events import Instant

Seconds: TypeAlias = float
Word: TypeAlias = tuple[str, Seconds | None, Seconds | None, float | None]
"""A word, its start and end from the beginning of the call, and its confidence."""

PAUSE: Seconds = 2.0
"""A silence that ends a turn where a format gives words only."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BREATH: Seconds = 1.5
_SENTENCE = 1000  # characters; nobody's sentence is longer


class Turn(msgspec.Struct):
    """Somebody speaks; times in seconds from the beginning of the call."""

    text: str
    labels: tuple[str, ...] = ()  # what the file calls the speaker
    start: Seconds | None = None
    end: Seconds | None = None
    words: list[Word] = []
    confidence: float | None = None


class Happening(msgspec.Struct):
    """Something else that the file says has happened."""

    type: str
    start: Seconds
    data: dict[str, Any] = {}


class Transcript(msgspec.Struct):
    """One call as a format tells it."""

    turns: list[Turn]
    happenings: list[Happening] = []
    call: str = ""
    about: dict[str, Any] = {}  # what the file says of the call
    notes: list[str] = []
    origin: Instant | None = None  # when the call began, where the file tells


def grouped(words: Iterable[tuple[str, Word]]) -> list[Turn]:
    """Words with the label of their speaker, as turns: a change of speaker or a long pause begins a new one."""
    turns: list[Turn] = []
    for label, word in words:
        labels = (label,) if label else ()
        last = turns[-1] if turns else None
        if last is None or last.labels != labels or _gap(last.end, word[1]) > PAUSE:
            last = Turn("", labels, word[1])
            turns.append(last)
        last.words.append(word)
        last.end = word[2] if word[2] is not None else last.end
    for turn in turns:
        turn.text = " ".join(word[0] for word in turn.words)
    return turns


def joined(turns: Iterable[Turn]) -> list[Turn]:
    """Pieces of speech with those joined that one known speaker says in one breath and one sentence.

    Captions and recognisers cut where a line is full; a phrase must not be lost at the cut.
    """
    whole: list[Turn] = []
    for turn in turns:
        last = whole[-1] if whole else None
        if last is not None and _goes_on(last, turn):
            last.words = [*_pieces(last), *_pieces(turn)]
            last.text = f"{last.text} {turn.text}"
            last.end, last.confidence = turn.end, None
        else:
            whole.append(turn)
    return whole


def seconds(milliseconds: float | None) -> Seconds | None:
    """Seconds from milliseconds."""
    return None if milliseconds is None else milliseconds / 1000


def instant(time: datetime) -> Instant:
    """The instant of a time; one without a zone is taken as UTC."""
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - EPOCH) // timedelta(microseconds=1)


def _goes_on(last: Turn, turn: Turn) -> bool:
    return (
        last.labels != ()
        and last.labels == turn.labels
        and len(last.text) < _SENTENCE
        and not last.text.endswith((".", "?", "!", "…"))
        and 0 <= _gap(last.end, turn.start) < _BREATH
    )


def _pieces(turn: Turn) -> list[Word]:
    """The words with their times; a turn without them is one piece, so that its place is not lost."""
    return turn.words or [(turn.text, turn.start, turn.end, None)]


def _gap(end: Seconds | None, start: Seconds | None) -> Seconds:
    return 0.0 if end is None or start is None else start - end
