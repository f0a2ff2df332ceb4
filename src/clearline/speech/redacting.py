"""A recording that may be kept: heard, its secrets muted, and heard once more; what still tells something is not released."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from clearline.engine.entities import START
from clearline.engine.listed import NOBODY, Listed
from clearline.engine.pieces import Piece
from clearline.engine.topics import OTHER, PHONE
from clearline.speech.muting import Filling, copied, muted
from clearline.speech.recognising import CLEARLY, Phrase, Recogniser, Word
from clearline.speech.secrets import (
    DIGITS,
    KEYS,
    KINDS,
    UNKEEPABLE,
    Secret,
    Utterance,
    guarded,
    in_order,
    merged,
    secrets,
    spans_of,
)
from clearline.speech.secrets import UNHEARD as NO_WORD
from clearline.speech.sound import Seconds, Sound, Span
from clearline.speech.voice import spoken

UNHEARD = "speech that was not understood"
HEARINGS = 3  # of the muted sound; each may find something more to mute, the last must find nothing
NEARBY: Seconds = 2.0  # around what was muted, in which digits are taken for what is left of it
BESIDE: Seconds = 0.1  # the same beside what is muted: a digit may be left there
_AROUND: Seconds = 0.4  # of a word, that is taken for part of it
_WORD: Seconds = (
    1.5  # no word, and no digit of a number, takes longer; one that does stands for words that were lost
)
_LEFT = 3  # digits in a row that may be left of a secret: as many as the shortest security code has
_CODE = 3  # keys one after the other that may be a code or a PIN
_PAUSE: Seconds = 5.0  # between the keys of one number


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a recording is not released, and where; `span` is None where that is not known."""

    reason: str
    kind: str
    channel: int
    span: Span | None


@dataclass(frozen=True, slots=True)
class Redaction:
    """What came of a recording. `sound` is what may be kept; None if anything blocks it."""

    sound: Sound | None
    spans: tuple[tuple[Span, ...], ...]  # what was muted in each channel
    kinds: frozenset[str]  # what was heard
    secrets: tuple[Secret, ...]  # each, where it was said
    blocked: tuple[Blocked, ...]
    hearings: int

    @property
    def released(self) -> bool:
        return self.sound is not None

    @property
    def keeps_no_original(self) -> bool:
        """Whether a security code or a PIN was heard, or may have been keyed: then no original may be kept, sealed or not."""
        return not self.kinds.isdisjoint(UNKEEPABLE)


def heard(sound: Sound, recogniser: Recogniser) -> list[Utterance]:
    """All that is said, in order of time."""
    return in_order(
        Utterance(number, phrase)
        for number in range(sound.channels)
        for phrase in recogniser.hear(sound.channel(number), sound.rate)
    )


def redacted(
    sound: Sound,
    recogniser: Recogniser,
    said: Sequence[Utterance] | None = None,
    *,
    tones: Sequence[Iterable[Span]] = (),
    filling: Filling = Filling.TONE,
    kinds: frozenset[str] = KINDS,
    listed: Listed = NOBODY,
) -> Redaction:
    """The recording without its secrets and without `tones`, which are the keys pressed in each channel.

    `said` is what was `heard` in it before. Where nothing was muted there is nothing new to hear.
    """
    said = heard(sound, recogniser) if said is None else said
    found = secrets(said, kinds, listed)
    keys = [list(some) for some in tones] or [[] for _ in range(sound.channels)]
    told = {one.kind for one in found} | ({KEYS} if any(map(_may_be_code, keys)) else set())
    spans = _muting(sound, found, keys)
    while more := list(unheard(sound, said, spans)):  # each may have less than enough beside it
        found += more
        spans = _muting(sound, found, keys)
    lost = [Blocked("it cannot be located", one.kind, one.channel, None) for one in found if one.span is None]
    quiet, hearings = sound, 0
    left: list[Secret] = []
    while any(spans) and not lost and hearings < HEARINGS:
        quiet, hearings = muted(sound, spans, filling), hearings + 1
        again = heard(quiet, recogniser)
        left = [
            *secrets(in_order([*again, *_muted(said, spans)]), kinds, listed),
            *_digits_near(again, spans),
            *unheard(quiet, again, spans),
        ]
        wider = _muting(sound, [*found, *map(_wider, left)], keys)
        if not left or wider == spans:
            break
        found, spans = [*found, *map(_wider, left)], wider
        told |= {one.kind for one in left}
    still = [Blocked("it is still heard", one.kind, one.channel, one.span) for one in left]
    blocked = (*lost, *still)
    return Redaction(
        None if blocked else quiet,
        tuple(map(tuple, spans)),
        frozenset(told - {DIGITS, UNHEARD}),
        tuple(found),
        blocked,
        hearings,
    )


