"""What answers to a scorecard are worth, what several graders agree on, and how that is written into events. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from clearline.rulebook.scorecards import NO, Question, Scorecard

LONGEST: Final = 2_000  # characters of a note


class Score(NamedTuple):
    """The weighted share of the questions that applied; None where none did. A critical no fails the card."""

    share: float | None
    failed: bool


class Answered(NamedTuple):
    """An answer as an event holds it, in the words of the scorecard of its day."""

    question: str
    text: str
    answer: str
    note: str = ""
    critical: bool = False
    automatic: str = ""  # what the rule's verdict answered; empty where no rule does
    rule: str = ""
    version: str = ""  # of the rule

    @property
    def fails(self) -> bool:
        return self.critical and self.answer == NO


class Given(NamedTuple):
    """What an event says of a call by a scorecard."""

    answers: tuple[Answered, ...]
    score: Score
    at: int = 0
    by: str = ""

    def answer(self, question: str) -> Answered | None:
        return next((one for one in self.answers if one.question == question), None)


def scored(card: Scorecard, answers: Mapping[str, str]) -> Score:
    """What answers to all questions of a card come to."""
    worths = [(one, one.worth(answers[one.id])) for one in card.questions]
    counted = [(one.weight, worth) for one, worth in worths if worth is not None]
    failed = any(one.critical and answers[one.id] == NO for one in card.questions)
    whole = sum(weight for weight, _ in counted)
    return Score(sum(weight * worth for weight, worth in counted) / whole if counted else None, failed)


def missing(card: Scorecard, answers: Mapping[str, str]) -> list[Question]:
    """The questions that have no answer, or one that can't be given."""
    return [one for one in card.questions if answers.get(one.id) not in one.answers]


def differing(given: Sequence[Given]) -> list[str]:
    """The questions to which not all answered the same, in their order."""
    names = dict.fromkeys(one.question for each in given for one in each.answers)
    return [name for name in names if len({_said(each, name) for each in given}) > 1]


def settled(given: Sequence[Given], agreed: Given | None) -> Given | None:
    """What stands in the end: what was agreed, or what all of them answered; None while they differ."""
    if agreed is not None:
        return agreed
    if not given or differing(given):
        return None
    return given[0]._replace(answers=tuple(_with_notes(one, given) for one in given[0].answers))


def written(given: Given) -> dict[str, Any]:
    """As data of an event."""
    return {
        "answers": [_short(one) for one in given.answers],
        "score": given.score.share,
        "failed": given.score.failed,
    }


def read(data: Mapping[str, Any], at: int) -> Given:
    """The same from the data of an event."""
    answers = tuple(Answered(**one) for one in data["answers"])
    return Given(answers, Score(data["score"], data["failed"]), at, str(data.get("by", "")))


def _with_notes(one: Answered, given: Sequence[Given]) -> Answered:
    """An answer with what each of them wrote to it."""
    notes = [found.note for each in given if (found := each.answer(one.question)) and found.note]
    return one._replace(note="\n".join(dict.fromkeys(notes)))


def _short(one: Answered) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in one._asdict().items() if value}


def _said(given: Given, question: str) -> str:
    found = given.answer(question)
    return found.answer if found else ""
