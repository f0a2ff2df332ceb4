"""Answers to security questions: what somebody says who was asked for a mother's maiden name, a first pet, a password.

An answer may be any word, so it is known by what was asked. Where it is not clear which words are the answer, more of them
are taken for it; a question that is refused ("I don't remember") stays open for the next utterance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clearline.engine.numbers import FILLERS, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clearline.engine.topics import Topic

REMEMBERED = 8  # utterances after a question in which it may be answered, or its answer be read back
OPEN = 3  # utterances after a question in which it is answered, if nobody asks anything else
WHOLE = 20  # words of an utterance that are taken for the answer; a speech of twice as many is none
LONGEST = 4  # words of an answer that stands after "my mother's maiden name is"
AWAY = 6  # words between what was asked for and the "is" before the answer
READ_BACK = 3  # words of the longest answer that is known again when it is read back

_IS = frozenset(vocabulary("is was its called named name would be"))
_ENDS = frozenset(
    vocabulary("and but if though so please because that or my i im ive it with for ? thanks thank you")
)
_NO_ANSWER = frozenset(
    vocabulary(
        "not what whats which wrong incorrect correct right required needed reset expired invalid on in at to as the a an "
        "it that this there here too very being never same also still something anything okay ok fine"
    )
)
_REFUSES = frozenset(
    vocabulary(
        "dont cant cannot forgot forget forgotten remember recall idea unsure sorry why lost couldnt didnt wont never "
        "unfortunately know another instead reset"
    )
)
_ASKS = frozenset(
    vocabulary(
        "? what whats which tell give confirm verify provide need say have could can may enter spell please and"
    )
)
_NOTHING_SAID = FILLERS | frozenset(
    vocabulary(
        "so much for your help today you i do have will need to sure go ahead let me think see hold one moment second just minute please hello thanks thank you alright great good "
        "fine of course absolutely no problem it its it's is was would be that thats the a an my mine hers his her name "
        "mothers maiden pet pets password answer believe think guess we had called named hi yep yup yeah ha oh"
    )
)


@dataclass(frozen=True, slots=True, repr=False)
class Questions:
    """What must be remembered of security questions; its representation shows no answer."""

    by: str = ""  # who asked last
    turn: int = -100
    open: bool = False
    answers: tuple[tuple[str, ...], ...] = ()

    def near(self, turn: int) -> bool:
        """Whether an utterance may answer, or read an answer back, though it holds no word that tells."""
        return turn - self.turn < REMEMBERED

    def hear(
        self, by: str, turn: int, words: Sequence[str], asked: Sequence[Topic]
    ) -> tuple[Questions, list[tuple[int, int]]]:
        """What is remembered after an utterance that speaks of `asked`, and the answers in it: first and last words."""
        now = self if self.near(turn) else NONE_ASKED
        places = [place for topic in asked if (place := _stated(words, topic)) is not None]
        if now.is_answer(by, turn, words, asked):
            end = asked[0].first if places else len(words)
            first = next((at for at, word in enumerate(words[:end]) if word not in _NOTHING_SAID), None)
            if first is not None:
                places = [(first, end - 1), *places]
        if places:
            told = tuple(tuple(words[first : last + 1]) for first, last in places if last - first < READ_BACK)
            return replace(now, by=by, turn=turn, open=False, answers=(*now.answers, *told)), places
        if asked and not _REFUSES.intersection(words) and _ASKS.intersection(words):
            return replace(now, by=by, turn=turn, open=True), []
        return now, list(_read_back(words, now.answers))

    def is_answer(self, by: str, turn: int, words: Sequence[str], asked: Sequence[Topic]) -> bool:
        """Whether an utterance, which may itself speak of `asked`, answers what is open."""
        answering = self.open and by != self.by and turn - self.turn <= OPEN and len(words) <= 2 * WHOLE
        return answering and not _REFUSES.intersection(words) and not (asked and "?" in words)


NONE_ASKED = Questions()


def _stated(words: Sequence[str], topic: Topic) -> tuple[int, int] | None:
    """The answer in "my mother's maiden name is Cooper", or in "Cooper is my mother's maiden name"."""
    after = topic.last + 1
    direct = words[topic.first] in {"maiden", "childhood"} and "?" not in words
    if direct and after < len(words) and words[after] not in _IS | _NO_ANSWER | _ENDS | _NOTHING_SAID:
        return after, _end(words, after)
    for at in range(after, min(len(words) - 1, after + AWAY)):
        if words[at] in _IS and words[at + 1] not in _IS:
            if words[at + 1] in _NO_ANSWER:
                return None
            return at + 1, _end(words, at + 1)
        if words[at] in {"?", "and", "but", "i"} and words[at + 1 : at + 2] != ["had"]:
            break
    for at in range(topic.first - 1, max(0, topic.first - AWAY), -1):
        if words[at] in {"is", "was"} and words[at - 1] not in _ASKS | _NO_ANSWER | _ENDS:
            return at - 1, at - 1
    return None


def _end(words: Sequence[str], first: int) -> int:
    end = first + 1
    while end < len(words) and end - first < LONGEST and words[end] not in _ENDS:
        end += 1
    return end - 1


def _read_back(words: Sequence[str], answers: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    for answer in set(answers):
        for at in range(len(words) - len(answer) + 1):
            if tuple(words[at : at + len(answer)]) == answer:
                yield at, at + len(answer) - 1
