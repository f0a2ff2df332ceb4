"""The watcher of one timeline: takes events as they come, late ones too, and answers what is, is due and would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import attrgetter
from typing import Any, NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.durations import NEVER, Calendar
from clearline.engine.events import Event, Instant
from clearline.engine.forms.form import State
from clearline.engine.hearing import WHOLE, Moment
from clearline.engine.judging import Judge, Sign
from clearline.engine.program import Program
from clearline.engine.rules import Rule
from clearline.engine.run import Run, Snapshot
from clearline.engine.states import OFF
from clearline.engine.timeline import Timeline
from clearline.engine.verdicts import Change, Duty, Finding, Guard, Verdict

ORDER = attrgetter("at", "seq", "id")  # an event's order, a few times quicker
EVERY = 16  # moments between snapshots
KEPT = 64  # snapshots; the older they are, the further they stand apart

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Told:
    """What was last said of a rule."""

    sign: Sign
    state: State
    found: list[Finding]


class Lasting(NamedTuple):
    """A state that ends by itself: for which key, None where it has none, and the last instant at which it is on."""

    state: str
    key: Any
    until: Instant


class Monitor:
    """Watches one timeline. The fold of steps, in whatever order events come, equals the replay of what stands.

    What is known from the start is read, never changed, and must not change under it.
    """

    def __init__(
        self, program: Program, known: Facts | None = None, calendar: Calendar | None = None
    ) -> None:
        self._run = Run(program, known or {}, calendar or Calendar())
        self._judge = Judge(program, self._run)
        self._timeline = Timeline(program.hearing)
        self._snapshots: list[tuple[int, Snapshot]] = [(0, self._run.snapshot())]
        self._done = 0  # moments processed
        self._clock: Instant = -NEVER
        self._beginning = self._begin(known)
        self._told: dict[Rule, Told] = {}  # of rules that something was said of since the beginning
        self._run.stirred.clear()

    def step(self, event: Event) -> list[Change]:
        """Takes in one event, late or not; an id that was seen before changes nothing."""
        first = self._timeline.add(event)
        if first is None:
            return []
        return self._changes(rewound=self._catch_up(first))

    def take_up(self, events: Sequence[Event]) -> list[Change]:
        """Takes in all that is known of a timeline that nothing was told of before; quicker than step by step."""
        self._timeline.take_up(events, in_order(events))
        return self._changes(rewound=self._catch_up(0, apart=len(self._timeline.moments)))

    def advance(self, at: Instant) -> list[Change]:
        """What the clock alone changes: deadlines up to `at` that nobody met."""
        self._clock = max(self._clock, min(at, NEVER - 1))
        self._run.fire(self._clock)
        return self._changes(rewound=False)

    def due(self, now: Instant) -> list[Duty]:
        """What is still to be done, the nearest deadline first; what has passed `now` is overdue."""
        return self._judge.due(now)

    def lasting(self) -> list[Lasting]:
        """The states that are surely on and end by themselves, the nearest end first; those that have ended stand first of all."""
        states = self._run.program.states
        found = [
            Lasting(name, key, held.sure)
            for name, running in self._run.states.items()
            if states[name].definition.lasts
            for key, held in (*running.held.items(), (None, running.rest))
            if held.sure > OFF
        ]
        return sorted(found, key=attrgetter("until"))

    def guards(self, now: Instant) -> list[Guard]:
        """What would break a rule now, and what would lift it."""
        return self._judge.guards(now)

    def what_if(self, event: Event) -> list[Finding]:
        """The findings that this event would raise, and the questions where a fact is missing. Nothing is kept."""
        run = self._run
        saved, stirred = run.snapshot(), set(run.stirred)
        _, moments = self._timeline.hearing.moments([event], *self._timeline.listening())
        if run.started is None:
            run.begin(event.at)
        run.fire(min((moment.order[0] for moment in moments), default=event.at) - 1)
        before = {rule: self._judge.sign(rule) for rule in self._stirring(moments)}
        taught = run.taught
        for moment in moments:
            run.process(moment)
        raised = [
            finding
            for rule, sign in before.items()
            for finding in self._judge.found(rule, self._judge.sign(rule), since=sign)
        ]
        learned = run.taught != taught
        run.restore(saved)
        run.stirred = stirred
        if not learned:
            run.taught = taught  # what applies is still known
        return raised

    def _stirring(self, moments: Sequence[Moment]) -> Iterable[Rule]:
        """The rules whose findings these moments may change: all, where time passes or more becomes known."""
        program = self._run.program
        if len({moment.order[0] for moment in moments}) > 1:
            return program.rules
        shown = {(one.name, one.edge) for moment in moments for one in moment.heard}
        owners = {one.owner for name in shown for one in program.listeners.get(name, ())}
        if ("", WHOLE) in shown or not program.teachings.keys().isdisjoint(owners):
            return program.rules
        clauses = program.clauses
        return dict.fromkeys(clauses[one].rule for one in sorted(o for o in owners if isinstance(o, int)))

    def verdicts(self) -> list[Verdict]:
        """The verdict of every rule that applies, or may apply, as things stand."""
        return self._judge.verdicts()

    def applies(self, rule: Rule) -> Truth:
        """Whether a rule applies, by the facts known so far."""
        return self._judge.applies(rule)[0]

    def tried(self, rule: Rule) -> int:
        """How often a rule came up, as things stand; what is taken back counts no more."""
        return self._judge.tried(rule)

    @property
    def wakes(self) -> Instant | None:
        """The next deadline at which the clock alone may change something."""
        return self._run.wakes

    @property
    def events(self) -> list[Event]:
        """The events that stand, in order."""
        return [entry.event for entry in self._timeline.entries]

    def _catch_up(self, first: int, apart: int = EVERY) -> bool:
        """Runs from the first moment that is new; rewinds where that one, or a deadline after it, has been run."""
        moments = self._timeline.moments
        start = self._timeline.start
        until = (
            max(self._clock, self._timeline.entries[-1].event.at - 1) if start is not None else self._clock
        )
        earliest = min(moments[first].order[0] if first < len(moments) else NEVER, until + 1)
        rewound = (
            first < self._done
            or self._passed(self._run.fired, earliest)
            or self._run.started not in (None, start)
        )
        if rewound:
            while self._snapshots[-1][0] > first or self._passed(self._snapshots[-1][1].fired, earliest):
                self._snapshots.pop()
            if self._run.started != start:
                del self._snapshots[1:]
            self._done, saved = self._snapshots[-1]
            self._run.restore(saved)
        if self._run.started is None and start is not None:
            self._run.begin(start)
        for moment in moments[self._done :]:
            if self._done - self._snapshots[-1][0] >= apart:
                self._snapshots.append((self._done, self._run.snapshot()))
                if len(self._snapshots) > KEPT:
                    del self._snapshots[1::2]
            self._run.process(moment)
            self._done += 1
        self._run.fire(until)
        return rewound

    def _passed(self, fired: Instant | None, at: Instant) -> bool:
        return fired is not None and fired >= at

    def _begin(self, known: Facts | None) -> Mapping[Rule, tuple[Sign, State]]:
        """What is said of every rule before anything happened; alike for all timelines of which the same is known."""
        program, judge = self._run.program, self._judge
        if program.beginning is None or program.beginning[0] is not known:
            signs = ((rule, judge.sign(rule)) for rule in program.rules)
            program.beginning = (known, {rule: (sign, judge.state(rule, sign)) for rule, sign in signs})
        return program.beginning[1]

    def _changes(self, *, rewound: bool) -> list[Change]:
        """What is otherwise than it was told; where nothing was rewound only what is new is looked at."""
        findings: list[Change] = []
        states: list[Change] = []
        clauses = self._run.program.clauses
        for rule in dict.fromkeys(clauses[index].rule for index in sorted(self._run.stirred)):
            told = self._told.get(rule)
            if told is None:
                if self._run.ended is None and self._judge.untouched(rule):
                    continue  # whether it applies or not, there is nothing to say of it
                told = self._told[rule] = Told(*self._beginning[rule], [])
            sign = self._judge.sign(rule)
            if rewound or not sign.alike(told.sign):
                found = self._judge.found(rule, sign)
                findings += _differences(rule, told.found, found)
                told.found = found
            elif sign != told.sign:
                new = self._judge.found(rule, sign, since=told.sign)
                findings += [Change("raised", rule, one) for one in new]
                told.found += new
            told.sign = sign
            state = self._judge.state(rule, sign)
            if state is not told.state:
                states.append(Change("state", rule, state=state))
                told.state = state
        self._run.stirred.clear()
        return findings + states


def _differences(rule: Rule, before: list[Finding], after: list[Finding]) -> list[Change]:
    """What was withdrawn, then what was raised; what both begin and end with needs no second look."""
    same = sum(1 for _ in takewhile(_equal, zip(before, after, strict=False)))
    before, after = before[same:], after[same:]
    same = sum(1 for _ in takewhile(_equal, zip(reversed(before), reversed(after), strict=False)))
    before, after = before[: len(before) - same], after[: len(after) - same]
    changes = [Change("withdrawn", rule, one) for one in before if one not in after]
    return changes + [Change("raised", rule, one) for one in after if one not in before]


def _equal(pair: tuple[Finding, Finding]) -> bool:
    return pair[0] == pair[1]


def replay(
    program: Program, events: Iterable[Event], known: Facts | None = None, calendar: Calendar | None = None
) -> list[Verdict]:
    """The verdicts over a whole timeline; events may come in any order."""
    return replay_many(program, [events], known, calendar)[0].verdicts()


def replay_many(
    program: Program,
    timelines: Iterable[Iterable[Event]],
    known: Facts | None = None,
    calendar: Calendar | None = None,
) -> list[Judge]:
    """One judge for each whole timeline; their words are searched together, which is quicker than one by one."""
    standing = [in_order(events) for events in timelines]
    judges = []
    for events, moments in zip(standing, program.hearing.moments_of_many(standing), strict=True):
        run = Run(program, known or {}, calendar or Calendar())
        if events:
            run.begin(events[0].at)
        for moment in moments:
            run.process(moment)
        if events:
            run.fire(events[-1].at - 1)
        judges.append(Judge(program, run))
    return judges


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events that stand, in order: one for an id, without those that others replace or void."""
    found = {event.id: event for event in reversed(list(events))}
    gone = {event.replaces for event in found.values()} | {event.voids for event in found.values()}
    return sorted(
        (event for event in found.values() if event.id not in gone and not event.voids),
        key=ORDER,
    )
