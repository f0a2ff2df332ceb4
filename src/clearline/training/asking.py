"""A question on a page: a form that works by keyboard alone and without scripts, and what was answered in it."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import QueryDict

from clearline.rulebook.asking import MULTIPLE, ORDER, SINGLE, WORDS, Question

HINTS = {
    SINGLE: "Choose one.",
    MULTIPLE: "Choose all that are right.",
    ORDER: "Give each its place: 1 comes first.",
    WORDS: "Choose the words that break the rule.",
}


class Choice(NamedTuple):
    """Something that can be chosen; for `order` the place that it was given."""

    number: int
    text: str
    chosen: bool
    place: str
    right: bool


class Line(NamedTuple):
    """A line of a transcript."""

    by: str
    choices: list[Choice]


class Asked(NamedTuple):
    """A question as a page shows it."""

    question: Question
    number: int
    choices: list[Choice]
    lines: list[Line]  # of a transcript
    places: range
    error: str = ""
    told: bool = False  # the answer is told
    right: bool = False  # what was answered

    @property
    def name(self) -> str:
        return name_of(self.question)

    @property
    def hint(self) -> str:
        return HINTS[self.question.kind]

    @property
    def rightly(self) -> list[str]:
        """The right answer in words, in order."""
        return [self.question.choices[number] for number in self.question.key]


def name_of(question: Question) -> str:
    """Of its fields."""
    return f"q-{question.id}"


def asked(
    question: Question,
    number: int = 1,
    order: Sequence[int] | None = None,
    answer: Sequence[int] = (),
    *,
    error: str = "",
    told: bool = False,
) -> Asked:
    """A question with its choices in the order in which they are shown."""
    rightly = set(question.key)
    places = {one: str(place) for place, one in enumerate(answer, 1)} if question.kind == ORDER else {}
    of = {
        one: Choice(one, text, one in answer, places.get(one, ""), one in rightly)
        for one, text in enumerate(question.choices)
    }
    shown = [of[one] for one in (range(len(of)) if order is None else order) if one in of]
    lines = []
    if question.kind == WORDS:
        pieces = question.pieces
        lines = [
            Line(by, [of[place] for place, one in enumerate(pieces) if one.line == line])
            for line, (by, _) in enumerate(question.transcript)
        ]
    right = told and question.is_right(answer)
    return Asked(question, number, shown, lines, range(1, len(of) + 1), error, told, right)


def answer(question: Question, sent: QueryDict) -> tuple[list[int], str]:
    """What was answered, and what is missing or can't be."""
    name, count = name_of(question), len(question.choices)
    if question.kind != ORDER:
        given = sorted({int(one) for one in sent.getlist(name) if one.isdecimal() and int(one) < count})
        if question.kind == SINGLE:
            given = given[:1]
        return given, "" if given else "Answer this one, too."
    told = {one: sent.get(f"{name}-{one}", "") for one in range(count)}
    places = {one: int(place) for one, place in told.items() if place.isdecimal()}
    given = sorted(places, key=lambda one: (places[one], one))
    if len(places) < count:
        return given, "Give each its place."
    return given, "" if len(set(places.values())) == count else "Give each place once."
