"""Packs and rules, with everything that their files say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from clearline.engine.rules import Kind, Rule, Signal, StateDefinition

SHOWN = 16  # characters of a hash


@dataclass(frozen=True, slots=True)
class Source:
    """Where a pack's knowledge comes from; primary if it is the law or the standard itself."""

    key: str
    title: str
    primary: bool


@dataclass(frozen=True, slots=True)
class SignalEntry:
    """A signal as signals.toml says it; `signal` bears its name in full."""

    title: str
    signal: Signal
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of rules with what they speak of; names are as the pack's own files write them."""

    name: str
    title: str
    about: str
    jurisdictions: tuple[str, ...]
    uses: tuple[str, ...]
    root: Path  # the folder of packs that it came from
    concerns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # fact `shop.*` -> values
    sources: Mapping[str, Source] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    signals: Mapping[str, SignalEntry] = field(default_factory=dict)
    states: Mapping[str, StateDefinition] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.root / self.name


@dataclass(frozen=True, slots=True)
class Example:
    """What happens in an example of a rule, and what the rule has to say of it."""

    title: str
    events: tuple[str, ...]
    outcome: str
    facts: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule as its file says it, and `rule`, the same as the engine is given it."""

    id: str
    pack: str
    path: Path
    title: str
    cites: tuple[str, ...]
    on: str
    when: str
    sentences: tuple[str, ...]
    severity: str
    prompt: str
    deed: str  # what the switch is asked to do with the recording while the rule is due: pause, resume, or nothing
    lesson: str
    since: date | None  # in force from
    until: date | None  # no longer in force from
    status: str
    sources: tuple[str, ...]
    obligations: tuple[str, ...]
    note: str
    examples: tuple[Example, ...]
    rule: Rule
    number: int  # of its version; 0 until it is locked
    hash: str  # SHA-256 of what it means, in hex

    @property
    def version(self) -> str:
        """The number of the version and the first characters of its hash."""
        return f"{self.number}-{self.hash[:SHOWN]}"

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)
