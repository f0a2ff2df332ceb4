"""The watcher of one timeline: takes events as they come, late ones too, and answers what is, is due and would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clearline.engine.durations import NEVER, Calendar
from clearline.engine.events import Event, Instant
from clearline.engine.forms.form import State
from clearline.engine.judging import Judge
from clearline.engine.program import Program
from clearline.engine.rules import Rule
from clearline.engine.run import Run, Snapshot
from clearline.engine.timeline import Timeline
from clearline.engine.verdicts import Change, Duty, Finding, Guard, Verdict

EVERY = 16  # moments between snapshots

Facts = Mapping[str, Mapping[str, Any]]


class Monitor:
    """Watches one timeline. The fold of steps, in whatever order events come, equals the replay of what stands."""

    def __init__(
        self, program: Program, known: Facts | None = None, calendar: Calendar | None = None
    ) -> None:
        self._run = Run(program, known or {}, calendar or Calendar())
        self._judge = Judge(program, self._run)
        self._timeline = Timeline(program.hearing)
        self._snapshots: list[tuple[int, Snapshot]] = [(0, self._run.snapshot())]
        self._done = 0  # moments processed
        self._clock: Instant = -NEVER

    def step(self, event: Event) -> list[Change]:
        """Takes in one event, late or not; an id that was seen before changes nothing."""
        before = self._standing()
        first = self._timeline.add(event)
        if first is None:
            return []
        self._catch_up(first)
        return self._changes(before)

    def advance(self, at: Instant) -> list[Change]:
        """What the clock alone changes: deadlines up to `at` that nobody met."""
        before = self._standing()
        self._clock = max(self._clock, min(at, NEVER - 1))
        self._run.fire(self._clock)
        return self._changes(before)

    def due(self, now: Instant) -> list[Duty]:
        """What is still to be done, the nearest deadline first; what has passed `now` is overdue."""
        return self._judge.due(now)

    def guards(self, now: Instant) -> list[Guard]:
        """What would break a rule now, and what would lift it."""
        return self._judge.guards(now)

    def what_if(self, event: Event) -> list[Finding]:
        """The findings that this event would raise, and the questions where a fact is missing. Nothing is kept."""
        saved = self._run.snapshot()
        _, moments = self._timeline.hearing.moments([event], *self._timeline.listening())
        if self._run.started is None:
            self._run.begin(event.at)
        self._run.fire(event.at - 1)
        before = self._judge.findings()
        for moment in moments:
            self._run.process(moment)
        raised = [finding for finding in self._judge.findings() if finding not in before]
        self._run.restore(saved)
        return raised

    def verdicts(self) -> list[Verdict]:
        """The verdict of every rule that applies, or may apply, as things stand."""
        return self._judge.verdicts()

    def _catch_up(self, first: int) -> None:
        """Runs from the first moment that is new; rewinds where that one, or a deadline after it, has been run."""
        moments = self._timeline.moments
        start = self._timeline.start
        until = (
            max(self._clock, self._timeline.entries[-1].event.at - 1) if start is not None else self._clock
        )
        earliest = min(moments[first].order[0] if first < len(moments) else NEVER, until + 1)
        if (
            first < self._done
            or self._passed(self._run.fired, earliest)
            or self._run.started not in (None, start)
        ):
            while self._snapshots[-1][0] > first or self._passed(self._snapshots[-1][1].fired, earliest):
                self._snapshots.pop()
            if self._run.started != start:
                del self._snapshots[1:]
            self._done, saved = self._snapshots[-1]
            self._run.restore(saved)
        if self._run.started is None and start is not None:
            self._run.begin(start)
        for moment in moments[self._done :]:
            if self._done - self._snapshots[-1][0] >= EVERY:
                self._snapshots.append((self._done, self._run.snapshot()))
            self._run.process(moment)
            self._done += 1
        self._run.fire(until)

    def _passed(self, fired: Instant | None, at: Instant) -> bool:
        return fired is not None and fired >= at

    def _standing(self) -> tuple[list[Finding], dict[Rule, State]]:
        return self._judge.findings(), self._judge.states()

    def _changes(self, before: tuple[list[Finding], dict[Rule, State]]) -> list[Change]:
        findings, states = self._standing()
        changes = [Change("withdrawn", one.rule, one) for one in before[0] if one not in findings]
        changes += [Change("raised", one.rule, one) for one in findings if one not in before[0]]
        changes += [
            Change("state", rule, state=s) for rule, s in states.items() if before[1].get(rule) is not s
        ]
        return changes


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
        key=lambda event: event.order,
    )
