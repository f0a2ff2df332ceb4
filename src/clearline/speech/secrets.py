"""Which of the spoken words are secret, and when they were said.

The engine's listener follows all channels in order of time, so that questions, read-backs and numbers that are split over turns
count. A recogniser mishears digits, so more is hidden than the listener is sure of: doubts, beginnings of numbers, digits
after a question for a secret, and all digits around a card. What has no time is never guessed at; it cannot be located.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clearline.engine import topics
from clearline.engine.entities import START, Entity
from clearline.engine.listed import LISTED, NOBODY, Listed
from clearline.engine.numbers import Heard
from clearline.engine.pieces import Digit, Piece
from clearline.engine.storing import HIDDEN, SECRET
from clearline.engine.words import normalise
from clearline.speech.recognising import Phrase, Word
from clearline.speech.sound import Seconds, Span

KINDS = SECRET | topics.BEGINNINGS | {topics.BIRTH}
"""What is hidden in a recording."""
CONTACTS = frozenset({topics.PHONE, topics.EMAIL})
"""What a shop may want hidden as well."""
AUTHENTICATION = frozenset({topics.CODE, topics.CODE_BEGINS, topics.PIN})
"""What nobody may keep after authorisation, sealed or not: PCI DSS 3.3.1."""
KEYS = "keys"  # the kind of tones of a telephone's keys, which may be a card number, a code or a PIN
UNKEEPABLE = AUTHENTICATION | {KEYS}
"""Where one of these was heard, or keys were pressed that may be one, no original may be kept."""
DIGITS = "digits"  # the kind of what may be part of a secret

GUARD: Seconds = 0.15  # before and after words, whose times are only about right
BRIDGE: Seconds = 1.0  # between secret words of a channel, up to which what is between them is hidden too
QUICKEST: Seconds = 0.1  # a digit; where more are said to be in a span its times are wrong
PAUSE: Seconds = (
    5.0  # between secret words of a channel, up to which a pause in which nothing else is heard is hidden too
)
UNSURE: Seconds = (
    1.0  # before and after secret words that is hidden, too, as far as nothing else is heard there
)
LATEST: Seconds = 2.0  # between the secret and the end of a phrase whose times are wrong

UNHEARD = "…"  # how a recogniser writes speech of which it understood nothing
_CARD = frozenset({topics.CARD, topics.CARD_BEGINS, topics.CODE, topics.CODE_BEGINS, topics.EXPIRY})
_AROUND = 3  # utterances before and after one with a part of a card in which all digits are hidden
_END = re.compile(r"[.!]\s")  # of a sentence
_FEW, _MANY = 2, 12  # digits that are hidden around a card, and anywhere


@dataclass(frozen=True, slots=True)
class Utterance:
    """A phrase of a channel; one that is muted is known from before, and only says what the talk is about."""

    channel: int
    phrase: Phrase
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """Something secret in a channel, never what it says; without a span it cannot be located."""

    kind: str
    channel: int
    span: Span | None


def in_order(said: Iterable[Utterance]) -> list[Utterance]:
    """Utterances by the time at which they begin; one without times stands after the one before it."""
    placed: list[tuple[Seconds, int, Utterance]] = []
    start = 0.0
    for number, one in enumerate(one for one in said if one.phrase.words):
        start = next((word.start for word in one.phrase.words if math.isfinite(word.start)), start)
        placed.append((start, number, one))
    return [one for _, _, one in sorted(placed, key=lambda placed: placed[:2])]


def secrets(
    said: Sequence[Utterance], kinds: frozenset[str] = KINDS, listed: Listed = NOBODY
) -> list[Secret]:
    """All that is secret in a conversation, in order of its utterances; `kinds` are the engine's names of entities."""
    found: list[Secret] = []
    plain: dict[int, list[Span]] = {}  # by channel, the words that are to stay
    ends: dict[int, Seconds] = {}  # by channel, where its last word ends if that is secret
    every = marks(said, kinds, listed)
    told = {at for at, marked in enumerate(every) if marked}
    for at, (one, marked) in enumerate(zip(said, every, strict=True)):
        if one.muted:
            continue
        for kind, places in sorted(marked.items()):
            found += [Secret(kind, one.channel, span) for span in spans_of(one.phrase, places)]
        hidden = set(map(id, _recognised(one.phrase, set().union(*marked.values())) or []))
        for word in one.phrase.words:
            if word.text == UNHEARD and not told.isdisjoint(range(at - _AROUND, at + _AROUND + 1)):
                found.append(Secret(DIGITS, one.channel, Span(word.start, word.end)))
            elif id(word) not in hidden:
                plain.setdefault(one.channel, []).append(Span(word.start, word.end))
        first, last = one.phrase.words[0], one.phrase.words[-1]
        before = ends.pop(one.channel, math.inf)
        if id(first) in hidden and 0 < first.start - before <= PAUSE:
            found.append(Secret(DIGITS, one.channel, Span(before, first.start)))
        if id(last) in hidden:
            ends[one.channel] = last.end
    return [replace(one, span=_stretched(one.span, plain.get(one.channel, []))) for one in found]


