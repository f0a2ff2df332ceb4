"""What every recogniser of speech is to the rest of the house."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol, TypeAlias

from clearline.speech.sound import Samples, Seconds, Span

BREATH: Final[Seconds] = 1.0  # of silence, after which another phrase begins
CLEARLY: Final[Seconds] = 1.2  # of speech, of which there has to be a word
NOT_UNDERSTOOD: Final = "it was not understood"
LONGEST: Final[Seconds] = 20.0  # a phrase that goes on for longer is ended where a sentence ends

Told: TypeAlias = Callable[[Seconds], None]
"""Is told up to where a channel has been heard."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was heard, when, and how sure the recogniser is of it, from 0 to 1."""

    text: str
    start: Seconds
    end: Seconds
    sure: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was said in one breath; its text is that of its words, with their signs."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def start(self) -> Seconds:
        return self.words[0].start

    @property
    def end(self) -> Seconds:
        return self.words[-1].end


class Recogniser(Protocol):
    """Hears one channel. It is made once a process and may keep a model in memory; it is used by one thread at a time."""

    @property
    def name(self) -> str:
        """The engine and the model, with version or checksum, as it stands in what was heard by it."""
        ...

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        """All that is said in a channel, in order; nothing where nobody speaks."""
        ...


def phrases(words: Iterable[Word]) -> list[Phrase]:
    """Words by breaths, for recognisers that tell words only."""
    found: list[list[Word]] = []
    for word in words:
        if not found or _ends(found[-1], word):
            found.append([])
        found[-1].append(word)
    return [Phrase(tuple(one)) for one in found]


def not_understood(words: Iterable[Word]) -> list[Span]:
    """Where a recogniser trusts nothing at all of what it heard: other words may have been said there."""
    runs = groupby(words, key=lambda word: word.sure == 0)
    return [Span(some[0].start, some[-1].end) for lost, run in runs if lost and (some := list(run))]


def _ends(before: list[Word], word: Word) -> bool:
    last = before[-1]
    if word.start - last.end > BREATH:
        return True
    return word.end - before[0].start > LONGEST and last.text.endswith((".", "?", "!"))
