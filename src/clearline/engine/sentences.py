"""The parts of a rule's sentence, as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from clearline.engine.durations import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A signal (`recording_notice`) or, with a dot, a type of event (`order.placed`)."""

    name: str
    column: int = 0

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Where:
    """A term that counts only where a condition is true."""

    term: Term
    condition: str
    column: int = 0

    def __str__(self) -> str:
        return f"{bracketed(self.term)} where {self.condition}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several terms joined by one word: `and`, `or` or `then`."""

    word: str
    parts: tuple[Term, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(bracketed(part) for part in self.parts)


Term = Name | Where | Joined


@dataclass(frozen=True, slots=True)
class StateName:
    """A named state is on; with a key, for that key (a condition's value)."""

    name: str
    key: str | None = None
    column: int = 0

    def __str__(self) -> str:
        return self.name if self.key is None else f"{self.name}[{self.key}]"


@dataclass(frozen=True, slots=True)
class StateJoined:
    """States joined by `and`, `or`, or turned round by `not`."""

    word: str
    parts: tuple[StateFormula, ...]

    def __str__(self) -> str:
        if self.word == "not":
            return f"not {bracketed(self.parts[0])}"
        return f" {self.word} ".join(bracketed(part) for part in self.parts)


StateFormula = StateName | StateJoined


class Form(StrEnum):
    """The forms of the rule language; the words are those that tell them apart."""

    EXISTS = "require A"
    FIRST = "require A first"
    LAST = "require A last"
    BEFORE = "require A before B"
    BEFORE_EACH = "require A before each B"
    AFTER = "require A after B"
    WITHIN = "require A within T after B"
    WITHIN_OF = "require A within T of B"
    BY = "require A by data.X after B"
    NEXT = "require A next after B"
    AT_LEAST = "require A at least N times"
    EVERY = "require A every T"
    FORBID = "forbid A"
    LIMIT = "limit A to N"
    SHARE = "limit A to P% of B"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a rule; what a form does not use is None."""

    form: Form
    a: Term
    b: Term | None = None
    until: Term | None = None
    among: Term | None = None
    span: Span | None = None  # within, every, for, per, in each
    by: str | None = None  # the field of the trigger's data that holds the date
    count: int = 0
    percent: float = 0.0
    rolling: bool = False  # `per T` slides, `in each T` stands
    during: StateFormula | None = None
    unless: StateFormula | None = None
    key: str | None = None  # the condition language; `for each KEY`

    def terms(self) -> Iterator[Term]:
        """Every term of the sentence."""
        yield from (term for term in (self.a, self.b, self.until, self.among) if term is not None)


def bracketed(part: Term | StateFormula) -> str:
    """The part as text, in brackets where its words could run into its neighbours'."""
    return f"({part})" if isinstance(part, Joined | Where | StateJoined) else str(part)


def without_conditions(term: Term) -> Term:
    """The bare deed, whatever its conditions."""
    if isinstance(term, Where):
        return without_conditions(term.term)
    if isinstance(term, Joined):
        return Joined(term.word, tuple(without_conditions(part) for part in term.parts))
    return term


def names(term: Term) -> Iterator[Name]:
    """Every signal and event type that a term speaks of."""
    if isinstance(term, Name):
        yield term
    elif isinstance(term, Where):
        yield from names(term.term)
    else:
        for part in term.parts:
            yield from names(part)


def state_names(formula: StateFormula) -> Iterator[StateName]:
    """Every state that a formula speaks of."""
    if isinstance(formula, StateName):
        yield formula
    else:
        for part in formula.parts:
            yield from state_names(part)
