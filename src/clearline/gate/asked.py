"""What the rules of one timeline would say of an attempt; where nothing new stands on it, said once and kept."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from clearline.engine.conditions import Condition
from clearline.engine.durations import Calendar, reach
from clearline.engine.events import Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.engine.sentences import Form, Sentence, StateFormula, state_names
from clearline.engine.verdicts import Finding

PLACED: Final = "call.placed"
KEPT: Final = 50_000  # answers that are remembered of a timeline
_MANY: Final = 200  # events from which on nothing is kept: the timeline grows too quickly
_HAS: Final = re.compile(r"has\(data\.(\w+)\)")
_FIELD: Final = re.compile(r"\bdata\.(\w+)")
_CALENDAR: Final = Calendar()


class Reads(NamedTuple):
    """What the rules of a program look at in the data of an attempt."""

    values: tuple[str, ...]
    keys: tuple[str, ...]  # of these, on a timeline without events, only whether they are there
    present: tuple[str, ...]  # of these only whether they are there


class Asked:
    """One timeline, which does not change while this is in hand."""

    def __init__(self, kind: str, program: Program, monitor: Monitor) -> None:
        self.kind = kind
        self.program = program
        self.monitor = monitor
        self._said: dict[tuple[Any, ...], tuple[Finding, ...]] = {}

    def what_if(self, attempt: Event) -> tuple[Finding, ...]:
        """The findings and questions that the attempt would raise."""
        if not self._lasting:
            return tuple(self.monitor.what_if(attempt))
        data, reads = attempt.data, self._reads
        said = (
            bisect_right(self._turns, attempt.at),
            *[_plain(data.get(name)) for name in reads.values],
            *[name in data for name in reads.present],
        )
        found = self._said.get(said)
        if found is None:
            found = tuple(self.monitor.what_if(attempt))
            if len(self._said) >= KEPT:
                self._said.clear()
            self._said[said] = found
        return found

    def frees(self, sentence: Sentence, after: Instant) -> Iterator[Instant]:
        """When the clock alone may lift what a sentence forbids at an instant: as what it counts falls out of its span."""
        if sentence.span is not None:
            ends = {reach(event.at, sentence.span, _CALENDAR) + 1 for event in self.monitor.events}
            yield from sorted(end for end in ends if end > after)

    @cached_property
    def _reads(self) -> Reads:
        found = reads(self.program)
        if self.monitor.events:
            return Reads(tuple(sorted({*found.values, *found.keys})), (), found.present)
        return Reads(found.values, (), tuple(sorted({*found.present, *found.keys})))

    @cached_property
    def _lasting(self) -> bool:
        """Whether an answer depends on nothing but what the attempt says and the turns of time that are known."""
        forms = {clause.sentence.form for clause in self.program.clauses}
        return not self.monitor.events or (
            len(self.monitor.events) <= _MANY and forms.isdisjoint({Form.LIMIT, Form.SHARE, Form.EVERY})
        )

    @cached_property
    def _turns(self) -> list[Instant]:
        """The instants from which on the same attempt may be answered otherwise."""
        rules = self.program.rules
        turns = {at for rule in rules for at in (rule.since, rule.until) if at is not None}
        spans = {clause.sentence.span for clause in self.program.clauses}
        spans |= {state.definition.lasts for state in self.program.states.values()}
        for event in self.monitor.events:
            turns.update((event.at, event.at + 1))
            turns.update(reach(event.at, span, _CALENDAR) + 1 for span in spans if span is not None)
        return sorted(turns)


def reads(program: Program) -> Reads:
    """What a program looks at in the data of an attempt."""
    asked = [
        condition.source
        for (name, _), listening in program.listeners.items()
        if name == PLACED
        for one in listening
        for condition in one.conditions
    ]
    values = {field for source in asked for field in _FIELD.findall(_HAS.sub("", source))}
    present = {field for source in asked for field in _HAS.findall(source)} - values
    clauses = [one.key for one in program.clauses]
    states = [one.key for one in program.states.values()]
    keys = {field for key in (*clauses, *states, *program.keys.values()) for field in _of_key(key)}
    return Reads(tuple(sorted(values)), tuple(sorted(keys - values)), tuple(sorted(present - keys)))


def read_by(program: Program, rule: Any) -> frozenset[str]:
    """The fields of an attempt that one rule looks at."""
    owners = set(program.of_rule[rule])
    found = {
        field
        for (name, _), listening in program.listeners.items()
        if name == PLACED
        for one in listening
        if one.owner in owners
        for condition in one.conditions
        for field in _FIELD.findall(condition.source)
    }
    return frozenset(found)


def states_of(sentence: Sentence) -> Iterator[str]:
    """The states that a sentence speaks of."""
    formulas: Iterable[StateFormula | None] = (sentence.during, sentence.unless)
    for formula in formulas:
        if formula is not None:
            yield from (name.name for name in state_names(formula))


def _of_key(key: Condition | None) -> list[str]:
    return _FIELD.findall(key.source) if key is not None else []


def _plain(value: Any) -> Any:
    """A value that can be looked up by; True is not 1."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if value is True or value is False else value
