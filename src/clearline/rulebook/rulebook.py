"""All packs that were read: their rules for a date, and the programs that judge by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from clearline.engine.program import Program, compile_rules
from clearline.engine.verdicts import Finding
from clearline.rulebook.definitions import Definitions
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import Pack, RuleEntry
from clearline.rulebook.faults import Fault, RulebookError, meant
from clearline.rulebook.kept import Kept
from clearline.rulebook.scopes import Scope
from clearline.rulebook.scorecards import Scorecard


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Packs and rules by name; with faults it can be looked at, but judges nothing."""

    roots: tuple[Path, ...]
    definitions: Mapping[str, Definitions]
    scopes: Mapping[str, Scope]
    rules: Mapping[str, RuleEntry]
    documents: Mapping[Path, Document]  # of rules
    stray: tuple[Fault, ...] = ()  # of folders, and files that nobody reads
    scorecards: Mapping[str, Scorecard] = field(default_factory=dict)
    beside: Mapping[Path, Document] = field(default_factory=dict)  # of scorecards

    @property
    def packs(self) -> dict[str, Pack]:
        return {name: one.pack for name, one in self.definitions.items()}

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong with the files, warnings too, in the order of files and lines."""
        files = [d for one in self.definitions.values() for d in one.documents.values()]
        return sorted(
            {
                *self.stray,
                *(f for d in (*files, *self.documents.values(), *self.beside.values()) for f in d.faults),
            },
            key=attrgetter("order"),
        )

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        """What conditions know from the start: the tables of all packs; give it to the engine."""
        return {
            "tables": {name: table for pack in self.packs.values() for name, table in pack.tables.items()}
        }

    def select(self, packs: Iterable[str] | None = None, on: date | None = None) -> list[RuleEntry]:
        """The rules of these packs (all) that are in force on a date (ever), by pack and id."""
        wanted = set(self.packs) if packs is None else set(packs)
        for name in sorted(wanted - set(self.packs)):
            told = f"there is no pack `{name}` (one of your own needs --rules FOLDER)"
            raise RulebookError(f"{told}. {meant(name, self.packs)}")
        found = [
            rule for rule in self.rules.values() if rule.pack in wanted and (on is None or rule.in_force(on))
        ]
        return sorted(found, key=lambda rule: (rule.pack, rule.id))

    def program(self, kind: str, rules: Iterable[RuleEntry], *, portable: bool = False) -> Program:
        """One program of the rules on a kind of timeline; RulebookError while there are faults.

        A portable one is made in a fraction of the time and reads more slowly: right for a few calls.
        """
        faults = [fault for fault in self.faults if not fault.warning]
        if faults:
            raise RulebookError(
                f"the packs have faults ({len(faults)}); nothing is judged until they are mended", faults
            )
        return self.compiled(kind, [rule for rule in rules if rule.on == kind], portable=portable)

    def programs(self, rules: Iterable[RuleEntry], *, portable: bool = False) -> dict[str, Program]:
        """A program for each kind of timeline that the rules speak of."""
        rules = list(rules)
        return {
            kind: self.program(kind, rules, portable=portable) for kind in sorted({rule.on for rule in rules})
        }

    def compiled(self, kind: str, rules: Iterable[RuleEntry], *, portable: bool = True) -> Program:
        """The same, whatever is wrong with other files: how rules are tried while they are written."""
        rules = list(rules)
        scopes = [self.scopes[name] for name in dict.fromkeys(rule.pack for rule in rules)]
        signals = {name: signal for scope in scopes for name, signal in scope.signals.items()}
        states = {name: state for scope in scopes for name, state in scope.states.items()}
        kinds = {one.name: one for scope in self.scopes.values() for one in scope.kinds}
        return compile_rules(
            [one.rule for one in rules],
            signals,
            states,
            kind=kind,
            kinds=tuple(kinds.values()),
            portable=portable,
            keeper=Kept(),
        )

    def sentence(self, finding: Finding) -> str:
        """The sentence that a finding is about, as its file says it."""
        return self.rules[finding.rule.id].sentences[finding.rule.sentences.index(finding.sentence)]
