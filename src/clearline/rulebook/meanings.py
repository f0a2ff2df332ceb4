"""What a rule means, as one hash: its judged parts, and all that they speak of."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from clearline.engine.program import FACT
from clearline.engine.rules import Rule, Signal, StateDefinition
from clearline.engine.sentences import StateFormula, Term, names, state_names
from clearline.rulebook.names import conditions, term_conditions
from clearline.rulebook.scopes import READ, Scope


def hashed(rule: Rule, sentences: Iterable[str], scope: Scope, tables: Mapping[str, Any]) -> str:
    """SHA-256 in hex; titles, notes, sources and examples do not count, nor how a sentence is spaced."""
    judged = {
        "on": next((kind for kind in scope.kinds if kind.name == rule.on), rule.on),
        "when": rule.when,
        "rule": [" ".join(sentence.split()) for sentence in sentences],
        "since": rule.since,
        "until": rule.until,
    }
    spoken = Spoken(scope, tables)
    spoken.rule(rule)
    return hashlib.sha256(msgspec.json.encode({**judged, **spoken.found}, order="sorted")).hexdigest()


class Spoken:
    """Gathers the signals, states and tables that a rule speaks of, and those that these speak of."""

    def __init__(self, scope: Scope, tables: Mapping[str, Any]) -> None:
        self.scope = scope
        self.tables = tables
        self.found: dict[str, dict[str, Any]] = {"signals": {}, "states": {}, "tables": {}}

    def rule(self, rule: Rule) -> None:
        for sentence in rule.sentences:
            for term in sentence.terms():
                self.term(term)
            self.formula(sentence.during)
            self.formula(sentence.unless)
            for condition in conditions(sentence):
                self.condition(condition)
        self.condition(rule.when)

    def term(self, term: Term | None) -> None:
        if term is None:
            return
        for name in names(term):
            if name.name in self.scope.signals:
                self.signal(self.scope.signals[name.name])
        for condition in term_conditions(term):
            self.condition(condition)

    def signal(self, signal: Signal) -> None:
        if signal.name not in self.found["signals"]:
            self.found["signals"][signal.name] = signal
            for condition in (signal.where, *signal.sets, *signal.sets.values()):
                self.condition(condition)

    def formula(self, formula: StateFormula | None) -> None:
        for name in state_names(formula) if formula is not None else ():
            state = self.scope.states.get(name.name)
            if state is not None and name.name not in self.found["states"]:
                self.found["states"][name.name] = _plain(state)
                self.term(state.starts)
                self.term(state.ends)
                self.condition(state.key)

    def condition(self, source: str | None) -> None:
        """The tables that a condition reads, and the signals that set its facts."""
        for found in READ.finditer(source or ""):
            area, name = found.group(1), found.group(2) or found.group(3)
            if area == "tables":
                self.found["tables"][name] = self.tables.get(name)
                continue
            for signal in self.scope.signals.values():
                if any((fact := FACT.fullmatch(target)) and fact.group(1) == name for target in signal.sets):
                    self.signal(signal)


def _plain(state: StateDefinition) -> dict[str, Any]:
    lasts = state.lasts.written if state.lasts else None
    return {
        "from": str(state.starts),
        "to": str(state.ends),
        "lasts": lasts,
        "key": state.key,
        "before": state.before,
    }
