"""The entities of a whole conversation, which is skimmed first: in full it is heard only where there can be any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clearline.engine.answers import REMEMBERED
from clearline.engine.entities import ASKED, MEMORY, NEVER, START, Content, Entity
from clearline.engine.numbers import REPEATS, SMALL, TENS, UNITS, ZEROS
from clearline.engine.topics import ASKING_WORDS, KEY_PAIRS, KEY_WORDS, SECURITY_ANSWER, topics
from clearline.engine.words import TURN, joined, normalise
from clearline.engine.written import DOTS, is_formatted

if TYPE_CHECKING:
    from collections.abc import Sequence

# Marks that stand for the words of an utterance: a topic or half of one, something that shows by its form, signs that
# words don't have, what a security question may ask for, and a digit, once for every digit that the word can add to a number.
_TOPIC, _HALVES, _FORM, _ODD, _DIGIT, _ASKING = "t", "gh", "f", "o", "d", "q"
_FORMATTED = 6  # digits of the shortest phone number, were it not for an extension that is glued to its end
_SHORTEST = 2  # digits of the shortest date, as in "March 84"
_CARD = 8  # digits by which a card number is known to begin where no card was spoken of

_ZEROS = bytes(ord("0") if chr(code) in "0123456789" else code for code in range(0x100))
_LONG = b"0" * 8
_IBAN = re.compile(rb"00(?<= [a-z]{2}00)")
_DECIMAL = re.compile(r"\d")  # of any script


def _marks() -> dict[bytes, str]:
    marks = {word: half for half, words in zip(_HALVES, KEY_PAIRS, strict=True) for word in words}
    marks |= dict.fromkeys(KEY_WORDS, _TOPIC)
    marks |= dict.fromkeys(("iban", "n"), _TOPIC + _FORM)  # b a n
    marks |= dict.fromkeys((*DOTS, "@"), _FORM)
    marks |= dict.fromkeys(ZEROS | UNITS.keys(), _DIGIT)
    marks |= dict.fromkeys(["hundred", *TENS, *(SMALL.keys() - UNITS.keys())], _DIGIT * 2)
    marks |= {word: _DIGIT * count for word, count in [("thousand", 3), *REPEATS.items()]}
    marks |= {"0" * count: _DIGIT * count for count in range(1, len(_LONG) + 1)}
    for word in ASKING_WORDS:
        marks[word] = marks.get(word, "") + _ASKING
    return {word.encode().translate(_ZEROS): mark for word, mark in marks.items()} | {TURN.encode(): TURN}


_MARKS = _marks()


def hear_all(utterances: Sequence[tuple[str, str]]) -> list[tuple[int, Entity]]:
    """All that `Listener.hear` finds in (by, text) one after the other, with the number of the utterance."""
    found: list[tuple[int, Entity]] = []
    listener, heard = START, 0
    last = topic = asked = NEVER
    marked = _marked([text for _, text in utterances])
    for turn, marks in enumerate(marked):
        if _ASKING in marks and _is_question(utterances[turn][1]):
            asked = turn
        if not marks and turn - asked >= REMEMBERED:
            continue
        if turn - last > MEMORY:  # all is forgotten but what has no mark: that an order was spoken of
            listener, heard = START, max(0, turn - ASKED)
        last = turn
        digit = _DIGIT in marks
        if _is_topic(marks) or (digit and turn - topic <= ASKED):
            topic = turn
        in_context = digit and (listener.told or (turn == topic and _digits(marked, turn) >= _SHORTEST))
        answering = turn - asked < REMEMBERED
        if not (answering or in_context or _is_plain(marked, turn, utterances)):
            continue
        by, text = utterances[turn]
        content = Content(text)
        if content.completes or answering:
            for earlier in utterances[heard:turn]:
                listener, _ = listener.hear(*earlier)
            listener, entities = listener.take(by, content)
            found += [(turn, entity) for entity in entities]
            heard = turn + 1
    return found


def _is_topic(marks: str) -> bool:
    return _TOPIC in marks or all(half in marks for half in _HALVES)


def _is_question(text: str) -> bool:
    return any(topic.name == SECURITY_ANSWER for topic in topics(normalise(text).split()))


def _is_plain(marked: Sequence[str], turn: int, utterances: Sequence[tuple[str, str]]) -> bool:
    """True if there may be something that needs no context: an address, or enough digits for a card number."""
    marks = marked[turn]
    if _FORM in marks:
        return True
    if (_ODD in marks or marks.count(_DIGIT) >= _FORMATTED) and is_formatted(utterances[turn][1]):
        return True
    return _DIGIT in marks and _digits(marked, turn) >= _CARD


def _digits(marked: Sequence[str], turn: int) -> int:
    """How many digits may be remembered with those of an utterance."""
    return "".join(marked[max(0, turn - MEMORY + 1) : turn + 1]).count(_DIGIT)


def _marked(texts: Sequence[str]) -> list[str]:
    """The marks of every utterance: an empty string for nearly all talk."""
    talk = joined(texts)
    if not talk.isascii():
        talk = _DECIMAL.sub("0", talk.decode()).encode()
    talk = _IBAN.sub(b"00 @ ", talk.translate(_ZEROS).replace(_LONG, _LONG + b" "))
    marked = "".join(filter(None, map(_MARKS.get, talk.split(b" ")))).split(TURN)[:-1]
    for turn, text in enumerate(texts):
        if "@" in text or (not text.isascii() and _DECIMAL.search(text)):
            marked[turn] += _ODD
    return marked
