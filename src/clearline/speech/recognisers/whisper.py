"""Hears a channel after the call with Whisper on this machine.

What somebody says is packed into pieces as the model takes them. Where the model goes round in circles, or says nothing of
what is clearly speech, smaller pieces are heard again, at last with other settings. What is in doubt then stays, as not sure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from clearline.speech.rates import WIDE
from clearline.speech.recognisers.loops import goes_round
from clearline.speech.recognisers.model import Effort, Heard, Model
from clearline.speech.recognising import Phrase, Told, Word, phrases
from clearline.speech.sound import Samples, Seconds, Span
from clearline.speech.speaking import AROUND, MOST, Window, quietest, windows
from clearline.speech.weights import Weights

SMALLEST: Final[Seconds] = 3.0  # what is not cut any further
EFFORTS: Final = (Effort(), Effort(figures=False), Effort(temperature=0.4))
UNLIKELY: Final = -1.0  # words of tokens that are on the whole less likely than this are heard again
SILENCE: Final = (
    0.6  # where nobody speaks is more probable than this, and the words are not likely, they are invented
)
CLEARLY: Final[Seconds] = 1.0  # of speech, of which there has to be a word
REACH: Final[Seconds] = 0.2  # by which a word has to be in a piece of speech to be from there
ENDLESS: Final[Seconds] = 2.5  # no word takes so long: what was said during it was left out
UNHEARD: Final = "…"  # stands for speech of which no word was understood


class Whisper:
    """faster-whisper's model; made once a process, it keeps 0.6 GB in memory."""

    def __init__(self, weights: Weights, language: str = "en") -> None:
        self._model = Model(weights)
        self._language = language
        self.name = weights.name

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        """All that is said in a channel; `told` is called after each window with the seconds that are done."""
        words: list[Word] = []
        language = self._language
        for window in windows(samples, rate):
            for spans in _packs(window.spans):
                language = language or self._model.language(_joined(window.samples, spans))
                words.extend(
                    replace(word, start=window.start + word.start, end=window.start + word.end)
                    for word in self._heard(window, spans, language)
                )
            if told is not None:
                told(window.end)
        return phrases(words)

    def _heard(self, window: Window, spans: Sequence[Span], language: str) -> Iterator[Word]:
        """The words of some pieces of speech, in the time of the window."""
        heard = self._asked(window, spans, language, EFFORTS[0])
        if not _is_doubtful(heard, spans):
            yield from _placed(heard, spans)
            return
        if smaller := _smaller(window, spans):
            for some in smaller:
                yield from self._heard(window, some, language)
            return
        for effort in EFFORTS[1:]:
            again = self._asked(window, spans, language, effort)
            if not _is_doubtful(again, spans):
                yield from _placed(again, spans)
                return
        yield from _in_doubt(heard, spans)

    def _asked(self, window: Window, spans: Sequence[Span], language: str, effort: Effort) -> Heard:
        return self._model.hear(_joined(window.samples, spans), language, effort)


def _packs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Pieces of speech, together as much as the model takes at once."""
    pack: list[Span] = []
    for span in spans:
        if pack and sum(one.seconds for one in pack) + span.seconds > MOST:
            yield pack
            pack = []
        pack.append(span)
    if pack:
        yield pack


def _joined(sound: Samples, spans: Sequence[Span]) -> Samples:
    pieces: Samples = np.concatenate([sound[int(one.start * WIDE) : int(one.end * WIDE)] for one in spans])
    return pieces


def _smaller(window: Window, spans: Sequence[Span]) -> list[list[Span]]:
    """The same in two halves; one piece of speech is cut where it is quietest."""
    if len(spans) > 1:
        half = len(spans) // 2
        return [list(spans[:half]), list(spans[half:])]
    span = spans[0]
    if span.seconds <= SMALLEST:
        return []
    cut = span.start + quietest(_joined(window.samples, spans))
    return [[Span(span.start, cut)], [Span(cut, span.end)]]


def _is_doubtful(heard: Heard, spans: Sequence[Span]) -> bool:
    seconds = sum(one.seconds for one in spans)
    if heard.cut or heard.likely < UNLIKELY or goes_round(heard.words, seconds):
        return True
    if any(word.end - word.start > ENDLESS for word in heard.words):
        return True
    placed = _placed(heard, spans)
    return any(
        one.seconds - 2 * AROUND > CLEARLY
        and not any(word.start < one.end and word.end > one.start for word in placed)
        for one in spans
    )


def _in_doubt(heard: Heard, spans: Sequence[Span]) -> list[Word]:
    """What is left of a piece that was not understood: all of its time, and nothing of it sure."""
    placed = _placed(heard, spans)
    seconds = sum(one.seconds for one in spans)
    if not placed:
        clearly = seconds - 2 * AROUND > CLEARLY
        return [Word(UNHEARD, spans[0].start, spans[-1].end, 0.0)] if clearly else []
    if not goes_round(heard.words, seconds) and not heard.cut:
        return placed  # unlikely words, each as sure as it is
    kept = [replace(word, sure=0.0) for word in placed[: max(2, int(seconds * 4))]]
    kept[0] = replace(kept[0], start=spans[0].start)
    kept[-1] = replace(kept[-1], end=spans[-1].end)
    return kept


def _placed(heard: Heard, spans: Sequence[Span]) -> list[Word]:
    """Words in the time of the window; each begins in the piece of speech that it is from, and ends in one."""
    invented = heard.silence > SILENCE and heard.likely < UNLIKELY
    edges = np.cumsum([0.0, *(one.seconds for one in spans)])
    places = [(Span(*map(float, edge)), span) for edge, span in zip(pairwise(edges), spans, strict=True)]
    words = [
        Word(
            word.text,
            _moved(places, word.start, min(REACH, (word.end - word.start) / 2)),
            _moved(places, word.end, -min(REACH, (word.end - word.start) / 2)),
            min(word.sure, 1 - heard.silence) if invented else word.sure,
        )
        for word in heard.words
    ]
    for span in spans:
        _stretch(words, Span(span.start + AROUND, span.end - AROUND))
    return words


def _stretch(words: list[Word], span: Span) -> None:
    """The model ends a last word early, and begins a first one late: speech beside them that has no word is theirs."""
    within = [place for place, word in enumerate(words) if word.start < span.end and word.end > span.start]
    if not within:
        return
    first = words[within[0]]
    if span.start < first.start < span.start + CLEARLY:
        words[within[0]] = replace(first, start=span.start)
    last = words[within[-1]]
    if span.end - CLEARLY < last.end < span.end:
        words[within[-1]] = replace(last, end=span.end)


def _moved(places: Sequence[tuple[Span, Span]], time: Seconds, by: Seconds) -> Seconds:
    """A time of the joined sound in that of the window; which piece it is from is asked a little inside of the word."""
    joined, span = next((one for one in places if time + by < one[0].end), places[-1])
    return min(max(time - joined.start + span.start, span.start), span.end)
