"""A recording becomes a conversation: heard once, its speakers told apart by their channels, and muted where nobody may listen.

Needs the extra `[speech]`; whoever imports this asks `speech.installed` first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from clearline.engine.events import UNHEARD
from clearline.engine.skim import hear_all
from clearline.engine.topics import CARD
from clearline.formats.turns import Happening, Transcript, Turn, Word
from clearline.speech.channels import Layout, Speaker, checked, layout, who
from clearline.speech.decoding import Recording
from clearline.speech.muting import Filling
from clearline.speech.probing import About
from clearline.speech.recognising import NOT_UNDERSTOOD, Recogniser, not_understood
from clearline.speech.redacting import Redaction, heard, redacted, unheard
from clearline.speech.secrets import AUTHENTICATION, DIGITS, KINDS, Utterance, marks, merged, without
from clearline.speech.silence import Stretch, clipped, pauses, unspoken
from clearline.speech.sound import Seconds, Sound, Span
from clearline.speech.tones import Key, keys
from clearline.speech.voice import spoken

AT_THE_EDGE: Final[Seconds] = (
    0.5  # from the beginning or end of a file: a pause so near is none, or never ends
)
LONG: Final[Seconds] = 10.0  # without a word, from which on it is an event of the call
CLIPPED: Final = 0.01  # share of samples that are cut off, from which on it is told


@dataclass(frozen=True, slots=True)
class Listened:
    """A recording and what was heard in it, secrets and all: of its sound only what `muted` gives may be kept."""

    about: About
    sound: Sound = field(repr=False)
    speakers: tuple[Speaker, ...]  # of the channels of the sound
    said: tuple[Utterance, ...] = field(repr=False)
    transcript: Transcript = field(
        repr=False
    )  # whoever stores or shows it hides the secrets that are in its words
    keys: tuple[tuple[Span, ...], ...]  # that were pressed, by channel


def listen(recording: Recording, recogniser: Recogniser, expected: Sequence[Speaker] = ()) -> Listened:
    """Hears a recording; NotHeard says why it can't be. `expected` says who should be on which channel, the first first."""
    sound, laid = _laid_out(recording.whole())
    pressed = [keys(sound.channel(number), sound.rate) for number in range(sound.channels)]
    said = heard(sound, recogniser)
    people, notes = _speakers(said, laid, sound.channels, expected)
    still = list(_told(pauses(sound), sound.seconds))
    transcript = Transcript(
        turns=[_turn(one, people[one.channel]) for one in _shown(said, people)],
        happenings=[
            *_recorder(still, sound.seconds),
            *_keys(pressed, people),
            *_holes(sound, said, laid, people),
            *_waits(_unspoken(sound, laid)),
        ],
        about={"recorded": True, "channels": "separate" if laid.separated else "mono"},
        notes=[f"heard by {recogniser.name}", *recording.notes, *notes, *_remarks(sound, laid)],
    )
    spans = tuple(tuple(one.span for one in some) for some in pressed)
    return Listened(recording.about, sound, people, tuple(said), transcript, spans)


def muted(
    told: Listened,
    recogniser: Recogniser,
    *,
    filling: Filling = Filling.TONE,
    kinds: frozenset[str] = KINDS,
) -> Redaction:
    """The same without its secrets, heard once more."""
    return redacted(told.sound, recogniser, told.said, tones=told.keys, filling=filling, kinds=kinds)


def hidden(done: Redaction) -> Iterator[tuple[int, Span, str]]:
    """What was muted: in which channel, when, and the kind of what was said there; the most telling where there are several."""
    for channel, spans in enumerate(done.spans):
        for span in spans:
            kinds = {
                one.kind
                for one in done.secrets
                if one.span is not None and one.span.start < span.end and span.start < one.span.end
            }
            yield channel, span, min(kinds, key=_gravest, default=DIGITS)


def _gravest(kind: str) -> tuple[bool, bool, bool, str]:
    return kind == DIGITS, kind not in AUTHENTICATION, kind != CARD, kind


def _laid_out(sound: Sound) -> tuple[Sound, Layout]:
    """What the channels are; of a mono recording in a file of two the second is left out."""
    laid = layout(sound)
    if laid.kind != "identical":
        return sound, laid
    return Sound(sound.samples[list(laid.heard)], sound.rate), Layout("identical", (0,))


def _speakers(
    said: Sequence[Utterance], laid: Layout, channels: int, expected: Sequence[Speaker]
) -> tuple[tuple[Speaker, ...], list[str]]:
    """Who is on each channel, by what is said there; what was expected stands where the words don't tell, and is told apart."""
    nobody: list[Speaker] = ["unknown"] * channels
    if not laid.separated:
        return tuple(nobody), ["one channel for all: speakers are not separated"]
    expected = [*expected, *nobody][:channels] if expected else ()
    by_words = who([[one.phrase for one in said if one.channel == number] for number in laid.heard])
    if not expected:
        notes = [] if "unknown" not in by_words else ["nothing that is said tells who is on which channel"]
        return _placed(by_words, laid, channels), notes
    match checked([expected[number] for number in laid.heard], by_words):
        case "swapped":
            told = "the channels are swapped: what is said on them is the other speaker's"
            return _placed(by_words, laid, channels), [told]
        case "confirmed":
            return _placed(by_words, laid, channels), []
        case _:
            return tuple(expected), []


