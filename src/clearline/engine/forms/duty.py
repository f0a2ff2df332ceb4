"""`require A`, at least N times, after B, within T after (or of) B, by a date of B: existence and response."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span, reach, read_instant
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, How, Mark, Pending, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker

Missed = tuple[Mark | None, Instant]


class Waiting(NamedTuple):
    """A duty's state; `open` is whether something is due now."""

    open: bool
    left: int  # occurrences still needed
    progress: Any
    trigger: Mark | None = None
    deadline: Instant | None = None
    missed: tuple[Missed, ...] = ()  # overdue: the deadline has passed, the deed can still be done
    last: Instant | None = None  # the latest occurrence, for `of B`


class Duty(Plain):
    """From B on (or from the start) A is due, until it happens or its deadline passes."""

    def __init__(
        self,
        a: Tracker,
        b: Tracker | None = None,
        *,
        count: int = 1,
        span: Span | None = None,
        by: str | None = None,
        either_side: bool = False,
        deed: bool = False,
    ) -> None:
        self.a = a
        self.b = b
        self.count = count
        self.span = span
        self.by = by
        self.either_side = either_side
        self.outlives = deed  # a deed can still be done after a call; words can't be said
        self.helpful = self.fulfilling = a.mask
        self.selfstarting = b is None

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Waiting:  # noqa: ARG002
        if self.b is None:
            tally.tried += 1
        return Waiting(open=self.b is None, left=self.count, progress=(self.a.fresh, self.b and self.b.fresh))

    def step(self, state: Waiting, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Waiting:
        progress_a, progress_b = state.progress
        done = triggered = False
        if state.open or state.missed or self.either_side:
            progress_a, done = self.a.feed(progress_a, bits)
        if self.b is not None:
            progress_b, triggered = self.b.feed(progress_b, bits)
        state = state._replace(progress=(progress_a, progress_b))
        if done:
            state = self._happened(state, mark)
        if triggered:
            tally.tried += 1
            if not state.open:
                state = self._triggered(state, mark, calendar)
        return state

    def _happened(self, state: Waiting, mark: Mark) -> Waiting:
        if state.left > 1:
            return state._replace(left=state.left - 1)
        if self.b is None:
            return state._replace(open=False, left=0)
        last = mark.at if self.either_side else None
        return state._replace(open=False, trigger=None, deadline=None, missed=(), last=last)

    def _triggered(self, state: Waiting, mark: Mark, calendar: Calendar) -> Waiting:
        if self.either_side:
            if state.last is not None and self.span and reach(state.last, self.span, calendar) >= mark.at:
                return state
        else:
            state = state._replace(progress=(self.a.fresh, state.progress[1]))
        return state._replace(open=True, trigger=mark, deadline=self._deadline(mark, calendar))

    def _deadline(self, mark: Mark, calendar: Calendar) -> Instant | None:
        if self.by is not None:
            return read_instant(mark.event.data.get(self.by), calendar)
        return reach(mark.at, self.span, calendar) if self.span else None

    def deadline(self, state: Waiting) -> Instant | None:
        return state.deadline if state.open else None

    def expire(self, state: Waiting, calendar: Calendar, tally: Tally) -> Waiting:  # noqa: ARG002
        assert state.deadline is not None
        tally.breaches.append(Breach(state.deadline, How.MISSED, state.trigger, deadline=state.deadline))
        missed = (*state.missed, (state.trigger, state.deadline))
        return state._replace(open=False, trigger=None, deadline=None, missed=missed)

    def finish(self, state: Waiting, mark: Mark, tally: Tally) -> Waiting:
        if not state.open or (state.deadline is not None and self.outlives):
            return state
        if state.deadline is None:
            detail = f"{self.count - state.left} of {self.count}" if self.count > 1 else ""
            tally.breaches.append(Breach(mark.at, How.NEVER, state.trigger, detail=detail))
        elif state.deadline > mark.at:
            tally.ended_first += 1
        else:
            tally.breaches.append(Breach(state.deadline, How.MISSED, state.trigger, deadline=state.deadline))
        return state._replace(open=False, trigger=None, deadline=None)

    def status(self, state: Waiting) -> State:
        if state.open:
            return State.DUE
        return State.KEPT if self.b is None else State.OPEN

    def pending(self, state: Waiting) -> Iterable[Pending]:
        if state.open:
            yield Pending(state.deadline, state.trigger)
        if self.outlives:
            for trigger, deadline in state.missed:
                yield Pending(deadline, trigger, overdue=True)
