"""How much a redaction misses, counted on material of which it is known what is secret in it.

A secret of a recording is one number or answer with the times of its words; it is missed if any of them can be heard, which is
said of a word of which less than half is muted. One of a text is missed if any word of it is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from clearline.engine.numbers import FILLERS
from clearline.engine.words import normalise, spans
from clearline.speech.recognising import Phrase, Word
from clearline.speech.secrets import Utterance, marks
from clearline.speech.sound import Seconds, Span
from clearline.speech.spoken import Talk
from clearline.statistics.bounds import at_most

HIDDEN = 0.5  # of a word, from which on it cannot be made out


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret of a recording: `form` says how it is spoken, `words` are their times in seconds."""

    kind: str
    words: list[tuple[float, float]]
    channel: int = 0
    form: str = ""


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is secret in a recording; it stands beside it as NAME.json."""

    secrets: list[Spoken]


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret of a turn: its characters `first` up to `last`, which is not part of it."""

    kind: str
    first: int
    last: int
    form: str = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A turn of a written talk, and what is secret in it."""

    by: str
    text: str
    secrets: list[Marked] = []


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One talk: a line of a NAME.jsonl."""

    turns: list[Said]


@dataclass(slots=True)
class Count:
    """Of one kind of secret, spoken in one way."""

    secrets: int = 0
    missed: int = 0
    words: int = 0
    shown: int = 0

    @property
    def bound(self) -> float:
        """The share that is missed is at most this, at 95 %."""
        return at_most(self.missed, self.secrets)

    def add(self, words: int, shown: int) -> None:
        self.secrets += 1
        self.missed += shown > 0
        self.words += words
        self.shown += shown


@dataclass(slots=True)
class Tally:
    """What was counted; times are of recordings only."""

    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    recordings: int = 0
    withheld: int = 0  # recordings that were not released
    seconds: Seconds = 0.0  # of them all, and of their secrets
    secret: Seconds = 0.0
    hidden: Seconds = 0.0  # of their secrets, those that were muted
    false: int = 0  # spans that were muted for nothing
    texts: int = 0
    plain: int = 0  # words that are not secret, and those of them that were hidden
    hidden_words: int = 0

    @property
    def total(self) -> Count:
        counts = self.counts.values()
        return Count(
            sum(one.secrets for one in counts),
            sum(one.missed for one in counts),
            sum(one.words for one in counts),
            sum(one.shown for one in counts),
        )

    @property
    def false_a_minute(self) -> float:
        return self.false / (self.seconds / 60) if self.seconds else 0.0

    def recording(
        self, truth: Truth, muted: Sequence[Sequence[Span]], seconds: Seconds, *, released: bool
    ) -> None:
        """Counts a recording by what was muted in each channel; what is not released is missed by nobody."""
        self.recordings += 1
        self.withheld += not released
        self.seconds += seconds
        for one in truth.secrets:
            spans_there = muted[one.channel] if one.channel < len(muted) else ()
            parts = [(last - first, _covered(Span(first, last), spans_there)) for first, last in one.words]
            self.secret += sum(length for length, _ in parts)
            self.hidden += sum(hidden for _, hidden in parts)
            shown = sum(hidden < HIDDEN * length for length, hidden in parts)
            self._of(one.kind, one.form).add(len(parts), shown if released else 0)
        words = [
            Span(*word) for one in truth.secrets for word in one.words
        ]  # of any channel: a copy is muted, too
        self.false += sum(
            not any(span.start < word.end and word.start < span.end for word in words)
            for channel in muted
            for span in channel
        )

    def text(self, talk: Written) -> None:
        """Counts a written talk."""
        self.texts += 1
        for turn, hidden in zip(
            talk.turns, hidden_words([(one.by, one.text) for one in talk.turns]), strict=True
        ):
            places = spans(turn.text)
            known = normalise(turn.text).split()
            secret: set[int] = set()
            for one in turn.secrets:
                inside = {
                    at for at, (start, end) in enumerate(places) if start < one.last and one.first < end
                }
                secret |= inside
                wanted = {at for at in inside if known[at] not in FILLERS}
                self._of(one.kind, one.form).add(len(wanted), len(wanted - hidden))
            self.plain += len(places) - len(secret)
            self.hidden_words += len(hidden - secret)

    def _of(self, kind: str, form: str) -> Count:
        return self.counts.setdefault((kind, form), Count())


def hidden_words(turns: Sequence[tuple[str, str]]) -> list[set[int]]:
    """The places of the words of each turn that would be muted if the talk were a recording."""
    speakers = list(dict.fromkeys(by for by, _ in turns))
    said = [
        Utterance(speakers.index(by), Phrase(tuple(Word(word, at, at, 1.0) for word in text.split())))
        for at, (by, text) in enumerate(turns)
    ]
    return [set().union(*marked.values()) for marked in marks(said)]


def written(talk: Talk) -> Written:
    """A generated talk as it is measured."""
    return Written(
        [
            Said(turn.by, turn.text, [Marked("payment_card", *turn.secret, talk.form)] if turn.secret else [])
            for turn in talk.turns
        ]
    )


def _covered(word: Span, muted: Iterable[Span]) -> Seconds:
    return sum(max(0.0, min(word.end, span.end) - max(word.start, span.start)) for span in muted)
