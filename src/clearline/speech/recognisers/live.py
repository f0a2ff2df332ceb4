"""Hears a channel while people speak: words that may still change at once, and those that stay when somebody pauses.

Where the machine falls behind, it gives up what matters least first: words that may change, then the careful hearing of what stays,
and sound itself last, which it says.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

import numpy as np

from clearline.speech.errors import SpeechError
from clearline.speech.rates import WIDE
from clearline.speech.recognisers.loops import goes_round
from clearline.speech.recognising import CLEARLY, NOT_UNDERSTOOD, Recogniser, Word, not_understood
from clearline.speech.sound import Samples, Seconds
from clearline.speech.speaking import AROUND, PAUSE, quietest
from clearline.speech.voice import EXACT, SECONDS, WINDOW, Detector

SHORTEST: Final[Seconds] = 0.2  # of voice, below which it is a click
EVERY: Final[Seconds] = 0.5  # a partial, at first
SHARE: Final = 5  # of a segment after which the next partial comes: all of it is heard again each time
LONGEST: Final[Seconds] = 15.0  # of a segment; then it is cut where it is quietest
HOLE: Final[Seconds] = 0.1  # by which times may differ and be the same stream
LATE, LATER, LATEST = 1.5, 6.0, 20.0  # seconds behind, from which less and less is done
LAGS: Final = "it came quicker than it can be heard here"
UNSURE: Final = 0.49  # of words that were heard in haste: a question, not an answer


@dataclass(frozen=True, slots=True)
class Partial:
    """What somebody is saying, as far as it is understood; the next with this id replaces it."""

    id: str
    text: str
    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said. Without words, nobody said anything, and the partials with this id were a mistake."""

    id: str
    words: tuple[Word, ...]
    start: Seconds
    end: Seconds

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Lost:
    """Sound in which somebody may have spoken, and it was not heard."""

    start: Seconds
    end: Seconds
    why: str = LAGS


Heard: TypeAlias = Partial | Said | Lost


class Quick(Protocol):
    """Says in a moment what is said, without times."""

    def text(self, sound: Samples) -> str:
        """What is said in a few seconds at 16 kHz."""
        ...


@dataclass(slots=True)
class _Segment:
    """What somebody says from one pause to the next."""

    id: str
    start: Seconds
    chunks: list[Samples]
    voice: Seconds = 0.0  # how long there was a voice in it
    quiet: Seconds = 0.0  # since when there was none
    told: Seconds = 0.0  # of it, when a partial was told last
    text: str = ""

    @property
    def seconds(self) -> Seconds:
        return len(self.chunks) * SECONDS