def _shown(said: Sequence[Utterance], people: Sequence[Speaker]) -> Iterator[Utterance]:
    """What was said, without digits that may be part of a secret though nothing shows it: a recogniser mishears some.

    What the engine's listener hears stays: whoever stores or shows it hears it as well, and hides it.
    """
    known: list[set[int]] = [set() for _ in said]
    for at, entity in hear_all([(people[one.channel], one.phrase.text) for one in said]):
        for part in entity.parts:
            known[at - part.back] |= set(range(part.first, part.last + 1))
    for one, marked, of_entities in zip(said, marks(said), known, strict=True):
        yield Utterance(one.channel, without(one.phrase, set().union(*marked.values()) - of_entities))


def _placed(speakers: Sequence[Speaker], laid: Layout, channels: int) -> tuple[Speaker, ...]:
    found: list[Speaker] = ["unknown"] * channels
    for number, speaker in zip(laid.heard, speakers, strict=True):
        found[number] = speaker
    return tuple(found)


def _turn(one: Utterance, speaker: Speaker) -> Turn:
    words: list[Word] = [(word.text, word.start, word.end, word.sure) for word in one.phrase.words]
    labels = (speaker,) if speaker != "unknown" else (f"channel {one.channel + 1}",)
    return Turn(one.phrase.text, labels, one.phrase.start, one.phrase.end, words)


def _told(found: Iterable[Span], seconds: Seconds) -> Iterator[Span]:
    """Pauses of the recorder: a file may begin before somebody is there, but it does not end so by itself."""
    for span in found:
        if span.start > AT_THE_EDGE:
            yield Span(span.start, seconds) if seconds - span.end < AT_THE_EDGE else span


def _recorder(still: Sequence[Span], seconds: Seconds) -> Iterator[Happening]:
    """What the recorder did, as far as the file shows it; where it ends in a pause nobody resumed it."""
    yield Happening("recording.started", 0.0)
    for span in still:
        yield Happening("recording.paused", span.start)
        if span.end < seconds:
            yield Happening("recording.resumed", span.end)


def _keys(pressed: Sequence[Sequence[Key]], people: Sequence[Speaker]) -> Iterator[Happening]:
    """That keys were pressed, never which: they may be a card."""
    for speaker, some in zip(people, pressed, strict=True):
        for one in some:
            yield Happening("key.pressed", one.span.start, {"by": speaker})


def _holes(
    sound: Sound, said: Sequence[Utterance], laid: Layout, people: Sequence[Speaker]
) -> Iterator[Happening]:
    """Where somebody speaks and nobody knows what they say: no word was heard, or none that the recogniser trusts."""
    silent = list(unheard(sound, said, [()] * sound.channels))
    for number in laid.heard:
        own = [one.phrase.words for one in said if one.channel == number]
        doubted = [span for words in own for span in not_understood(words)]
        wordless = [one.span for one in silent if one.channel == number and one.span is not None]
        for span in merged([*doubted, *wordless], bridge=0.0):
            told = {"by": people[number], "seconds": round(span.seconds, 3), "why": NOT_UNDERSTOOD}
            yield Happening(UNHEARD, span.start, told)


def _waits(quiet: Iterable[Stretch]) -> Iterator[Happening]:
    """Long stretches in which nobody speaks: somebody waits, and whether there is music meanwhile is all that is known."""
    for one in quiet:
        if one.span.seconds >= LONG:
            seconds = round(one.span.seconds, 1)
            yield Happening(
                "silence" if one.kind == "silence" else "music", one.span.start, {"seconds": seconds}
            )


def _remarks(sound: Sound, laid: Layout) -> Iterator[str]:
    if laid.kind == "one silent":
        yield "one channel is silent all through: nobody can tell who speaks on the other"
    if laid.kind == "identical":
        yield "all channels hold the same: one of them is heard and kept"
    for number in laid.heard:
        if (share := clipped(sound.channel(number))) > CLIPPED:
            yield f"channel {number + 1} is overdriven: {share:.0%} of it is cut off at the top"


def _unspoken(sound: Sound, laid: Layout) -> Iterator[Stretch]:
    """Stretches in which nobody speaks on any channel, by what is heard there meanwhile."""
    everybody = [span for number in laid.heard for span in spoken(sound.channel(number), sound.rate)]
    together = np.zeros(sound.samples.shape[1], np.float32)
    for number in laid.heard:
        together += sound.channel(number) / len(laid.heard)
    yield from unspoken(together, sound.rate, merged(everybody, bridge=0.0))
