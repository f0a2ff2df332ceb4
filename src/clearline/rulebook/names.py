"""Names in full: what a pack calls `x` is `pack/x` to the engine, so that two packs never mix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clearline.engine.errors import SentenceError
from clearline.engine.hearing import SPEAKING
from clearline.engine.sentences import (
    Joined,
    Name,
    Sentence,
    StateFormula,
    StateJoined,
    StateName,
    Term,
    Where,
)
from clearline.rulebook.faults import meant


def in_full(pack: str, name: str) -> str:
    return f"{pack}/{name}"


@dataclass(frozen=True, slots=True)
class Names:
    """The signals and states that a pack's sentences may speak of, each with its name in full."""

    signals: Mapping[str, str]
    states: Mapping[str, str]

    def sentence(self, sentence: Sentence) -> Sentence:
        """The sentence with all names in full; a SentenceError at the first that is unknown."""
        return replace(
            sentence,
            a=self.term(sentence.a),
            b=sentence.b and self.term(sentence.b),
            until=sentence.until and self.term(sentence.until),
            among=sentence.among and self.term(sentence.among),
            during=sentence.during and self.formula(sentence.during),
            unless=sentence.unless and self.formula(sentence.unless),
        )

    def term(self, term: Term) -> Term:
        if isinstance(term, Where):
            return replace(term, term=self.term(term.term))
        if isinstance(term, Joined):
            return replace(term, parts=tuple(self.term(part) for part in term.parts))
        if "." in term.name or term.name in SPEAKING:
            return term
        if term.name in self.states and term.name not in self.signals:
            told = "is a state, and stands only after `while` or `unless`"
            raise SentenceError(f"`{term.name}` {told}", term.column)
        return replace(term, name=self._found(term, self.signals, [*self.signals, *SPEAKING], "signal"))

    def formula(self, formula: StateFormula) -> StateFormula:
        if isinstance(formula, StateJoined):
            return replace(formula, parts=tuple(self.formula(part) for part in formula.parts))
        return replace(formula, name=self._found(formula, self.states, self.states, "state"))

    def _found(self, name: Name | StateName, full: Mapping[str, str], known: Iterable[str], what: str) -> str:
        if name.name not in full:
            told = f"`{name.name}` is no {what} of this pack or of the packs that it uses"
            raise SentenceError(f"{told}. {meant(name.name, known)}", name.column)
        return full[name.name]


def conditions(sentence: Sentence) -> Iterable[str]:
    """Every condition of a sentence."""
    for term in sentence.terms():
        yield from term_conditions(term)
    for formula in (sentence.during, sentence.unless):
        yield from formula_conditions(formula)
    if sentence.key is not None:
        yield sentence.key


def term_conditions(term: Term | None) -> Iterable[str]:
    if isinstance(term, Where):
        yield term.condition
        yield from term_conditions(term.term)
    elif isinstance(term, Joined):
        for part in term.parts:
            yield from term_conditions(part)


def formula_conditions(formula: StateFormula | None) -> Iterable[str]:
    if isinstance(formula, StateJoined):
        for part in formula.parts:
            yield from formula_conditions(part)
    elif isinstance(formula, StateName) and formula.key is not None:
        yield formula.key
