"""What the rules of each pack may speak of: its own definitions, and those of the packs that it uses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from clearline.engine.conditions import Conditions
from clearline.engine.errors import ConditionError, SentenceError
from clearline.engine.program import FACT
from clearline.engine.rules import KINDS, Kind, Signal, StateDefinition
from clearline.rulebook.definitions import READABLE, Definitions
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import Pack
from clearline.rulebook.faults import meant
from clearline.rulebook.names import Names, in_full, term_conditions

READ = re.compile(r"""\b(facts|tables)(?:\.(\w+)|\[\s*['"](\w+)['"]\s*\])""")


@dataclass(slots=True)
class Scope:
    """The names, facts, tables and kinds that a pack knows."""

    pack: str
    names: Names
    facts: frozenset[str]  # those that some signal teaches
    tables: frozenset[str]
    kinds: tuple[Kind, ...]
    sound: bool  # nothing is wrong with what is defined here
    signals: dict[str, Signal] = field(
        default_factory=dict
    )  # by names in full, with all that states speak of
    states: dict[str, StateDefinition] = field(default_factory=dict)
    conditions: Conditions = field(init=False)

    def __post_init__(self) -> None:
        self.conditions = Conditions([*(kind.name for kind in self.kinds), *READABLE])

    def check(self, document: Document, source: str, *path: str | int, offset: int = 0) -> None:
        """Notes what is wrong with a condition that stands `offset` characters into a text of the file."""
        try:
            self.conditions.compile(source)
        except ConditionError as error:
            document.error(error, *path, column=offset + (error.column or 1))
            return
        for found in READ.finditer(source):
            area, name = found.group(1), found.group(2) or found.group(3)
            known, whence = (
                (self.facts, "no signal sets it")
                if area == "facts"
                else (self.tables, "no tables.toml has it")
            )
            if name not in known:
                told = f"`{area}.{name}` is not known here: {whence}"
                document.fault(told, meant(name, known), *path, column=offset + found.start() + 1)


def scopes(packs: Mapping[str, Definitions]) -> dict[str, Scope]:
    """The scope of each pack; what does not fit together is noted in the files of the packs."""
    for one in packs.values():
        _check_uses(one, packs)
    _check_tables(packs)
    _check_kinds(packs)
    found = {name: _scope(name, packs) for name in packs}
    for name, one in packs.items():
        _check_conditions(one, found[name])
    resolved = {name: dict(_resolved(one, found[name])) for name, one in packs.items()}
    for name, scope in found.items():
        reached = _reached(name, packs)
        scope.sound = all(packs[each].sound for each in reached)
        for each in reached:
            scope.signals |= {s.signal.name: s.signal for s in packs[each].pack.signals.values()}
            scope.states |= resolved[each]
    return found


def seen(pack: Pack, packs: Mapping[str, Definitions]) -> list[Definitions]:
    """The pack and those that it uses."""
    return [packs[name] for name in dict.fromkeys((pack.name, *pack.uses)) if name in packs]


def _reached(name: str, packs: Mapping[str, Definitions]) -> list[str]:
    """The pack, those that it uses, and those that they use: states speak of signals of their own packs."""
    found = [name]
    for each in found:
        found += [used for used in packs[each].pack.uses if used in packs and used not in found]
    return found


def _scope(name: str, packs: Mapping[str, Definitions]) -> Scope:
    visible = seen(packs[name].pack, packs)
    signals = {
        each: in_full(one.pack.name, each) for one in visible for each in _written(one, "signals.toml")
    }
    states = {each: in_full(one.pack.name, each) for one in visible for each in _written(one, "states.toml")}
    entries = [entry for one in visible for entry in one.pack.signals.values()]
    facts = {
        found.group(1)
        for entry in entries
        for target in entry.signal.sets
        if (found := FACT.fullmatch(target))
    }
    kinds = [*KINDS, *(kind for one in visible for kind in one.pack.kinds.values())]
    return Scope(
        name,
        Names(signals, states),
        frozenset(facts),
        frozenset(table for one in visible for table in one.pack.tables),
        tuple({kind.name: kind for kind in kinds}.values()),
        sound=False,
    )


def _written(one: Definitions, file: str) -> list[str]:
    """All names that a file defines, rightly or wrongly, so that one fault does not bring others with it."""
    return list(one.documents[file].tables) if file in one.documents else []


def _check_uses(one: Definitions, packs: Mapping[str, Definitions]) -> None:
    document = one.documents["pack.toml"]
    owners = {
        (file, name): one.pack.name
        for file in ("signals.toml", "states.toml")
        for name in _written(one, file)
    }
    for number, used in enumerate(one.pack.uses):
        if used not in packs or used == one.pack.name:
            told = meant(used, set(packs) - {one.pack.name})
            document.fault(f"there is no other pack `{used}`", told, "uses", number)
            continue
        for file in ("signals.toml", "states.toml"):
            for name in _written(packs[used], file):
                owner = owners.setdefault((file, name), used)
                if owner != used:
                    told = f"`{name}` is defined in `{used}` and in `{owner}`"
                    document.fault(told, "Rename one of them", "uses", number)


def _check_tables(packs: Mapping[str, Definitions]) -> None:
    owners: dict[str, str] = {}
    for one in packs.values():
        for table in one.pack.tables:
            owner = owners.setdefault(table, one.pack.name)
            if owner != one.pack.name:
                told = f"the table `{table}` is also in pack `{owner}`"
                one.documents["tables.toml"].fault(told, "Rename one of them, or use the other pack", table)


def _check_kinds(packs: Mapping[str, Definitions]) -> None:
    owners: dict[str, tuple[str, Kind]] = {}
    for one in packs.values():
        for kind in one.pack.kinds.values():
            owner, known = owners.setdefault(kind.name, (one.pack.name, kind))
            if known != kind:
                told = f"`{kind.name}` ends with `{known.ends}` in pack `{owner}`"
                one.documents["pack.toml"].fault(told, "Rename one of them", "kinds", kind.name)


def _check_conditions(one: Definitions, scope: Scope) -> None:
    for name, entry in one.pack.signals.items():
        document, signal = one.documents["signals.toml"], entry.signal
        if signal.where:
            scope.check(document, signal.where, name, "where")
        for target, value in signal.sets.items():
            scope.check(document, value, name, "sets", target)
            found = FACT.fullmatch(target)
            if found and found.group(2):
                scope.check(document, found.group(2), name, "sets", target)
    for name, state in one.pack.states.items():
        if state.key:
            scope.check(one.documents["states.toml"], state.key, name, "key")


def _resolved(one: Definitions, scope: Scope) -> Iterator[tuple[str, StateDefinition]]:
    """The pack's states, with the names of signals in full."""
    for name, state in one.pack.states.items():
        document, where = one.documents["states.toml"], "from"
        written = document.tables[name]
        try:
            starts = scope.names.term(state.starts)
            where = "to"
            ends = scope.names.term(state.ends) if state.ends is not None else None
        except SentenceError as error:
            document.error(error, name, where)
            continue
        for key, term in (("from", state.starts), ("to", state.ends)):
            for condition in term_conditions(term):
                scope.check(document, condition, name, key, offset=written[key].find(condition))
        yield state.name, replace(state, starts=starts, ends=ends)
