"""Text without the entities in it: every one replaced by a mark that says its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clearline.engine.numbers import Heard, runs
from clearline.engine.skim import hear_all
from clearline.engine.topics import BEGINNINGS, CARD
from clearline.engine.words import spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clearline.engine.entities import Entity
    from clearline.engine.numbers import Group

_NAMES = {CARD: "card number", "us_ssn": "social security number", "iban": "IBAN", "pin": "PIN"}
_LONG = re.compile(r"\d(?:[\s.,/_-]{0,3}\d){11,}")
LONG, SPOKEN = 12, 7  # digits that are hidden without context: in all, and in words


class Mark(NamedTuple):
    """Words first..last of a text, which are of a kind; the last `keep` digits may be seen."""

    kind: str
    first: int
    last: int
    keep: int = 0


def mask(text: str, marks: Iterable[Mark]) -> str:
    """The text with the marked words replaced, as in `it is [card number ending 1111] thanks`."""
    places = spans(text)
    shown, at = [], 0
    for mark in _apart(one for one in marks if one.last < len(places)):
        start, end = places[mark.first][0], places[mark.last][1]
        ending = f" ending {_last_digits(text[start:end], mark.keep)}" if mark.keep else ""
        shown += [text[at:start], f"[{plain(mark.kind)}{ending}]"]
        at = end
    return "".join([*shown, text[at:]])


def plain(kind: str) -> str:
    """A kind of entity as people call it."""
    return _NAMES.get(kind, kind.replace("_", " "))


def mask_all(utterances: Sequence[tuple[str, str]], *, keep_last: int = 0) -> list[str]:
    """The texts of a conversation of (by, text), masked; `keep_last` digits of certain card numbers stay, 4 at most."""
    if not 0 <= keep_last <= 4:
        raise ValueError(f"keep_last is {keep_last}: at most the last 4 digits of a card number may be shown")
    return mask_heard([text for _, text in utterances], hear_all(utterances), keep_last=keep_last)


def mask_heard(texts: Sequence[str], heard: Iterable[tuple[int, Entity]], *, keep_last: int = 0) -> list[str]:
    """The texts masked by what was heard in them: entities, each with the index of the text that completes it."""
    marks: list[list[Mark]] = [[] for _ in texts]
    for index, entity in heard:
        for part in (
            entity.parts if entity.kind not in BEGINNINGS else ()
        ):  # what began may end as something else
            keep = keep_last if entity.kind == CARD and entity.certain and part == entity.parts[-1] else 0
            if part.back <= index:  # what came out of order may point before the beginning
                marks[index - part.back].append(Mark(entity.kind, part.first, part.last, keep))
    return [mask(text, of_text) for text, of_text in zip(texts, marks, strict=True)]


def mask_digits(text: str) -> str:
    """A net for logs and errors, without context: no 12 digits in a row, and no 7 in words, get through it."""
    text = _LONG.sub("[digits]", text)
    heard = Heard(text)
    long = (run for run in runs(heard) if _is_long(heard.words, run))
    return mask(text, [Mark("digits", run[0].first, run[-1].last) for run in long])


def _is_long(words: Sequence[str], run: Sequence[Group]) -> bool:
    spoken = sum(len(group.digits) for group in run if not words[group.first].isdecimal())
    mixed = spoken > 0 and sum(len(group.digits) for group in run) >= LONG
    return spoken >= SPOKEN or mixed


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """The marks in order; of two that overlap one is made, which shows no digits."""
    apart: list[Mark] = []
    for mark in sorted(set(marks), key=lambda mark: (mark.first, -mark.last, mark.kind)):
        if apart and mark.first <= apart[-1].last:
            apart[-1] = Mark(apart[-1].kind, apart[-1].first, max(mark.last, apart[-1].last))
        else:
            apart.append(mark)
    return apart


def _last_digits(text: str, count: int) -> str:
    digits = "".join(group.digits for run in runs(Heard(text)) for group in run)
    return digits[-count:]
