"""A listener that hears utterances in order and reports the entities in them: where they are, never what they say.

Limits: a number that begins like a card's, has its length and passes Luhn is taken for one (one in ten does by chance)
unless it is introduced as an order, tracking or other number. A bank account or one-time code in several turns is
reported when it first has a fitting length; digits in later turns are not. "For" and "to" are never 4 and 2.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from clearline.engine.answers import NONE_ASKED, Questions
from clearline.engine.beginnings import READING, beginning, together
from clearline.engine.cards import Window, find_cards
from clearline.engine.checks import is_expiry
from clearline.engine.context import KINDS, fits, month_before, tail
from clearline.engine.numbers import CORRECTIONS, FILLERS, Heard, distance, runs
from clearline.engine.pieces import (
    Digit,
    Part,
    Piece,
    digits_of,
    numbers_of,
    parts_of,
    readings,
    said,
)
from clearline.engine.topics import (
    BARE_CODE,
    CARD,
    CODE,
    ENDING,
    EXPIRY,
    HEARD_WORDS,
    ONE_TIME,
    OTHER,
    PAYING,
    SECURITY_ANSWER,
    Topic,
    topics,
)
from clearline.engine.words import normalise
from clearline.engine.written import DOTS, written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from clearline.engine.numbers import Group

MEMORY = 8  # utterances that are remembered
ASKED = 4  # utterances that a topic lasts after it was spoken of, or after digits under it
MAX_KEPT = 40  # digits of a piece, and pieces, that are remembered
CHATTER = 6  # words beside digits, up to which an utterance is a piece of a number that is being read out
ANSWER = 12  # words beside digits, up to which an utterance can be the answer to a question
TALK = 40  # words that a speaker may say between two pieces in different utterances
LAST_DIGITS = 4  # digits that "the card ending in" speaks of; more are a number of their own
NEVER = -100

_MARK = b"0"  # stands for every digit and every @
_LETTERS = bytes(
    code
    if code >= 0x80
    else ord(chr(code).lower())
    if chr(code).isalpha()
    else _MARK[0]
    if chr(code) in "0123456789@"
    else ord(" ")
    for code in range(0x100)
)
_HEARD_WORDS = frozenset(word.encode() for word in HEARD_WORDS | DOTS)
_DIGIT_OR_AT = re.compile(r"[\d@]")


class Entity(NamedTuple):
    """What was heard, where, and whether its checks hold; if not it is a question for a person."""

    kind: str
    parts: tuple[Part, ...]
    certain: bool


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """Digits that were reported, so that a read-back of them is known for what it is."""

    kind: str
    turn: int
    digits: str


@dataclass(frozen=True, slots=True, repr=False)
class Listener:
    """What must be remembered to know the next entity: a value; its representation shows no digits."""

    turn: int = 0
    last: int = NEVER  # the turn that last said something of interest
    topic: str | None = None
    topic_turn: int = NEVER
    paying: int = NEVER  # the turn that last spoke of a card
    pieces: tuple[Piece, ...] = ()
    told: tuple[Told, ...] = ()
    questions: Questions = NONE_ASKED

    def hear(self, by: str, text: str) -> tuple[Listener, list[Entity]]:
        """The listener after an utterance, and the entities that the utterance completes."""
        if self.questions.near(self.turn) or _may_tell(text):
            return self.take(by, Content(text))
        return self._after_nothing(), []

    def take(self, by: str, content: Content) -> tuple[Listener, list[Entity]]:
        """The same for an utterance that was taken apart before."""
        if not (content.topics or content.completes or self.questions.near(self.turn)):
            return self._after_nothing(), []
        after, entities = _Hearing(self, by, content).outcome()
        bare = any(topic.name == BARE_CODE for topic in content.topics)
        if bare and any(entity.kind == CARD and entity.certain for entity in entities):
            return _Hearing(replace(self, paying=self.turn), by, content).outcome()
        return after, entities

    def _after_nothing(self) -> Listener:
        if self.turn - self.last >= MEMORY:
            return START
        return replace(self, turn=self.turn + 1)

    def __repr__(self) -> str:
        return f"<Listener at turn {self.turn}, {len(self.pieces)} pieces remembered>"


START = Listener()


def _may_tell(text: str) -> bool:
    """False where neither a number nor a topic can be in the text; nearly all talk ends here, so it must be quick."""
    if not text.isascii():
        if _DIGIT_OR_AT.search(text):
            return True
        text = normalise(text)
    plain = text.encode().translate(_LETTERS, b"'")
    return _MARK in plain or not _HEARD_WORDS.isdisjoint(plain.split())


class Content:
    """What an utterance says by itself: what it is about, what shows by its form, and the numbers in it."""

    def __init__(self, text: str) -> None:
        self.words = (heard := Heard(text)).words
        self.topics = topics(self.words)
        self.forms = written(text, self.words, self.topics)
        taken = {word for topic in self.topics for word in range(topic.first, topic.last + 1)}
        taken.update(word for form in self.forms for word in range(form.first, form.last + 1))
        self.runs = runs(heard, taken)
        self.leads = [
            distance(heard, before[-1], run[0]) if before else run[0].first
            for before, run in zip([None, *self.runs], self.runs, strict=False)
        ]

    @property
    def completes(self) -> bool:
        """False if there is neither a number nor an address, so that nothing can be completed."""
        return bool(self.runs or self.forms)


class _Hearing:
    """The work on one utterance."""

    def __init__(self, before: Listener, by: str, content: Content) -> None:
        self.by, self.turn = by, before.turn
        self.words, self.runs, self.leads = content.words, content.runs, content.leads
        self.carried = before.topic if self.turn - before.topic_turn <= ASKED else None
        self.topic, self.topic_turn, self.paying = self.carried, before.topic_turn, before.paying
        self.pieces = [piece for piece in before.pieces if self.turn - piece.turn < MEMORY]
        self.told = [told for told in before.told if self.turn - told.turn < MEMORY]
        self.entities: list[Entity] = []
        self.topics = list(self._resolved(content.topics))
        asked = [topic for topic in content.topics if topic.name == SECURITY_ANSWER]
        self.questions, answers = before.questions.hear(by, self.turn, self.words, asked)
        self.entities += [Entity(SECURITY_ANSWER, (Part(0, *answer),), certain=True) for answer in answers]
        for form in content.forms:
            if self._topic_before(form.first) != OTHER:
                self.entities.append(Entity(form.kind, (Part(0, form.first, form.last),), certain=True))
        self.others = len(self.words) - sum(
            group.last - group.first + 1 for run in self.runs for group in run
        )

    def outcome(self) -> tuple[Listener, list[Entity]]:
        for number, run in enumerate(self.runs):
            piece = self._piece(number, run)
            if piece.topic == self.topic:
                self.topic_turn = self.turn
            self._begin(piece)
            if piece.topic == OTHER or not self._is_told(piece):
                self._remember(piece)
            del self.pieces[:-MAX_KEPT], self.told[:-MAX_KEPT]
        pieces, told = tuple(self.pieces), tuple(self.told)
        about = (self.topic, self.topic_turn, self.paying)
        after = Listener(self.turn + 1, self.turn, *about, pieces, told, self.questions)
        return after, sorted(self.entities, key=lambda entity: entity.parts[-1].first)

    def _begin(self, piece: Piece) -> None:
        """Report the first digits of what is about to be read out."""
        found = beginning(self._chain(piece, together(piece.topic)), piece)
        if found is not None and self.others <= READING:
            self.entities.append(Entity(found.kind, tuple(parts_of(found.digits, self.turn)), certain=True))

    def _is_told(self, piece: Piece) -> bool:
        return self._card(piece) or self._read_back(piece) or self._in_context(piece)

    def _resolved(self, spoken_of: Sequence[Topic]) -> Iterator[Topic]:
        """The topics, those that only earlier talk explains put in their place."""
        for topic in spoken_of:
            name = topic.name
            if name == SECURITY_ANSWER:
                continue
            if name == PAYING:
                name = CARD if self.topic in {None, OTHER, ENDING} else self.topic or CARD
                self.paying = self.turn
            elif name == BARE_CODE and self.topic == ONE_TIME:
                name = ONE_TIME
            elif name == BARE_CODE:
                if self.turn - self.paying > MEMORY:
                    continue
                name = CODE
            if name in {CARD, CODE, EXPIRY}:
                self.paying = self.turn
            self.topic, self.topic_turn = name, self.turn
            yield Topic(name, topic.first, topic.last)

    def _topic_before(self, word: int) -> str | None:
        at = bisect_left(self.topics, word, key=lambda topic: topic.last)
        return self.topics[at - 1].name if at else None

    def _topic_of(self, run: Sequence[Group]) -> str | None:
        """The topic just before; else that of "... is my pin" just after; else what was asked before."""
        said_before = self._topic_before(run[0].first)
        if said_before is not None:
            return said_before
        last = run[-1].last
        if (
            self.topics
            and self.topics[0].first <= last + 4
            and self.words[last + 1] in {"is", "was", "thats"}
        ):
            return self.topics[0].name
        return self.carried if self.others <= ANSWER else None

    def _piece(self, number: int, run: Sequence[Group]) -> Piece:
        digits = digits_of(run, self.turn, number)
        before = self.words[: run[0].first] if number == 0 else []
        corrects = FILLERS.issuperset(before) and not CORRECTIONS.isdisjoint(before)
        topic = self._topic_of(run)
        if topic == ENDING:
            topic = OTHER if len(digits) <= LAST_DIGITS else None
        return Piece(
            self.by,
            topic,
            digits,
            alone=self.others <= CHATTER,
            lead=self.leads[number],
            trail=len(self.words) - run[-1].last - 1,
            undo=len(digits) if corrects else 0,
        )

    def _chain(self, piece: Piece, allowed: Collection[str | None]) -> list[Piece]:
        """The pieces that the same speaker said before, as far back as they speak of the same."""
        chain: list[Piece] = []
        length, later = 0, piece
        for earlier in reversed(self.pieces):
            if earlier.by != self.by:
                continue
            length += len(earlier.digits)
            if length > MAX_KEPT:
                break
            told_so = piece.topic == earlier.topic is not None
            if earlier.topic not in allowed or not (told_so or (earlier.alone and piece.alone)):
                break
            if not _near(earlier, later):
                break
            chain.append(earlier)
            later = earlier
        return chain[::-1]

    def _card(self, piece: Piece) -> bool:
        """Report the card numbers that end in the piece; True if there are any, or a doubt."""
        chain = self._chain(piece, {CARD, None}) if piece.topic in {CARD, None} else []
        asked = any(one.asked for one in chain)
        doubt: tuple[list[Digit], Window] | None = None
        for digits in readings([*chain, piece]):
            windows = find_cards(digits, len(digits) - len(piece.digits), expected=piece.topic == CARD)
            if windows and windows[0].certain:
                self._tell_cards(digits, windows, piece, chain)
                self._forget(chain)
                return True
            doubt = doubt or ((digits, windows[0]) if windows else None)
        if doubt is None or asked:
            return False
        digits, window = doubt
        self._tell(CARD, digits[window.start : window.end], certain=False)
        self._forget(chain)
        for one in (*chain, piece):
            self._remember(replace(one, asked=True))
        return True

    def _tell_cards(
        self, digits: Sequence[Digit], windows: Sequence[Window], piece: Piece, chain: Sequence[Piece]
    ) -> None:
        since = chain[0].turn if chain else self.turn
        for window in windows:
            self._tell(CARD, digits[window.start : window.end], since=since)
        rest = digits[windows[-1].end :]
        self._tell_tail(rest)
        self.paying = self.turn
        if rest and not tail(said(rest)):
            self._remember(replace(piece, digits=tuple(rest), undo=0))

    def _tell_tail(self, digits: Sequence[Digit]) -> bool:
        start = 0
        for kind, length in tail(said(digits)):
            self._tell(kind, digits[start : start + length])
            start += length
        return start > 0

    def _read_back(self, piece: Piece) -> bool:
        digits = said(piece.digits)
        kind = next((told.kind for told in self.told if told.digits == digits), None)
        if kind is not None:
            self._tell(kind, piece.digits)
        return kind is not None

    def _in_context(self, piece: Piece) -> bool:
        """Report what the talk says that the digits are; True if they can be that."""
        if piece.topic is None:
            return False
        first = piece.digits[0].first
        date = month_before(self.words, first)
        chain = self._chain(piece, {piece.topic})
        possible: list[Sequence[Digit]] = [*readings([*chain, piece]), *_up_to_pauses(piece)]
        for digits in possible:
            certain = fits(piece.topic, numbers_of(digits), month=date is not None)
            if certain is not None:
                kind = KINDS.get(piece.topic, piece.topic)
                self._tell(kind, digits if date is None else _widened(digits, first, date), certain=certain)
                self._forget(chain)
                if self.topic == piece.topic:
                    self.topic = None
                return True
        told_card = any(told.kind == CARD for told in self.told)
        dated = is_expiry(said(piece.digits[:4]))  # no other four digits can follow "it expires"
        expected = (piece.topic == EXPIRY and dated) or (piece.topic == CARD and told_card)
        return expected and len(piece.digits) > 3 and self._tell_tail(piece.digits)

    def _remember(self, piece: Piece) -> None:
        self.pieces.append(replace(piece, digits=piece.digits[-MAX_KEPT:]))

    def _forget(self, pieces: Sequence[Piece]) -> None:
        gone = {id(piece) for piece in pieces}
        self.pieces = [piece for piece in self.pieces if id(piece) not in gone]

    def _tell(
        self,
        kind: str,
        digits: Sequence[Digit],
        *,
        certain: bool = True,
        since: int | None = None,
    ) -> None:
        """Report digits, with all that was said of them meanwhile: repetitions, and what others read back."""
        text = said(digits)
        parts = set(parts_of(digits, self.turn))
        since = digits[0].turn if since is None else since
        for piece in self.pieces:
            if piece.turn >= since and len(piece.digits) > 2 and said(piece.digits) in text:
                parts.update(parts_of(piece.digits, self.turn))
        in_order = sorted(parts, key=lambda part: (-part.back, part.first))
        self.entities.append(Entity(kind, tuple(in_order), certain))
        self.told.append(Told(kind, self.turn, text))


def _near(earlier: Piece, later: Piece) -> bool:
    """True if so little else is said between two pieces that they can be of one number."""
    if earlier.turn == later.turn:
        return later.lead <= ANSWER
    return earlier.trail + later.lead <= TALK


def _up_to_pauses(piece: Piece) -> Iterator[Sequence[Digit]]:
    """The piece alone and its beginnings, the longest first; a number of its own may follow after a pause."""
    yield piece.digits
    ends = [at for at, digit in enumerate(piece.digits[:MAX_KEPT]) if at and digit.starts]
    for end in reversed(ends):
        yield piece.digits[:end]


def _widened(digits: Sequence[Digit], first: int, date: int) -> list[Digit]:
    """The digits, the number that the utterance begins at `first` widened to the month before it."""
    now = digits[-1].turn
    return [replace(one, first=date) if one.first == first and one.turn == now else one for one in digits]