def _muted(said: Sequence[Utterance], spans: Sequence[Sequence[Span]]) -> Iterable[Utterance]:
    """What is known to have been said where nothing is heard any more, so that no question seems open that was answered."""
    for one in said:
        gone = [any(_overlap(word, span) for span in spans[one.channel]) for word in one.phrase.words]
        for is_gone, run in groupby(zip(gone, one.phrase.words, strict=True), key=lambda pair: pair[0]):
            if is_gone:
                yield Utterance(one.channel, Phrase(tuple(word for _, word in run)), muted=True)


def _muting(sound: Sound, found: Sequence[Secret], keys: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """What is to be muted in each channel: what was said there, and what bleeds into it."""
    own = [
        guarded([*(one.span for one in found if one.channel == number and one.span is not None), *pressed])
        for number, pressed in enumerate(keys)
    ]
    return [merged(some, bridge=0.0) for some in copied(sound, own)]


def _wider(secret: Secret) -> Secret:
    """What was heard though it should be muted stands beside its time: more is muted there."""
    if secret.span is None:
        return secret
    return Secret(secret.kind, secret.channel, Span(secret.span.start - NEARBY, secret.span.end + NEARBY))


def _digits_near(said: Sequence[Utterance], spans: Sequence[Sequence[Span]]) -> list[Secret]:
    """Digits beside what was muted, of which the listener alone would not know what they are left of.

    Where only a tone is nobody can be heard: a digit there was said at another time, and times are off.
    """
    found = []
    for one in said:
        listener, _ = START.hear("", one.phrase.text)
        for piece in listener.pieces:
            span = _span_of(one.phrase, set(_words(piece)))
            inside = span is None or any(_overlap(span, other) for other in spans[one.channel])
            near = span is None or any(_are_near(span, other) for other in spans[one.channel])
            long = len(piece.digits) >= _LEFT and piece.topic not in {OTHER, PHONE}
            if inside or (near and long):
                found.append(Secret(DIGITS, one.channel, span))
    return found


def unheard(sound: Sound, said: Sequence[Utterance], spans: Sequence[Sequence[Span]]) -> Iterable[Secret]:
    """Where somebody speaks of whom no word was heard: a recogniser that stumbles over digits leaves them out."""
    for number, known in enumerate(spans):
        words = [word for one in said if one.channel == number for word in one.phrase.words]
        heard = [
            Span(word.start - _AROUND, word.end + _AROUND)
            for word in words
            if word.text != NO_WORD
            and word.end - word.start <= _WORD * max(1, sum(map(str.isdecimal, word.text)))
        ]
        covered = merged([*heard, *known], bridge=0.0)
        for speech in spoken(sound.channel(number), sound.rate):
            edges = [Span(0.0, speech.start), *(one for one in covered if _overlap(one, speech))]
            for before, after in pairwise([*edges, Span(speech.end, speech.end)]):
                gap = Span(before.end, after.start)
                beside = gap.seconds > 0 and any(_are_near(gap, span) for span in known)
                if gap.seconds >= (BESIDE if beside else CLEARLY):
                    yield Secret(UNHEARD, number, gap)


def _words(piece: Piece) -> Iterable[int]:
    return (word for digit in piece.digits for word in range(digit.first, digit.last + 1))


def _span_of(phrase: Phrase, places: set[int]) -> Span | None:
    found = [one for one in spans_of(phrase, places) if one is not None]
    return Span(found[0].start, found[-1].end) if found else None


def _are_near(span: Span, other: Span) -> bool:
    return _overlap(Span(span.start - NEARBY, span.end + NEARBY), other)


def _overlap(one: Span | Word, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _may_be_code(keys: Sequence[Span]) -> bool:
    """Whether so many keys were pressed one after the other that they may be a code; a choice in a menu is none."""
    run = 1
    for before, after in pairwise(sorted(keys)):
        run = run + 1 if after.start - before.end <= _PAUSE else 1
        if run >= _CODE:
            return True
    return False
