"""Rules, signals and states compiled into one program: who listens to what, and with which automaton."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clearline.engine.conditions import Condition, Conditions
from clearline.engine.errors import RuleError, SentenceError
from clearline.engine.events import Instant
from clearline.engine.forms.duty import Duty
from clearline.engine.forms.each import ForEach
from clearline.engine.forms.form import Form as Automaton
from clearline.engine.forms.guard import Guard
from clearline.engine.forms.limit import Limit
from clearline.engine.forms.position import First, Last, Next
from clearline.engine.forms.recurrence import Recurrence
from clearline.engine.forms.rolling import RollingShare
from clearline.engine.forms.share import Share
from clearline.engine.forms.tracker import AllOf, AnyOf, Either, InOrder, Tracker
from clearline.engine.hearing import ANY_EVENT, END, SPEAKING, START, WHOLE, Hearing
from clearline.engine.rules import KINDS, Kind, Rule, Signal, StateDefinition
from clearline.engine.scan import Keeper
from clearline.engine.sentences import (
    Form,
    Joined,
    Name,
    Sentence,
    StateFormula,
    StateJoined,
    StateName,
    Term,
    Where,
    without_conditions,
)

SHORTEST_CYCLE = 60_000_000  # `every T`: a shorter T would fill the log with misses
FACT = re.compile(r"(\w+)(?:\[(.+)\])?")
UNTIMED = {Form.EXISTS, Form.AFTER, Form.AT_LEAST, Form.LAST}
IN_PLACE = {Form.FIRST, Form.LAST, Form.NEXT}


class Subscription(NamedTuple):
    """A part of a clause, a state or a fact that happens when a name does and its conditions are true."""

    owner: int | str  # the clause's index, or the state's or signal's name
    bit: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a rule with its automaton."""

    rule: Rule
    sentence: Sentence
    automaton: Automaton
    deed_bits: int  # the parts whose scope has to be looked up
    scope_bit: int
    key: Condition | None
    during: StateFormula | None
    unless: StateFormula | None


@dataclass(frozen=True, slots=True)
class CompiledState:
    definition: StateDefinition
    starts: Tracker
    ends: Tracker | None
    key: Condition | None
    moves: dict[Hashable, Any] = field(default_factory=dict)  # what it became before, where no time decides


@dataclass(frozen=True, slots=True)
class Teaching:
    """A fact that a signal sets."""

    fact: str
    key: Condition | None
    value: Condition


@dataclass(slots=True)
class Program:
    """Everything that a monitor of one kind of timeline needs; made once, shared by all of them."""

    kind: Kind
    rules: tuple[Rule, ...]
    clauses: list[Clause] = field(default_factory=list)
    of_rule: dict[Rule, list[int]] = field(default_factory=lambda: defaultdict(list))  # places in `clauses`
    states: dict[str, CompiledState] = field(default_factory=dict)
    teachings: dict[str, list[Teaching]] = field(default_factory=dict)
    listeners: dict[tuple[str, str], list[Subscription]] = field(default_factory=lambda: defaultdict(list))
    applies: dict[Rule, Condition] = field(default_factory=dict)  # `when`; versions of a rule share an id
    keys: dict[str, Condition] = field(default_factory=dict)  # keys of states, by their text
    hearing: Hearing = field(init=False)
    selfstarting: list[int] = field(default_factory=list)  # clauses that are due from the start
    beginning: tuple[Any, dict[Rule, Any]] | None = (
        None  # what the latest monitor said first, and of what was known
    )


def compile_rules(
    rules: Iterable[Rule],
    signals: Mapping[str, Signal],
    states: Mapping[str, StateDefinition] | None = None,
    *,
    kind: str,
    kinds: Sequence[Kind] = KINDS,
    portable: bool = False,
    keeper: Keeper | None = None,
) -> Program:
    """The program of all rules on one kind of timeline; a RuleError where a rule can't be compiled.

    A portable program is made in a fraction of the time and reads more slowly: right for a few calls.
    A keeper makes the others as quickly, from the second time on.
    """
    found = next((one for one in kinds if one.name == kind), None)
    if found is None:
        raise RuleError(f"`{kind}` is no kind of timeline; there are {', '.join(one.name for one in kinds)}")
    chosen = tuple(rule for rule in rules if rule.on == kind)
    compiler = Compiler(Program(found, chosen), signals, states or {}, kinds)
    for rule in chosen:
        compiler.rule(rule)
    compiler.facts()
    compiler.program.hearing = Hearing(
        signals.values(), compiler.wanted, found, portable=portable, keeper=keeper
    )
    return compiler.program


