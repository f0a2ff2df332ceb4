"""What every recogniser of speech is to the rest of the house."""

from dataclasses import dataclass
from typing import Protocol

from clearline.speech.sound import Samples, Seconds


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

    def hear(self, samples: Samples, rate: int) -> list[Phrase]:
        """All that is said in a channel, in order; nothing where nobody speaks."""
        ...