def _stretched(span: Span | None, plain: Sequence[Span]) -> Span | None:
    """The span with the time around it in which nothing was heard: a digit that was not understood is there, if anywhere."""
    if span is None:
        return None
    before = max((word.end for word in plain if word.end <= span.start), default=0.0)
    after = min((word.start for word in plain if word.start >= span.end), default=math.inf)
    return Span(max(before, span.start - UNSURE), min(after, span.end + UNSURE))


def marks(
    said: Sequence[Utterance], kinds: frozenset[str] = KINDS, listed: Listed = NOBODY
) -> list[dict[str, set[int]]]:
    """For each utterance the places of its secret words, as the engine counts words, by kind."""
    marked: list[dict[str, set[int]]] = [{} for _ in said]
    listener = START
    pieces: list[list[Piece]] = []
    cards: set[int] = set()
    for at, one in enumerate(said):
        turn = listener.turn
        listener, entities = listener.hear(f"channel {one.channel}", one.phrase.text)
        for entity in entities:
            if entity.kind in kinds:
                _mark(marked, at, entity)
                cards |= {at - part.back for part in entity.parts} if entity.kind in _CARD else set()
        own = [piece for piece in listener.pieces if piece.turn == turn] if turn < listener.turn else []
        pieces.append(list(_introduced(own, one.phrase.text)))
    many = set(_in_many(said, pieces))
    for at, some in enumerate(pieces):
        near = any(abs(at - card) <= _AROUND for card in cards)
        for piece in some:
            if (piece.topic in kinds or piece.topic is None) and (at in many or _is_hidden(piece, near=near)):
                words = {word for digit in piece.digits for word in range(digit.first, digit.last + 1)}
                marked[at].setdefault(piece.topic or DIGITS, set()).update(words)
    for at, one in enumerate(said):
        if places := listed.places(one.phrase.text):
            marked[at][LISTED] = places
    return marked


def merged(spans: Iterable[Span], bridge: Seconds = BRIDGE) -> list[Span]:
    """The spans in order; of those that are less than `bridge` apart one is made."""
    apart: list[Span] = []
    for span in sorted(spans):
        if apart and span.start - apart[-1].end < bridge:
            apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart


def guarded(spans: Iterable[Span], guard: Seconds = GUARD) -> list[Span]:
    """Spans to be muted: bridged, and wider by the guard on either side."""
    wide = [Span(max(0.0, span.start - guard), span.end + guard) for span in merged(spans)]
    return merged(wide, bridge=0.0)


def _mark(marked: Sequence[dict[str, set[int]]], at: int, entity: Entity) -> None:
    for part in entity.parts:
        marked[at - part.back].setdefault(entity.kind, set()).update(range(part.first, part.last + 1))