class Compiler:
    """Adds rules to a program, and the states and signals that they speak of."""

    def __init__(
        self,
        program: Program,
        signals: Mapping[str, Signal],
        states: Mapping[str, StateDefinition],
        kinds: Sequence[Kind],
    ) -> None:
        self.program = program
        self.signals = signals
        self.states = states
        self.conditions = Conditions([*(kind.name for kind in kinds), "data", "facts", "shop", "tables"])
        self.wanted: set[tuple[str, str]] = set()
        self.owner: int | str = 0
        self.bits = 0

    def rule(self, rule: Rule) -> None:
        if rule.when is not None:
            self.program.applies[rule] = self.conditions.compile(rule.when)
        for sentence in rule.sentences:
            self.clause(rule, sentence)

    def clause(self, rule: Rule, sentence: Sentence) -> None:
        if self.program.kind.ends is None and sentence.form in UNTIMED:
            raise SentenceError(
                f"`{sentence.form}` is decided at the end, and a timeline of kind {self.program.kind.name} has none: "
                "add a deadline, as in `within 5m after`"
            )
        self.owner, self.bits = len(self.program.clauses), 0
        scoped = sentence.during is not None or sentence.unless is not None
        for formula in (sentence.during, sentence.unless):
            self.formula(formula)
        scope_bit = self.bit() if scoped else 0
        automaton, deed_bits = self.automaton(sentence, scope_bit)
        key = self.conditions.compile(sentence.key) if sentence.key is not None else None
        if automaton.selfstarting and key is None:
            self.program.selfstarting.append(len(self.program.clauses))
        self.program.of_rule[rule].append(len(self.program.clauses))
        self.program.clauses.append(
            Clause(
                rule=rule,
                sentence=sentence,
                automaton=automaton if key is None else ForEach(automaton),
                deed_bits=deed_bits if scoped else 0,
                scope_bit=scope_bit,
                key=key,
                during=sentence.during,
                unless=sentence.unless,
            )
        )

    def automaton(self, sentence: Sentence, scope_bit: int) -> tuple[Automaton, int]:
        """The automaton of a sentence, and the bits of its deed."""
        form = sentence.form
        if form in IN_PLACE:
            return self.in_place(sentence), 0
        if form in (Form.LIMIT, Form.SHARE):
            return self.measure(sentence), 0
        if form is Form.FORBID:
            deed = self.tracker(sentence.a, START)
            bare = without_conditions(sentence.a)
            came = self.tracker(bare, START) if sentence.b is None and bare != sentence.a else None
            locks = self.tracker(sentence.b, END) if sentence.b is not None else None
            opens = self.tracker(sentence.until, END) if sentence.until is not None else None
            guard = Guard(deed, came=came, locks=locks, opens=opens, lasts=sentence.span, scope=scope_bit)
            return guard, deed.mask
        a = self.tracker(sentence.a, END)
        if form is Form.EVERY:
            assert sentence.span is not None
            if sentence.span.unit == "us" and sentence.span.amount < SHORTEST_CYCLE:
                raise SentenceError(f"`every {sentence.span.written}` is too short; at least 1m")
            return Recurrence(a, sentence.span), 0
        if form in (Form.BEFORE, Form.BEFORE_EACH):
            assert sentence.b is not None
            deed = self.tracker(sentence.b, START)
            return Guard(deed, opens=a, relocks=form is Form.BEFORE_EACH), 0
        b = self.tracker(sentence.b, END) if sentence.b is not None else None
        return Duty(
            a,
            b,
            count=max(1, sentence.count),
            span=sentence.span,
            by=sentence.by,
            either_side=form is Form.WITHIN_OF,
            deed=self.is_deed(sentence.a),
        ), 0

    def in_place(self, sentence: Sentence) -> Automaton:
        if _joins(sentence.a) & {"then"} or (sentence.among and _joins(sentence.among) & {"and", "then"}):
            raise SentenceError(
                f"`{sentence.form}` looks at one event at a time: `then` needs several, and `among` takes `or` only"
            )
        a = self.tracker(sentence.a, WHOLE)
        among = (
            self.tracker(sentence.among, WHOLE).mask
            if sentence.among is not None
            else self.bit(ANY_EVENT, WHOLE)
        )
        if sentence.form is Form.NEXT:
            assert sentence.b is not None
            return Next(a, self.tracker(sentence.b, WHOLE), among)
        return First(a, among) if sentence.form is Form.FIRST else Last(a, among)

    def measure(self, sentence: Sentence) -> Automaton:
        a = self.tracker(sentence.a, START)
        if sentence.form is Form.LIMIT:
            return Limit(a, sentence.count, span=sentence.span, rolling=sentence.rolling)
        assert sentence.b is not None
        b = self.tracker(sentence.b, START)
        if sentence.rolling:
            assert sentence.span is not None
            return RollingShare(a, b, sentence.percent, sentence.span)
        return Share(a, b, sentence.percent, sentence.span)

    def tracker(self, term: Term, edge: str, conditions: tuple[Condition, ...] = ()) -> Tracker:
        if isinstance(term, Name):
            return Either(self.name(term, edge, conditions))
        if isinstance(term, Where):
            return self.tracker(term.term, edge, (*conditions, self.conditions.compile(term.condition)))
        parts = tuple(self.tracker(part, edge, conditions) for part in term.parts)
        if term.word == "or":
            simple = [part.mask for part in parts if isinstance(part, Either)]
            return Either(sum(simple)) if len(simple) == len(parts) else AnyOf(parts)
        return AllOf(parts) if term.word == "and" else InOrder(parts)

    def name(self, name: Name, edge: str, conditions: tuple[Condition, ...]) -> int:
        """The bits that a name sets: one for its words or its type, one for each type of event that shows it."""
        signal = self.signals.get(name.name)
        if signal is None:
            if "." not in name.name and name.name not in SPEAKING:
                raise SentenceError(self.unknown(name.name), name.column or None)
            return self.bit(name.name, edge, conditions)
        own = (self.conditions.compile(signal.where),) if signal.where else ()
        mask = self.bit(name.name, edge, (*conditions, *own)) if signal.phrases or signal.entity else 0
        for event_type in signal.events:
            mask |= self.bit(event_type, edge, (*conditions, *own))
        return mask

    def unknown(self, name: str) -> str:
        if name in self.states:
            return f"`{name}` is a state; a state is used with `while` and `unless`"
        near = _nearest(name, [*self.signals, *SPEAKING])
        return f"`{name}` is no signal of this pack{f'; did you mean `{near}`?' if near else ''}"

    def bit(self, name: str = "", edge: str = "", conditions: tuple[Condition, ...] = ()) -> int:
        """A new bit of the owner, set when the name happens and its conditions are true."""
        bit = 1 << self.bits
        self.bits += 1
        if name:
            self.wanted.add((name, edge))
            self.program.listeners[name, edge].append(Subscription(self.owner, bit, conditions))
        return bit

    def formula(self, formula: StateFormula | None) -> None:
        """The states that a formula speaks of, compiled once each."""
        if isinstance(formula, StateJoined):
            for part in formula.parts:
                self.formula(part)
        elif isinstance(formula, StateName):
            if formula.key is not None:
                self.program.keys[formula.key] = self.conditions.compile(formula.key)
            self.state(formula)

    def state(self, name: StateName) -> None:
        if name.name in self.program.states:
            return
        definition = self.states.get(name.name)
        if definition is None:
            near = _nearest(name.name, list(self.states))
            hint = f"; did you mean `{near}`?" if near else "; states are defined in the pack's states.toml"
            raise SentenceError(f"`{name.name}` is no state of this pack{hint}", name.column or None)
        outer, self.owner = (self.owner, self.bits), name.name
        self.bits = 0
        starts = self.tracker(definition.starts, END)
        ends = self.tracker(definition.ends, END) if definition.ends is not None else None
        key = self.conditions.compile(definition.key) if definition.key else None
        self.program.states[name.name] = CompiledState(definition, starts, ends, key)
        self.owner, self.bits = outer

    def facts(self) -> None:
        """What every signal teaches, whether or not a rule speaks of it."""
        for signal in self.signals.values():
            if not signal.sets:
                continue
            self.owner, self.bits = f"sets:{signal.name}", 0
            self.name(Name(signal.name), END, ())
            teachings = []
            for target, value in signal.sets.items():
                found = FACT.fullmatch(target)
                if found is None:
                    raise SentenceError(f"`{target}` is no fact: write a name, or name[KEY]")
                key = self.conditions.compile(found.group(2)) if found.group(2) else None
                teachings.append(Teaching(found.group(1), key, self.conditions.compile(value)))
            self.program.teachings[self.owner] = teachings

    def is_deed(self, term: Term) -> bool:
        """Whether the term can still be done when nobody speaks any more."""
        if isinstance(term, Joined):
            parts = [self.is_deed(part) for part in term.parts]
            return any(parts) if term.word == "or" else all(parts)
        if isinstance(term, Where):
            return self.is_deed(term.term)
        signal = self.signals.get(term.name)
        return bool(signal.events) if signal else "." in term.name


def _joins(term: Term) -> set[str]:
    """The words that join the parts of a term."""
    if isinstance(term, Where):
        return _joins(term.term)
    return {term.word}.union(*map(_joins, term.parts)) if isinstance(term, Joined) else set()


def _nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that shares most of its letter pairs, if it shares at least half."""
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}

    def likeness(other: str) -> float:
        others = {other[i : i + 2] for i in range(len(other) - 1)}
        return len(pairs & others) / max(1, len(pairs | others))

    best = max(known, key=likeness, default=None)
    return best if best is not None and likeness(best) >= 0.5 else None


def instant_in_force(rule: Rule, at: Instant) -> bool:
    """Whether the rule was in force at that time."""
    return (rule.since is None or rule.since <= at) and (rule.until is None or at < rule.until)
