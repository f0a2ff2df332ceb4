"""Scorecards as their files say them: questions that a person answers about a call, and some that a rule answers beside them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from clearline.rulebook.definitions import NAME, SLUG
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import SHOWN, Pack, RuleEntry
from clearline.rulebook.faults import meant
from clearline.rulebook.shapes import QuestionTable, ScorecardFile

YES, NO, NOT_APPLICABLE = "yes", "no", "not applicable"
FEWEST = 2  # steps of a scale


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a scorecard."""

    id: str
    text: str
    told: str  # what to look for
    weight: float
    critical: bool  # a no fails the card
    scale: tuple[str, ...]  # from nothing to all; empty where it is yes or no
    optional: bool  # whether it may be not applicable
    rule: str  # whose verdict answers it, too

    @property
    def answers(self) -> tuple[str, ...]:
        """All that may be answered."""
        given = self.scale or (YES, NO)
        return (*given, NOT_APPLICABLE) if self.optional else given

    def worth(self, answer: str) -> float | None:
        """The share of its weight that an answer earns; None where it does not apply."""
        if answer == NOT_APPLICABLE:
            return None
        if not self.scale:
            return float(answer == YES)
        return self.scale.index(answer) / (len(self.scale) - 1)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A set of questions about a call; what is graded by it belongs to its version."""

    id: str
    pack: str
    path: Path
    title: str
    about: str
    independent: bool  # nobody grades an agent of a team that they lead or are in
    blind: bool  # who grades together with others sees neither verdicts nor findings before all are done
    questions: tuple[Question, ...]
    hash: str  # SHA-256 of what it means, in hex

    @property
    def version(self) -> str:
        return self.hash[:SHOWN]

    def question(self, name: str) -> Question | None:
        return next((one for one in self.questions if one.id == name), None)


def read_scorecard(document: Document, pack: Pack, rules: Mapping[str, RuleEntry]) -> Scorecard | None:
    """The scorecard; None, with faults, where something is wrong with its file."""
    name = document.path.stem
    if not SLUG.fullmatch(name):
        document.fault(f"the file's name `{name}` is no slug", "Use small letters, digits and -")
    file = document.shaped(document.tables, ScorecardFile) if document.tables else None
    if file is None:
        if not document.faults:
            document.fault("the file is empty", "Give it a title and a [[question]]")
        return None
    if not file.question:
        document.fault("nothing is asked", "Add a [[question]]")
    questions = [
        one
        for number, table in enumerate(file.question)
        if (one := _question(document, table, number, rules)) is not None
    ]
    _once(document, [str(table.get("id")) for table in file.question])
    if document.faults:
        return None
    told = (file.independent, file.blind, questions)
    found = hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()
    return Scorecard(
        name,
        pack.name,
        document.path,
        file.title,
        file.about,
        file.independent,
        file.blind,
        tuple(questions),
        found,
    )


def _question(
    document: Document, table: dict[str, object], number: int, rules: Mapping[str, RuleEntry]
) -> Question | None:
    path = ("question", number)
    found = document.shaped(table, QuestionTable, *path)
    if found is None:
        return None
    if not NAME.fullmatch(found.id):
        mend = "Use small letters, digits and _, a letter first"
        document.fault(f"`{found.id}` can't be a name", mend, *path, "id")
    if not found.weight > 0 or found.weight == float("inf"):
        told = "A question that earns nothing need not be asked"
        document.fault(f"`weight` is {found.weight}", f"{told}: give it a weight over 0", *path, "weight")
    if found.scale:
        _check_scale(document, found, *path)
    if found.rule:
        rule = rules.get(found.rule)
        if rule is None:
            document.fault(f"there is no rule `{found.rule}`", meant(found.rule, rules), *path, "rule")
        elif rule.on != "call":
            told = f"the rule `{found.rule}` is about a {rule.on}, and a scorecard about a call"
            document.fault(told, 'Name a rule with `on = "call"`', *path, "rule")
    return Question(
        found.id,
        found.text,
        found.told,
        found.weight,
        found.critical,
        tuple(found.scale),
        found.optional,
        found.rule,
    )


def _check_scale(document: Document, found: QuestionTable, *path: str | int) -> None:
    place = (*path, "scale")
    if len(found.scale) < FEWEST or len(set(found.scale)) < len(found.scale):
        mend = "Write each step once, from nothing to all"
        document.fault("a scale has at least two steps, all different", mend, *place)
    if NOT_APPLICABLE in found.scale:
        mend = "Leave it out, and write `optional = true`"
        document.fault(f"`{NOT_APPLICABLE}` is no step of a scale", mend, *place)
    if found.critical or found.rule:
        key = "critical" if found.critical else "rule"
        told = f"`{key}` goes with yes and no, and this question has a scale"
        document.fault(told, "Ask two questions", *path, key)


def _once(document: Document, ids: list[str]) -> None:
    for number, name in enumerate(ids):
        if name in ids[:number]:
            document.fault(
                f"the id `{name}` is taken", "Give each question its own", "question", number, "id"
            )
