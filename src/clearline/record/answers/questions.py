"""What the shop is asked about itself, and the facts that its answers set."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Answers: TypeAlias = Mapping[str, Sequence[str]]  # question -> what was chosen; one that is missing is open


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given; its reason completes "because …"."""

    value: str
    label: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question; its id is that of the fact `shop.<id>`."""

    id: str
    text: str
    help: str
    several: bool
    choices: tuple[Choice, ...]
    places: bool
    reason: str

    @property
    def values(self) -> frozenset[str]:
        return frozenset(one.value for one in self.choices)


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions, and what the places in them stand for."""

    all: tuple[Question, ...]
    expands: Mapping[str, tuple[str, ...]]  # a place that may be ticked -> the codes of places

    @property
    def everywhere(self) -> tuple[str, ...]:
        return tuple(code for codes in self.expands.values() for code in codes)

    def faults(self, answers: Mapping[str, Any]) -> list[str]:
        """What is wrong with answers, in words; empty where they can be saved."""
        known = {one.id: one for one in self.all}
        return [fault for name, given in answers.items() for fault in _faults(known.get(name), name, given)]

    def facts(self, answers: Answers) -> dict[str, Any]:
        """The facts `shop.*`; those of open questions are missing."""
        found: dict[str, Any] = {}
        for one in self.all:
            given = answers.get(one.id)
            if not given:
                continue
            if one.places:
                found[one.id] = [code for value in given for code in self.expands[value]]
            else:
                found[one.id] = list(given) if one.several else given[0]
        return found

    def missing(self, answers: Answers) -> list[Question]:
        """The questions that are still open."""
        return [one for one in self.all if not answers.get(one.id)]

    def reasons(self, because: Iterable[tuple[str, str]]) -> list[str]:
        """Why, in words, in the order of the questions: `you record calls`, `you have customers in California`."""
        given: dict[str, set[str]] = {}
        for name, value in because:
            given.setdefault(name, set()).add(value)
        return [words for one in self.all if one.id in given for words in self._reason(one, given[one.id])]

    def _reason(self, question: Question, given: set[str]) -> list[str]:
        if not question.places:
            return [one.reason for one in question.choices if one.value in given and one.reason]
        named = [one.label for one in question.choices if given & {one.value, *self.expands[one.value]}]
        return [question.reason.format(_listed(named))] if named else []


@cache
def questions() -> Questions:
    """The questions as they are shipped."""
    told = tomllib.loads((files(__package__) / "questions.toml").read_text(encoding="utf-8"))
    places = tuple(Choice(code, label) for code, label in told["places"].items())
    expands = {one.value: tuple(told["expands"].get(one.value, (one.value,))) for one in places}
    return Questions(tuple(_question(one, places) for one in told["question"]), expands)


def _question(told: Mapping[str, Any], places: tuple[Choice, ...]) -> Question:
    of_places = told["answers"] == "places"
    return Question(
        told["id"],
        told["text"],
        told.get("help", ""),
        told.get("several", False),
        places if of_places else tuple(Choice(**one) for one in told["answers"]),
        of_places,
        told.get("reason", ""),
    )


def _faults(question: Question | None, name: str, given: Any) -> list[str]:
    if question is None:
        return [f"there is no question {str(name)[:40]!r}"]
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return [f"{question.text} Give a list of answers."]
    unknown = sorted(set(given) - question.values)
    if unknown:
        return [f"{question.text} {unknown[0][:40]!r} is none of the answers."]
    if len(given) > 1 and (not question.several or "none" in given):
        return [f"{question.text} These answers exclude each other: {', '.join(sorted(given))}."]
    return []


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
