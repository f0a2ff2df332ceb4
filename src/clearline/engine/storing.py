"""Events as they may be stored: secret words hidden one for one, and what was heard in them kept beside them.

What is hidden can't be heard again. So an utterance that was made storable says in `heard` which entities it completes,
each as `[kind, certain, [[utterances back, first word, last word], ...]]`, and replay reads that instead of listening.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from clearline.engine import topics
from clearline.engine.entities import START, Entity, Listener
from clearline.engine.events import UTTERANCE, Event
from clearline.engine.pieces import Part
from clearline.engine.skim import hear_all
from clearline.engine.words import normalise, spans

HIDDEN = "xxxx"  # one word, so that all other words keep their places
HEARD = "heard"
SECRET = frozenset(
    (
        *(topics.CARD, topics.CODE, topics.EXPIRY, topics.SSN, topics.SSN_LAST, topics.ACCOUNT),
        *(topics.ROUTING, topics.IBAN, topics.ONE_TIME, topics.PIN, topics.SECURITY_ANSWER),
    )
)
"""Card and authentication data: what nobody may keep, or nobody needs to."""

_ALONE, _AMONG = (
    2,
    3,
)  # digits that may be the beginning of a secret, alone in an utterance and among other words
_MONEY_BEFORE = re.compile(r"[$€£]\s*$")
_MONEY_AFTER = re.compile(r"\s*(?:dollars?|bucks?|euros?|pounds?|cents?|percent)\b|\s*[%€£$]", re.IGNORECASE)


def storable(event: Event, listener: Listener = START) -> tuple[Event, Listener]:
    """The event without secrets, and the listener after it; the listener is that of the timeline's words so far."""
    if event.type != UTTERANCE or not isinstance(event.data.get("text"), str):
        return msgspec.structs.replace(event, data=_without_secrets(event.data)), listener
    text = event.data["text"]
    turn = listener.turn
    listener, entities = listener.hear(str(event.data.get("by", "unknown")), text)
    places = spans(text)
    hidden = {word for entity in entities if entity.kind in SECRET for word in _words(entity)}
    for piece in listener.pieces:
        if piece.turn == turn and _may_be_secret(piece.topic, len(piece.digits), alone=piece.alone):
            words = {word for digit in piece.digits for word in range(digit.first, digit.last + 1)}
            hidden |= set() if _is_money(text, places, words) else words
    data = {name: value for name, value in event.data.items() if name != HEARD}
    if hidden:
        data["text"] = hide(text, hidden)
        if data.get("words"):
            data["words"] = _hidden_words(data["words"], hidden)
    data[HEARD] = [[one.kind, one.certain, [list(part) for part in one.parts]] for one in entities]
    return msgspec.structs.replace(event, data=data), listener


def heard(event: Event) -> list[Entity] | None:
    """The entities that a stored utterance completes; None for one that has to be listened to."""
    told = event.data.get(HEARD)
    if told is None:
        return None
    return [Entity(kind, tuple(Part(*part) for part in parts), certain) for kind, certain, parts in told]


def same(stored: Event, again: Event) -> bool:
    """Whether an event that comes again is the one that was stored, as far as what was hidden lets it be told."""
    if stored.type != UTTERANCE:
        return stored == storable(again)[0]
    told, anew = (
        {name: value for name, value in event.data.items() if name not in {"text", "words", HEARD}}
        for event in (stored, again)
    )
    kept, said = (normalise(str(event.data.get("text", ""))).split() for event in (stored, again))
    return (
        told == anew
        and len(kept) == len(said)
        and all(one in {other, HIDDEN} for one, other in zip(kept, said, strict=True))
        and msgspec.structs.replace(stored, data={}) == msgspec.structs.replace(again, data={})
    )


def hide(text: str, words: set[int]) -> str:
    """The text with these words hidden; each stays one word."""
    shown, at = [], 0
    for index, (start, end) in enumerate(spans(text)):
        if index in words:
            shown += [text[at:start], HIDDEN]
            at = end
    return "".join([*shown, text[at:]])


def _words(entity: Entity) -> set[int]:
    """The words of an entity in the utterance that completes it."""
    return {word for part in entity.parts if part.back == 0 for word in range(part.first, part.last + 1)}


def _may_be_secret(topic: str | None, digits: int, *, alone: bool) -> bool:
    return topic in SECRET or (topic is None and digits >= (_ALONE if alone else _AMONG))


def _is_money(text: str, places: list[tuple[int, int]], words: set[int]) -> bool:
    first, last = places[min(words)][0], places[max(words)][1]
    return bool(_MONEY_BEFORE.search(text[:first]) or _MONEY_AFTER.match(text[last:]))


def _hidden_words(timed: list[list[Any]], hidden: set[int]) -> list[list[Any]]:
    """A recogniser's words, which may be several of ours each, or none."""
    shown, index = [], 0
    for word, *rest in timed:
        count = len(normalise(str(word)).split())
        is_hidden = any(place in hidden for place in range(index, index + count))
        shown.append([" ".join([HIDDEN] * count) if is_hidden else word, *rest])
        index += count
    return shown


def _without_secrets(value: Any) -> Any:
    """Data of other events: secrets in their texts are hidden, too."""
    if isinstance(value, str):
        words = {
            word
            for _, entity in hear_all([("unknown", value)])
            if entity.kind in SECRET
            for word in _words(entity)
        }
        return hide(value, words) if words else value
    if isinstance(value, dict):
        return {name: _without_secrets(one) for name, one in value.items()}
    return [_without_secrets(one) for one in value] if isinstance(value, list) else value