def _introduced(pieces: Iterable[Piece], text: str) -> Iterator[Piece]:
    """The pieces of an utterance; what was introduced as an order number ends with the sentence in which it is said.

    Without channels the next sentence may be another speaker's, and what they read out was introduced by nobody.
    """
    heard, last = Heard(text), -1  # `last`: of the words that said an order number
    over = False
    for piece in pieces:
        if piece.topic != topics.OTHER:
            yield piece
            continue
        named: list[Digit] = []
        for digit in piece.digits:
            over = over or (last >= 0 and _sentence_ends(heard, last, digit.first))
            if over:
                break
            named.append(digit)
            last = digit.last
        rest = piece.digits[len(named) :]
        if named:
            yield replace(piece, digits=tuple(named))
        if rest:
            yield replace(piece, topic=None, digits=rest)


def _sentence_ends(heard: Heard, last: int, first: int) -> bool:
    """Whether one ends between two words."""
    between = range(last + 1, first + 1)
    return any(heard.words[at] == "?" or _END.search(heard.gap(at)) for at in between)


def _in_many(said: Sequence[Utterance], pieces: Sequence[Sequence[Piece]]) -> Iterator[int]:
    """The utterances in which a speaker reads out, piece by piece, as many digits as a card has, be it a misheard one."""
    runs: dict[int, list[tuple[int, int]]] = {}  # by channel: utterance and digits
    for at, (one, some) in enumerate(zip(said, pieces, strict=True)):
        counted = [len(piece.digits) for piece in some if piece.topic is None]
        digits = sum(count for count in counted if count >= _FEW)
        run = runs.setdefault(one.channel, [])
        if digits:
            if run and at - run[-1][0] > _AROUND:
                run.clear()
            run.append((at, digits))
            if sum(count for _, count in run) >= _MANY:
                yield from (where for where, _ in run)


def _is_hidden(piece: Piece, *, near: bool) -> bool:
    if piece.topic is not None:
        return len(piece.digits) >= _FEW
    return len(piece.digits) >= (_FEW if near else _MANY)


def spans_of(phrase: Phrase, places: set[int]) -> Iterator[Span | None]:
    """When the words at these places are said: their own times or, where these can't be, the whole phrase's."""
    words = _recognised(phrase, places)
    if words is None or not all(_is_timed(word) for word in words):
        yield _whole(phrase)
        return
    for span in merged([*(Span(word.start, word.end) for word in words), *_pauses(phrase, words)]):
        digits = sum(_digits(word) for word in words if span.start <= word.start and word.end <= span.end)
        yield span if span.seconds >= digits * QUICKEST else _whole(phrase)


def _pauses(phrase: Phrase, words: Sequence[Word]) -> Iterator[Span]:
    """The pauses between words that follow each other: times are least reliable there, and nothing is lost."""
    secret = set(map(id, words))
    for before, after in pairwise(phrase.words):
        if id(before) in secret and id(after) in secret and 0 < after.start - before.end <= PAUSE:
            yield Span(before.end, after.start)


def _recognised(phrase: Phrase, places: set[int]) -> list[Word] | None:
    """The recogniser's words, which may be several of the engine's each, or none; None if they don't go together."""
    found, at = [], 0
    for word in phrase.words:
        count = len(normalise(word.text).split())
        if any(place in places for place in range(at, at + count)):
            found.append(word)
        at += count
    return found if at == len(normalise(phrase.text).split()) else None


def without(phrase: Phrase, places: set[int]) -> Phrase:
    """The phrase with the words at these places hidden, one for one."""
    words, at = [], 0
    for word in phrase.words:
        count = len(normalise(word.text).split())
        secret = any(place in places for place in range(at, at + count))
        words.append(replace(word, text=" ".join([HIDDEN] * count)) if secret else word)
        at += count
    return Phrase(tuple(words))


def _whole(phrase: Phrase) -> Span | None:
    """All of a phrase, with some time after it; None where it has no times."""
    timed = [word for word in phrase.words if _is_timed(word)]
    if not timed or not (_is_timed(phrase.words[0]) and _is_timed(phrase.words[-1])):
        return None
    return Span(min(word.start for word in timed), max(word.end for word in timed) + LATEST)


def _is_timed(word: Word) -> bool:
    return math.isfinite(word.start) and math.isfinite(word.end) and 0 <= word.start <= word.end


def _digits(word: Word) -> int:
    return max(1, sum(character.isdecimal() for character in word.text))
