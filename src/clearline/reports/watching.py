"""What was due and what was not allowed in the course of a timeline, beside the verdicts on it."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar
from clearline.engine.entities import START
from clearline.engine.events import Event, Instant
from clearline.engine.forms.form import Mark
from clearline.engine.hearing import Moment
from clearline.engine.judging import Judge
from clearline.engine.monitor import in_order
from clearline.engine.program import Clause, Program
from clearline.engine.rules import Rule
from clearline.engine.run import Run
from clearline.engine.verdicts import Verdict

Known = Mapping[str, Mapping[str, Any]]


class End(StrEnum):
    """How a stretch ended."""

    DONE = "done"
    MISSED = "missed"
    LIFTED = "lifted"  # what was not allowed is
    ENDED_FIRST = "ended first"
    STILL = "still"  # it had not ended when the timeline did


class Stretch(NamedTuple):
    """From when to when something was due, or a deed was not allowed."""

    rule: Rule
    due: bool  # else not allowed
    since: Instant
    deadline: Instant | None
    until: Instant
    end: End


class Watched(NamedTuple):
    """All that a program says of a timeline."""

    verdicts: list[Verdict]
    known: Known  # what was known at the end
    stretches: list[Stretch]


class _Key(NamedTuple):
    clause: int
    due: bool
    deadline: Instant | None
    trigger: tuple[Instant, str] | None
    key: Any


def watch(program: Program, events: Iterable[Event], known: Known, *, drawn: bool) -> Watched:
    """The verdicts of a replay and, for a drawing, every stretch; events may come in any order."""
    run = Run(program, known, Calendar())
    standing = in_order(events)
    watcher = _Watcher(run)
    if standing:
        run.begin(standing[0].at)
    for moment in program.hearing.moments(standing, START)[1]:
        run.process(moment)
        if drawn:
            watcher.look(moment)
    if standing:
        run.fire(standing[-1].at - 1)
        watcher.close(standing[-1].at)
    return Watched(Judge(program, run).verdicts(), run.known, watcher.closed)


class _Watcher:
    """Notes after each moment which stretches have begun and ended."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.open: dict[_Key, Instant] = {}
        self.closed: list[Stretch] = []
        self._states: list[object] = [self] * len(run.program.clauses)  # as last looked at; at first, none

    def look(self, moment: Moment) -> None:
        at = moment.order[0]
        ended = moment.event.type == self.run.program.kind.ends
        for index, clause in enumerate(self.run.program.clauses):
            state = self.run.strict[index]
            if state is self._states[index] and not clause.scope_bit and not ended:
                continue  # most moments change few clauses
            self._states[index] = state
            now = dict(self._standing(index, clause, at))
            for key in [key for key in self.open if key.clause == index and key not in now]:
                self._close(key, at, ended=ended)
            for key, since in now.items():
                self.open.setdefault(key, since)

    def close(self, at: Instant) -> None:
        for key in list(self.open):
            missed = key.due and self._breached(key, at)
            until = key.deadline if missed and key.deadline is not None else at
            self._stretch(key, until, End.MISSED if missed else End.STILL)

    def _standing(self, index: int, clause: Clause, at: Instant) -> Iterator[tuple[_Key, Instant]]:
        run = self.run
        state = run.state_of(index)
        for pending in clause.automaton.pending(state):
            if not pending.overdue:
                since = pending.trigger.at if pending.trigger else run.started or at
                yield _Key(index, True, pending.deadline, _where(pending.trigger), pending.key), since
        if run.ended is None and (not clause.scope_bit or run.scope(clause, at, run.known)[0]):
            begun = at if clause.scope_bit or run.started is None else run.started
            for guarded in clause.automaton.guarded(state, at):
                since = guarded.trigger.at if guarded.trigger else begun
                yield _Key(index, False, guarded.until, _where(guarded.trigger), guarded.key), since

    def _close(self, key: _Key, at: Instant, *, ended: bool) -> None:
        until = at if key.deadline is None else min(at, key.deadline)
        if not key.due:
            self._stretch(key, until, End.STILL if ended else End.LIFTED)
        elif self._breached(key, at):
            self._stretch(key, until, End.MISSED)
        else:
            self._stretch(key, at, End.ENDED_FIRST if ended else End.DONE)

    def _breached(self, key: _Key, at: Instant) -> bool:
        asked = (one.breach for one in self.run.questions[key.clause])
        breaches = (*self.run.tallies[key.clause].breaches, *asked)
        return any(_where(one.trigger) == key.trigger and one.at in (key.deadline, at) for one in breaches)

    def _stretch(self, key: _Key, until: Instant, end: End) -> None:
        rule = self.run.program.clauses[key.clause].rule
        self.closed.append(Stretch(rule, key.due, self.open.pop(key), key.deadline, until, end))


def _where(mark: Mark | None) -> tuple[Instant, str] | None:
    """A mark as part of a key."""
    return None if mark is None else (mark.at, mark.event.id)
