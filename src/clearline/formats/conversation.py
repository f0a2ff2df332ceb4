"""What a file becomes: the events of one call, with notes on what could not be taken over."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec

from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event, Instant
from clearline.formats.errors import BadTime, Excluded, masked
from clearline.formats.speakers import role_of
from clearline.formats.text import cleaned
from clearline.formats.turns import Seconds, Transcript, Turn, Word

_LONGEST: Seconds = 100 * 366 * 86400.0  # e-mail threads last; a century they do not


ANSWERED = "call.answered"


class Conversation(msgspec.Struct, frozen=True):
    """One call (or what else shares a timeline) as events in their order."""

    format: str
    events: tuple[Event, ...]
    notes: tuple[str, ...] = ()
    dated: bool = False  # False: times are counted from 1970-01-01T00:00:00Z as zero


def conversation(form: str, told: Transcript, speakers: Mapping[str, str]) -> Conversation:
    """One call: it starts, what was said and done in order of time, and it ends with the last of it."""
    left: Counter[str] = Counter()
    turns = _worded(told.turns, left)
    if not turns and not any(what.type == UNHEARD for what in told.happenings):
        raise Excluded("holds no words")
    roles = {labels: role_of(labels, speakers) for labels in dict.fromkeys(turn.labels for turn in turns)}
    timed = not turns or any(turn.start is not None for turn in turns)
    notes = [*told.notes, *_placed(turns), *_strangers(roles)]
    origin, subjects = told.origin or 0, {"call": cleaned(told.call)[0]}
    about = {key: cleaned(each)[0] if isinstance(each, str) else each for key, each in told.about.items()}
    if not timed:
        about["timed"] = False  # what is asked within seconds is then a question
    happened = [(UTTERANCE, turn.start or 0.0, said(turn, roles[turn.labels], left)) for turn in turns] + [
        (what.type, what.start, what.data) for what in told.happenings
    ]
    events = sorted(
        (
            Event(str(n), kind, origin + _instant(start), data, subjects, n)
            for n, (kind, start, data) in enumerate(happened, 1)
        ),
        key=lambda event: event.order[:2],
    )
    end = max(event.at + _instant(event.data.get("seconds", 0)) for event in events)
    if all(turn.end is None for turn in turns):
        end += SECOND  # the last words take some time too
    last = len(events) + 1
    started = Event("0", "call.started", min(origin, events[0].at), about, subjects)
    if not any(event.type == ANSWERED for event in events):
        events = sorted([_answered(events, subjects), *events], key=lambda event: event.order[:2])
    ended = Event(str(last), "call.ended", end, {}, subjects, last)
    notes += [f"{what}: {count:,}" for what, count in left.items()]
    return Conversation(form, (started, *events, ended), tuple(notes), told.origin is not None)


def _answered(events: list[Event], subjects: dict[str, str]) -> Event:
    """Whoever is heard has answered: at the first words, where the file does not say when."""
    first = next(event.at for event in events if event.type in {UTTERANCE, UNHEARD})
    return Event("answered", ANSWERED, first, {}, subjects)


def _worded(turns: list[Turn], left: Counter[str]) -> list[Turn]:
    """Turns with text fit to be read; silent ones are left out."""
    kept = []
    for turn in turns:
        turn.text, out = cleaned(turn.text)
        if out:
            left["control characters taken out of the text"] += out
        if turn.text:
            kept.append(turn)
        else:
            left["utterances without words left out"] += 1
    return kept


def _placed(turns: list[Turn]) -> list[str]:
    """Give each turn a start; notes on those that the file does not place."""
    timeless = sum(turn.start is None for turn in turns)
    if timeless == len(turns):
        for n, turn in enumerate(turns):
            turn.start, turn.end = float(n), None
        return ["no times: utterances were placed one second apart"]
    clock = 0.0
    for n, turn in enumerate(turns, 1):
        first = turn.words[0][1] if turn.words else None
        start = clock if turn.start is None else turn.start
        turn.start = start = (
            start if first is None else min(start, first)
        )  # speech begins with its first word
        if not 0 <= start <= _LONGEST:
            raise BadTime(
                "an utterance begins before its call, or more than a century after",
                f"utterance {n:,}",
                "Mend its time, or leave out all times.",
            )
        clock = turn.end if turn.end is not None and turn.end >= start else start
    notes = [f"utterances without a time, placed after the one before: {timeless:,}"] if timeless else []
    if any((one.start or 0) > (other.start or 0) for one, other in pairwise(turns)):
        notes.append("utterances did not stand in order of time and were sorted")
    return notes


def _strangers(roles: Mapping[tuple[str, ...], str]) -> list[str]:
    """Notes on speakers of whom it is not known who they are."""
    unknown = [labels for labels, role in roles.items() if role == "unknown"]
    named = [masked(labels[0], 32) for labels in unknown if labels]
    notes = []
    if named:
        more = ", …" if len(named) > 4 else ""
        notes.append(f"it is not known who these are, agent or customer: {', '.join(named[:4])}{more}")
    if () in roles:
        notes.append("speakers are not named" if len(roles) == 1 else "some utterances name no speaker")
    return notes


def said(turn: Turn, by: str, left: Counter[str]) -> dict[str, Any]:
    """The data of an utterance; `left` counts what had to be left out."""
    start = turn.start or 0.0
    data: dict[str, Any] = {"by": by, "text": turn.text}
    if turn.end is not None:
        if start <= turn.end <= _LONGEST:
            data["seconds"] = round(turn.end - start, 3)
        else:
            left["utterances that end before they begin: their length was left out"] += 1
    if words := _timed(turn.words, start, left):
        data["words"] = words
    if turn.confidence is not None:
        if 0 <= turn.confidence <= 1:
            data["confidence"] = turn.confidence
        else:
            left["confidences outside 0 to 1 left out"] += 1
    return data


def _timed(words: list[Word], start: Seconds, left: Counter[str]) -> list[list[Any]]:
    """All words with times from `start`: one that has none lies where the word before ended.

    No word is dropped, or those after it would be counted off against the wrong words of the text.
    """
    timed: list[list[Any]] = []
    clock = start
    for text, begin, end, sure in words:
        if begin is None or end is None:
            left["words without times, placed after the word before"] += 1
            begin = end = clock  # noqa: PLW2901 - the word as it is placed
        elif not start <= begin <= end <= _LONGEST:
            left["words with impossible times, placed after the word before"] += 1
            begin = end = clock  # noqa: PLW2901
        word = text if text.isprintable() else cleaned(text)[0]
        timed.append([word, round(begin - start, 3), round(end - start, 3), sure])
        clock = end
    if any(sure is not None and not 0 <= sure <= 1 for *_, sure in timed):
        left["utterances whose words have confidences outside 0 to 1: these were left out"] += 1
        return [each[:3] for each in timed]
    return timed if any(each[3] is not None for each in timed) else [each[:3] for each in timed]


def _instant(when: Seconds) -> Instant:
    return round(when * SECOND)
