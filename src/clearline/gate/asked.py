"""What the rules of timelines would say of an attempt; where nothing that matters differs, it is said once and kept."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from clearline.engine.conditions import Condition
from clearline.engine.durations import Calendar, reach
from clearline.engine.events import Event, Instant
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.engine.sentences import Form, Sentence, StateFormula, state_names
from clearline.engine.verdicts import Finding
from clearline.gate.wording import BETTER

PLACED: Final = "call.placed"
KEPT: Final = 50_000  # answers that are remembered
_MANY: Final = 200  # events from which on nothing is kept
_UNREAD: Final = frozenset({"decision", "number", "caller_id", "debt"})
"""Fields that differ with each attempt, and that rules seldom look at."""
_PLAIN: Final = frozenset({str, bool})
_HAS: Final = re.compile(r"has\(data\.(\w+)\)")
_READ: Final = re.compile(
    r"""\bdata\s*(?:\.\s*(?P<field>\w+)(?!\w|\s*\()|\[\s*(?P<mark>['"])(?P<named>[^'"\\]*)(?P=mark)\s*\])"""
    r"""|(?P<all>\bdata\b)|"[^"\\]*"|'[^'\\]*'"""
)
"""What a condition reads of an event's data: `data.x`, `data['x']`, or all of it, as in `data.exists(x, …)`; not in words."""
_HARD: Final = re.compile(r"//|\\|'''|\"\"\"")
"""Where these stand it is not seen at once which words are data and where they end: a condition may read more than it seems to."""
_EVERY: Final = _UNREAD | BETTER.keys()
_CALENDAR: Final = Calendar()


class Reads(NamedTuple):
    """What the rules of a program look at in the data of an attempt."""

    values: tuple[str, ...]
    keys: tuple[str, ...]  # of these, on a timeline without events, only whether they are there
    present: tuple[str, ...]  # of these only whether they are there


class Asked:
    """One timeline, as it stands while this is in hand; `lasts` where many attempts are asked of the same."""

    def __init__(self, kind: str, program: Program, monitor: Monitor, *, lasts: bool = False) -> None:
        self.kind = kind
        self.program = program
        self.monitor = monitor
        self.lasts = lasts

    def what_if(self, attempt: Event) -> list[Finding]:
        """The findings and questions that the attempt would raise."""
        return self.monitor.what_if(attempt)

    def frees(self, sentence: Sentence, after: Instant) -> Iterator[Instant]:
        """When the clock alone may lift what a sentence forbids at an instant: as what it counts falls out of its span."""
        if sentence.span is not None:
            ends = {reach(event.at, sentence.span, _CALENDAR) + 1 for event in self.monitor.events}
            yield from sorted(end for end in ends if end > after)

    @cached_property
    def constant(self) -> bool:
        """Whether the answer depends on nothing but what the attempt says, and the turns of time that are known."""
        forms = {clause.sentence.form for clause in self.program.clauses}
        few = len(self.monitor.events) <= _MANY and forms.isdisjoint({Form.LIMIT, Form.SHARE, Form.EVERY})
        return self.lasts and (not self.monitor.events or few)

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The fields of an attempt whose values matter."""
        found = reads(self.program)
        return frozenset(found.values + found.keys if self.monitor.events else found.values)

    @cached_property
    def turns(self) -> list[Instant]:
        """The instants from which on the same attempt may be answered otherwise."""
        rules = self.program.rules
        turns = {at for rule in rules for at in (rule.since, rule.until) if at is not None}
        spans = {clause.sentence.span for clause in self.program.clauses}
        spans |= {state.definition.lasts for state in self.program.states.values()}
        for event in self.monitor.events:
            turns.update((event.at, event.at + 1))
            turns.update(reach(event.at, span, _CALENDAR) + 1 for span in spans if span is not None)
        return sorted(turns)


class Said:
    """A finding of a timeline, and the reason that it is, once somebody wanted to know."""

    __slots__ = ("asked", "finding", "reason")

    def __init__(self, asked: Asked, finding: Finding) -> None:
        self.asked = asked
        self.finding = finding
        self.reason: Any = None


class Memory:
    """What timelines said of attempts, kept by all that their answers depend on."""

    def __init__(self) -> None:
        self._said: dict[tuple[Any, ...], tuple[Said, ...]] = {}

    def what_if(self, on: Sequence[Asked], attempt: Event) -> tuple[Said, ...]:
        """What all of them say; asked anew only where something differs."""
        constant = [one for one in on if one.constant]
        if len(constant) == len(on):
            return self._kept(on, attempt)
        others = (one for one in on if not one.constant)
        new = (Said(one, finding) for one in others for finding in one.what_if(attempt))
        return (*self._kept(constant, attempt), *new)

    def _kept(self, on: Sequence[Asked], attempt: Event) -> tuple[Said, ...]:
        data, at = attempt.data, attempt.at
        unread = _UNREAD.difference(*[one.looked_at for one in on])
        key = (
            *[(one, bisect_right(one.turns, at)) for one in on],
            *data,
            *[
                value if type(value) in _PLAIN else _plain(value)
                for name, value in data.items()
                if name not in unread
            ],
        )
        found = self._said.get(key)
        if found is None:
            found = tuple(Said(one, finding) for one in on for finding in one.what_if(attempt))
            if len(self._said) >= KEPT:
                self._said.clear()
            self._said[key] = found
        return found


def reads(program: Program) -> Reads:
    """What a program looks at in the data of an attempt."""
    asked = [
        condition.source
        for (name, _), listening in program.listeners.items()
        if name == PLACED
        for one in listening
        for condition in one.conditions
    ]
    values = {field for source in asked for field in _fields(_HAS.sub("", source))}
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
        for field in _fields(condition.source)
    }
    return frozenset(found)


def states_of(sentence: Sentence) -> Iterator[str]:
    """The states that a sentence speaks of."""
    formulas: Iterable[StateFormula | None] = (sentence.during, sentence.unless)
    for formula in formulas:
        if formula is not None:
            yield from (name.name for name in state_names(formula))


def _of_key(key: Condition | None) -> Iterable[str]:
    return _fields(key.source) if key is not None else ()


def _fields(source: str) -> Iterator[str]:
    """The fields that a condition reads, and all where it may read any."""
    for found in _READ.finditer(source):
        if found["all"]:
            yield from _EVERY
        elif name := found["field"] or found["named"]:
            yield name
    if _HARD.search(source):
        yield from _EVERY


def _plain(value: Any) -> Any:
    """A value that can be looked up by; 1 is not True."""
    return (type(value), tuple(value) if isinstance(value, list) else value)
