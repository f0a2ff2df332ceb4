"""One pass of a program over moments in order: steps every automaton, state and fact, and fires deadlines."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from clearline.engine import states as named
from clearline.engine.conditions import Condition, Truth
from clearline.engine.durations import Calendar
from clearline.engine.events import UNHEARD, Event, Instant
from clearline.engine.forms.each import NO_KEY
from clearline.engine.forms.form import Mark, Tally
from clearline.engine.hearing import Moment
from clearline.engine.program import Clause, Program, Teaching, instant_in_force
from clearline.engine.questions import Question, asked
from clearline.engine.sentences import StateFormula, StateName, state_names
from clearline.engine.states import Running
from clearline.engine.touching import Known, Touched, touched_by

MAX_DOUBTS = 8  # reasons kept for a clause
OFTEN = 16  # times that one thing may have been said between two moments in which nobody heard
SPENT = 16  # timers that may lie about unarmed


class Snapshot(NamedTuple):
    """A run at one point; tallies only grow, so that their lengths are enough."""

    strict: list[Any]
    lenient: list[Any]
    lengths: list[tuple[int, int, int, int, int]]
    armed: list[Instant | None]
    states: dict[str, Running]
    known: dict[str, Mapping[str, Any]]
    holes: tuple[Moment, ...]
    started: Instant | None
    ended: Instant | None
    fired: Instant | None


class Run:
    """Each clause runs twice, `strict` with every doubt against the rule and `lenient` with every doubt for it.

    Both are one object until something is uncertain. A breach that only the strict run sees is a question.
    """

    def __init__(self, program: Program, known: Known, calendar: Calendar) -> None:
        size = len(program.clauses)
        self.program = program
        self.calendar = calendar
        self.known: dict[str, Mapping[str, Any]] = {name: present(fields) for name, fields in known.items()}
        self.strict: list[Any] = [None] * size
        self.lenient: list[Any] = [None] * size
        self.tallies = [Tally() for _ in range(size)]
        self.questions: list[list[Question]] = [[] for _ in range(size)]
        self.doubts: list[list[str]] = [[] for _ in range(size)]
        self.timers: list[tuple[Instant, int]] = []
        self.armed: list[Instant | None] = [None] * size
        self.states = {name: named.begin(state) for name, state in program.states.items()}
        self.holes: tuple[Moment, ...] = ()  # in which we are: what is said is not heard
        self.started: Instant | None = None
        self.ended: Instant | None = None
        self.fired: Instant | None = None  # the latest deadline that has passed
        self.stirred = set(
            range(size)
        )  # clauses that may stand otherwise; whoever has looked at them clears it
        self.taught = 0  # how often what is known has changed

    def snapshot(self) -> Snapshot:
        lengths = [
            (tally.tried, tally.ended_first, len(tally.breaches), len(questions), len(doubts))
            for tally, questions, doubts in zip(self.tallies, self.questions, self.doubts, strict=True)
        ]
        return Snapshot(
            self.strict[:],
            self.lenient[:],
            lengths,
            self.armed[:],
            dict(self.states),
            dict(self.known),
            self.holes,
            self.started,
            self.ended,
            self.fired,
        )

    def restore(self, saved: Snapshot) -> None:
        self.strict, self.lenient = saved.strict[:], saved.lenient[:]
        for index, (tried, ended_first, breaches, questions, doubts) in enumerate(saved.lengths):
            tally = self.tallies[index]
            tally.tried, tally.ended_first = tried, ended_first
            del tally.breaches[breaches:], self.questions[index][questions:], self.doubts[index][doubts:]
        self.armed = saved.armed[:]
        self.wind()
        self.states, self.known = dict(saved.states), dict(saved.known)
        self.holes = saved.holes
        self.started, self.ended, self.fired = saved.started, saved.ended, saved.fired
        self.learn()

    def learn(self) -> None:
        """What is known has changed, and with it perhaps every rule."""
        self.taught += 1
        self.stirred.update(range(len(self.armed)))

    def begin(self, at: Instant) -> None:
        """The timeline starts: duties without a trigger are due from here, windows are counted from here."""
        self.started = at
        for index in self.program.selfstarting:
            since = self.program.clauses[index].rule.since
            if instant_in_force(self.program.clauses[index].rule, at):
                self.start_clause(index)
                self.arm(index)
            elif self.program.kind.ends is None and since is not None and at < since:
                self.set_timer(index, since)

    def start_clause(self, index: int, at: Instant | None = None) -> None:
        """Most clauses start when something first touches them; until then they are open, and cost nothing."""
        self.strict[index] = self.lenient[index] = self.state_of(index, self.tallies[index], at)

    def state_of(self, index: int, tally: Tally | None = None, at: Instant | None = None) -> Any:
        """The strict state of a clause; one that nothing has touched is as it was at the start."""
        if self.strict[index] is not None:
            return self.strict[index]
        assert self.started is not None
        begun = self.started if at is None else at
        return self.program.clauses[index].automaton.begin(begun, self.calendar, tally or Tally())

    def process(self, moment: Moment) -> None:
        """One moment: the deadlines before it, then all rules, states and facts as they stood before it."""
        at, event = moment.order[0], moment.event
        if self.started is None:
            self.begin(at)
        self.fire(at - 1)
        if event.type == UNHEARD:
            self.hole(moment, at)
            return
        if self.holes:
            self.perhaps(at)
        self.happen(moment, at, self.clause)
        self.learn_of(event)
        if self.holes:
            self.perhaps(at)

    def hole(self, moment: Moment, at: Instant) -> None:
        """A hole begins, or ends; something may have been said at both moments."""
        begins = all(one.event != moment.event for one in self.holes)
        if begins and self.ended is None:
            self.holes = (*self.holes, moment)
        self.perhaps(at)
        if not begins:
            self.holes = tuple(one for one in self.holes if one.event != moment.event)

    def happen(
        self, moment: Moment, at: Instant, clause: Callable[[int, Touched, Instant, Known], None]
    ) -> None:
        """All that listens to what a moment shows is told of it."""
        touched = touched_by(self.program, moment, self.known)
        known = {**self.known, "data": moment.event.data} if touched else self.known
        changes = []
        for owner, touch in touched.items():
            if isinstance(owner, int):
                clause(owner, touch, at, known)
            elif owner in self.program.states:
                changes.append((owner, self.changed_state(owner, touch, at, known)))
            else:
                self.teach(self.program.teachings[owner], touch, known)
        for name, state in changes:
            self.states[name] = state

    def perhaps(self, at: Instant) -> None:
        """What was said in a hole may have been said between any two moments of it."""
        for hole in self.holes:
            self.happen(hole, at, self.often)

    def often(self, index: int, touch: Touched, at: Instant, known: Known) -> None:
        """Nobody knows how often it was said: until once more changes nothing. It is no try."""
        tried = self.tallies[index].tried
        for _ in range(OFTEN):
            state = self.strict[index], self.lenient[index]
            self.clause(index, touch, at, known)
            if state == (self.strict[index], self.lenient[index]):
                break
        self.tallies[index].tried = tried

    def learn_of(self, event: Event) -> None:
        """What an event of the subject itself teaches; the end is one."""
        kind = self.program.kind
        if event.data and event.type.startswith(f"{kind.name}."):
            self.known[kind.name] = {**self.known.get(kind.name, {}), **present(event.data)}
            self.learn()
        if event.type == kind.ends and self.ended is None:
            self.finish(Mark(event.at, event))

    def clause(self, index: int, touch: Touched, at: Instant, known: Known) -> None:
        clause = self.program.clauses[index]
        automaton = clause.automaton
        bits, perhaps, helpful = touch.bits, touch.perhaps, automaton.helpful
        if self.ended is not None:
            bits, perhaps = bits & automaton.fulfilling, perhaps & automaton.fulfilling
        if not instant_in_force(clause.rule, at):
            if automaton.selfstarting and self.strict[index] is None:
                return
            bits, perhaps = bits & helpful, perhaps & helpful
        if (bits | perhaps) & clause.deed_bits:
            truth, why = self.scope(clause, at, known)
            bits |= clause.scope_bit if truth else 0
            if truth is None:
                perhaps |= clause.scope_bit
                touch.doubt = touch.doubt or why
        if not bits | perhaps:
            return
        mark = Mark(at, touch.heard.event, touch.heard.first, touch.heard.last)
        if clause.key is not None:
            key, why = key_of(clause.key, known)
            if key is None:
                key, perhaps, bits = NO_KEY, perhaps | bits & ~helpful, bits & helpful
                touch.doubt = touch.doubt or why
            mark = mark._replace(key=key)
        if perhaps and len(self.doubts[index]) < MAX_DOUBTS and touch.doubt not in self.doubts[index]:
            self.doubts[index].append(touch.doubt)
        self.advance(index, bits | perhaps & ~helpful, automaton.mild(bits, perhaps), mark)

    def advance(self, index: int, strict_bits: int, lenient_bits: int, mark: Mark) -> None:
        step, calendar = self.program.clauses[index].automaton.step, self.calendar
        if self.strict[index] is None:
            self.start_clause(index)
        strict, lenient = self.strict[index], self.lenient[index]
        if strict is lenient and strict_bits == lenient_bits:
            self.strict[index] = self.lenient[index] = step(
                strict, strict_bits, mark, calendar, self.tallies[index]
            )
        else:
            harsh, mild = Tally(), Tally()
            after = step(strict, strict_bits, mark, calendar, harsh)
            self.settle(index, after, step(lenient, lenient_bits, mark, calendar, mild), harsh, mild)
        self.arm(index)

    def settle(self, index: int, strict: Any, lenient: Any, harsh: Tally, mild: Tally) -> None:
        """Keeps both runs, as one object where they agree again; what only the strict one saw is a question."""
        self.strict[index] = strict
        self.lenient[index] = strict if lenient == strict else lenient
        tally = self.tallies[index]
        tally.tried += harsh.tried
        tally.ended_first += harsh.ended_first
        tally.breaches.extend(mild.breaches)
        self.questions[index] += asked(harsh, mild, self.questions[index], self.doubts[index])

    def scope(self, clause: Clause, at: Instant, known: Known) -> tuple[Truth, str]:
        """Whether `while` and not `unless` holds now, and why that is unknown."""
        during = self.truth(clause.during, at, known) if clause.during is not None else True
        excused = self.truth(clause.unless, at, known) if clause.unless is not None else False
        truth = named.all_of([during, named.negated(excused)])
        states = " and ".join(
            str(formula) for formula in (clause.during, clause.unless) if formula is not None
        )
        return truth, f"it is not known whether `{states}` held" if truth is None else ""

    def truth(self, formula: StateFormula, at: Instant, known: Known) -> Truth:
        truths: dict[StateName, Truth] = {}
        for name in state_names(formula):
            key = None
            if name.key is not None:
                key, _ = key_of(self.program.keys[name.key], known)
                if key is None:
                    truths[name] = None
                    continue
            truths[name] = named.is_on(self.program.states[name.name], self.states[name.name], key, at)
        return named.formula_truth(formula, truths)

    def changed_state(self, name: str, touch: Touched, at: Instant, known: Known) -> Running:
        state = self.program.states[name]
        key = key_of(state.key, known)[0] if state.key is not None else None
        return named.changed(state, self.states[name], touch.bits, touch.perhaps, key, at, self.calendar)

    def teach(self, teachings: list[Teaching], touch: Touched, known: Known) -> None:
        facts = dict(self.known.get("facts", {}))
        for teaching in teachings:
            value, _ = teaching.value.value(known) if touch.bits else (None, "")
            if teaching.key is None:
                entry: Any = value
            else:
                key, _ = key_of(teaching.key, known)
                entry = None if key is None else present({**facts.get(teaching.fact, {}), key: value})
            facts[teaching.fact] = entry
        self.known["facts"] = present(facts)
        self.learn()

    def arm(self, index: int) -> None:
        """Sets the timer of a clause that has moved."""
        self.stirred.add(index)
        automaton = self.program.clauses[index].automaton
        strict, lenient = self.strict[index], self.lenient[index]
        earliest = automaton.deadline(strict)
        if lenient is not strict:
            other = automaton.deadline(lenient)
            earliest = other if earliest is None else min(earliest, earliest if other is None else other)
        if earliest != self.armed[index]:
            self.set_timer(index, earliest)

    def set_timer(self, index: int, at: Instant | None) -> None:
        self.armed[index] = at
        if at is not None:
            heapq.heappush(self.timers, (at, index))
            if len(self.timers) > 2 * len(self.armed) + SPENT:
                self.wind()

    def wind(self) -> None:
        """The timers that are armed, and no spent ones."""
        self.timers = [(at, index) for index, at in enumerate(self.armed) if at is not None]
        heapq.heapify(self.timers)

    @property
    def wakes(self) -> Instant | None:
        """The next deadline at which the clock alone may change something."""
        return min((at for at in self.armed if at is not None), default=None)

    def fire(self, until: Instant) -> None:
        """Every deadline up to and with `until`, in order; in a hole what was said just in time may have met it."""
        heard = None
        while self.timers and self.timers[0][0] <= until:
            if self.holes and self.timers[0][0] != heard:
                heard = self.timers[0][0]
                self.perhaps(heard)
                continue
            at, index = heapq.heappop(self.timers)
            if self.armed[index] == at:
                self.fired = at if self.fired is None else max(at, self.fired)
                self.armed[index] = None
                self.expire(index, at)
                self.arm(index)

    def expire(self, index: int, at: Instant) -> None:
        automaton = self.program.clauses[index].automaton
        strict, lenient = self.strict[index], self.lenient[index]
        if strict is None:  # the rule comes into force
            self.start_clause(index, at)
        elif strict is lenient:
            self.strict[index] = self.lenient[index] = automaton.expire(
                strict, self.calendar, self.tallies[index]
            )
        else:
            harsh, mild = Tally(), Tally()
            if automaton.deadline(strict) == at:
                strict = automaton.expire(strict, self.calendar, harsh)
            if automaton.deadline(lenient) == at:
                lenient = automaton.expire(lenient, self.calendar, mild)
            self.settle(index, strict, lenient, harsh, mild)

    def finish(self, mark: Mark) -> None:
        """The timeline ends: what is open is kept, what is due is broken, or ended first."""
        self.ended, self.holes = mark.at, ()
        self.learn()
        for index, clause in enumerate(self.program.clauses):
            strict, lenient = self.strict[index], self.lenient[index]
            if strict is None:
                continue
            if strict is lenient:
                self.strict[index] = self.lenient[index] = clause.automaton.finish(
                    strict, mark, self.tallies[index]
                )
            else:
                harsh, mild = Tally(), Tally()
                after = clause.automaton.finish(strict, mark, harsh)
                self.settle(index, after, clause.automaton.finish(lenient, mark, mild), harsh, mild)
            self.arm(index)


def key_of(condition: Condition, known: Known) -> tuple[Hashable | None, str]:
    """The key that a condition says, or None with the reason why there is none."""
    key, why = condition.value(known)
    if key is None or not isinstance(key, Hashable):
        return None, why or f"`{condition.source}` is no key"
    return key, ""


def present(fields: Mapping[Any, Any]) -> dict[Any, Any]:
    """Only the fields that are known: an empty list of places, like nothing at all, is not knowing."""
    return {name: value for name, value in fields.items() if value is not None and value not in ([], "")}