class Ear:
    """Hears one channel of a stream. Its memory is bounded by the longest segment."""

    def __init__(self, rate: int, quick: Quick, careful: Recogniser | None, name: str = "") -> None:
        self._rate, self._quick, self._careful, self._name = rate, quick, careful, name
        self._voices = Detector()
        self._resampler = _Resampler(rate)
        self._before: deque[Samples] = deque(maxlen=max(1, int(AROUND * WIDE / WINDOW)))
        self._rest: Samples = np.zeros(0, np.float32)
        self._expected: Seconds | None = None  # when the next samples begin, if none are missing
        self._at: Seconds = 0.0  # when the chunk that comes next begins
        self._segment: _Segment | None = None
        self._lost: Lost | None = None

    def take(self, samples: Samples, at: Seconds, behind: Seconds = 0.0) -> list[Heard]:
        """What is heard with these samples, which begin at a time of the stream; `behind` is how much more sound waits."""
        if self._expected is not None and at < self._expected - HOLE:  # it was there already
            samples, at = samples[round((self._expected - at) * self._rate) :], self._expected
        if not len(samples):
            return []
        ends = at + len(samples) / self._rate
        if behind > LATEST:
            heard = self._close(behind) if self._lost is None else []
            self._expected = None
            self._lost = Lost(self._lost.start if self._lost else at, ends)
            return heard
        heard = self._found()
        if self._expected is None or abs(at - self._expected) > HOLE:
            heard += self._jump(at, behind)
        self._expected = ends
        sound = np.concatenate([self._rest, self._resampler.take(np.clip(np.nan_to_num(samples), -1.0, 1.0))])
        whole = len(sound) // WINDOW * WINDOW
        self._rest = sound[whole:]
        for chunk in np.split(sound[:whole], whole // WINDOW) if whole else []:
            heard += self._heard(chunk, behind)
        return heard

    @property
    def reached(self) -> Seconds:
        """Up to here all is told."""
        return self._segment.start if self._segment else self._at

    def end(self, behind: Seconds = 0.0) -> list[Heard]:
        """What was being said when the stream ended."""
        return [*self._found(), *self._close(behind)]

    def _found(self) -> list[Heard]:
        lost, self._lost = self._lost, None
        return [lost] if lost else []

    def _jump(self, at: Seconds, behind: Seconds) -> list[Heard]:
        """Sound is missing: what was said before is over, and what comes has its own time."""
        heard = self._close(behind)
        self._resampler, self._rest, self._at = _Resampler(self._rate), np.zeros(0, np.float32), at
        self._before.clear()
        self._voices.reset()
        return heard

    def _heard(self, chunk: Samples, behind: Seconds) -> Iterator[Heard]:
        voice = float(self._voices.likely(chunk)[0])
        self._at += SECONDS
        segment = self._segment
        if segment is None:
            self._before.append(chunk)
            if voice >= EXACT.begins:
                start = self._at - len(self._before) * SECONDS
                self._segment = _Segment(
                    f"{self._name}{round(start * 1000)}", start, [*self._before], SECONDS
                )
            return
        segment.chunks.append(chunk)
        if voice >= EXACT.ends:
            segment.voice += SECONDS
            segment.quiet = 0.0
        else:
            segment.quiet += SECONDS
        if segment.quiet >= PAUSE:
            yield from self._close(behind)
        elif segment.seconds >= LONGEST:
            yield from self._cut(segment, behind)
        elif behind <= LATE and segment.voice >= SHORTEST and _is_time(segment):
            segment.told = segment.seconds
            text = self._quick.text(np.concatenate(segment.chunks))
            if (
                text
                and text != segment.text
                and not goes_round(_spread(text, 0.0, segment.seconds), segment.seconds)
            ):
                segment.text = text
                yield Partial(segment.id, text, segment.start, self._at)

    def _cut(self, segment: _Segment, behind: Seconds) -> Iterator[Heard]:
        """Somebody does not pause: the first part stays, and with the rest another segment begins."""
        place = max(1, int(quietest(np.concatenate(segment.chunks)) * WIDE / WINDOW))
        rest, segment.chunks = segment.chunks[place:], segment.chunks[:place]
        start = segment.start + place * SECONDS
        yield from self._said(segment, behind)
        seconds = len(rest) * SECONDS
        self._segment = _Segment(f"{self._name}{round(start * 1000)}", start, rest, seconds, segment.quiet)

    def _close(self, behind: Seconds) -> list[Heard]:
        segment, self._segment = self._segment, None
        self._before.clear()
        if segment is None:
            return []
        return list(self._said(segment, behind))

    def _said(self, segment: _Segment, behind: Seconds) -> Iterable[Heard]:
        """What stays of a segment, and what of it was not understood."""
        ends = segment.start + segment.seconds
        words: tuple[Word, ...] = ()
        if segment.voice >= SHORTEST:
            try:
                words = self._words(segment, behind)
            except SpeechError as error:
                yield Lost(segment.start, ends, str(error))
            else:
                yield from (Lost(one.start, one.end, NOT_UNDERSTOOD) for one in not_understood(words))
                if not words and segment.voice >= CLEARLY:
                    yield Lost(segment.start, ends, NOT_UNDERSTOOD)
        if words or segment.text:
            start = words[0].start if words else segment.start
            yield Said(segment.id, words, start, words[-1].end if words else ends)

    def _words(self, segment: _Segment, behind: Seconds) -> tuple[Word, ...]:
        sound = np.concatenate(segment.chunks)
        if self._careful is not None and behind <= LATER:
            return tuple(
                Word(one.text, segment.start + one.start, segment.start + one.end, one.sure)
                for phrase in self._careful.hear(sound, WIDE)
                for one in phrase.words
            )
        words = _spread(self._quick.text(sound), segment.start, segment.seconds - segment.quiet)
        if goes_round(words, segment.voice):
            return tuple(replace(word, sure=0.0) for word in words)
        return words


def _is_time(segment: _Segment) -> bool:
    return segment.seconds - segment.told >= max(EVERY, segment.told / SHARE)


class _Resampler:
    """To 16 kHz, piece by piece."""

    def __init__(self, rate: int) -> None:
        from av import AudioResampler  # noqa: PLC0415 - an extra

        self._rate = rate
        self._resampler = AudioResampler(format="flt", layout="mono", rate=WIDE)

    def take(self, samples: Samples) -> Samples:
        from av import AudioFrame  # noqa: PLC0415

        if self._rate == WIDE:
            return samples
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[np.newaxis], dtype=np.float32), format="flt", layout="mono"
        )
        frame.sample_rate = self._rate
        pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        found: Samples = np.concatenate([np.zeros(0, np.float32), *pieces])
        return found


def _spread(text: str, start: Seconds, seconds: Seconds) -> tuple[Word, ...]:
    """Words without times: each as long as its letters are of all."""
    told = text.split()
    edges = np.cumsum([0, *(len(word) + 1 for word in told)]) / max(1, len(text) + 1) * seconds + start
    return tuple(
        Word(word, float(edges[place]), float(edges[place + 1]), UNSURE) for place, word in enumerate(told)
    )
