"""`require A every T`: recurrence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, How, Mark, Pending, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker


class Cycle(NamedTuple):
    """When A is due next, and whether the last one is still fresh."""

    deadline: Instant
    fresh: bool
    progress: Any
    since: Mark | None = None
    overdue: Instant | None = None  # the first deadline missed since the last A
    ended: bool = False


class Recurrence(Plain):
    """A again and again, never more than T apart; the first within T of the start."""

    selfstarting = True

    def __init__(self, a: Tracker, span: Span) -> None:
        self.a = a
        self.span = span
        self.helpful = a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Cycle:
        tally.tried += 1
        return Cycle(reach(at, self.span, calendar), fresh=False, progress=self.a.fresh)

    def step(self, state: Cycle, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Cycle:
        progress, done = self.a.feed(state.progress, bits)
        if not done:
            return state._replace(progress=progress)
        tally.tried += 1
        return Cycle(reach(mark.at, self.span, calendar), fresh=True, progress=progress, since=mark)

    def deadline(self, state: Cycle) -> Instant | None:
        return None if state.ended else state.deadline

    def expire(self, state: Cycle, calendar: Calendar, tally: Tally) -> Cycle:
        tally.breaches.append(Breach(state.deadline, How.MISSED, state.since, deadline=state.deadline))
        return state._replace(
            deadline=reach(state.deadline, self.span, calendar),
            fresh=False,
            overdue=state.overdue if state.overdue is not None else state.deadline,
        )

    def finish(self, state: Cycle, mark: Mark, tally: Tally) -> Cycle:
        if state.deadline <= mark.at:
            tally.breaches.append(Breach(state.deadline, How.MISSED, state.since, deadline=state.deadline))
        elif not state.fresh and state.overdue is None:
            tally.ended_first += 1
        return state._replace(ended=True)

    def status(self, state: Cycle) -> State:
        if state.ended:
            return State.KEPT
        return State.OPEN if state.fresh else State.DUE

    def pending(self, state: Cycle) -> Iterable[Pending]:
        if not state.ended:
            yield Pending(state.overdue or state.deadline, state.since, overdue=state.overdue is not None)
