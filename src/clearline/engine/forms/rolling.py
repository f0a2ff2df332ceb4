"""`limit A to P% of B per T`: a ratio over a window that slides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, How, Mark, Pending, Plain, State, Tally
from clearline.engine.forms.share import above
from clearline.engine.forms.tracker import Tracker


class Counted(NamedTuple):
    """An A or a B, and the last instant at which it is in the window."""

    leaves: Instant
    a: int
    b: int


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """An immutable list, so that earlier states stay as they were; long ones are not compared."""

    counted: Counted
    rest: Link | None


Chain = Link | None


class Sliding(NamedTuple):
    """What the last T hold: `older` from the oldest on, `newer` from the newest back."""

    a: int
    b: int
    progress: tuple[Any, Any]
    first_closes: Instant  # no window has run its time before
    older: Chain = None
    newer: Chain = None
    broken: bool = False  # since the share rose above
    ended: bool = False


class RollingShare(Plain):
    """At most P % of B may be A in any T that has run its time; dated at the moment it rises above."""

    def __init__(self, a: Tracker, b: Tracker, percent: float, span: Span) -> None:
        self.a = a
        self.b = b
        self.percent = percent
        self.span = span
        self.helpful = b.mask & ~a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Sliding:  # noqa: ARG002
        return Sliding(0, 0, (self.a.fresh, self.b.fresh), reach(at, self.span, calendar))

    def step(self, state: Sliding, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Sliding:
        a, is_a = self.a.feed(state.progress[0], bits)
        b, is_b = self.b.feed(state.progress[1], bits)
        state = state._replace(progress=(a, b))
        if not (is_a or is_b):
            return state
        tally.tried += is_b
        counted = Counted(reach(mark.at, self.span, calendar), is_a, is_b)
        state = state._replace(a=state.a + is_a, b=state.b + is_b, newer=Link(counted, state.newer))
        return self._judged(_with_oldest(state), mark.at, mark, tally)

    def _judged(self, state: Sliding, at: Instant, mark: Mark | None, tally: Tally) -> Sliding:
        now = above(state.a, state.b, self.percent)
        if at < state.first_closes or now == state.broken:
            return state
        if now:
            tally.breaches.append(Breach(at, How.SHARE, deed=mark, detail=f"{state.a} of {state.b}"))
        return state._replace(broken=now)

    def deadline(self, state: Sliding) -> Instant | None:
        if state.ended or state.older is None:
            return None
        leaves = state.older.counted.leaves
        waits = not state.broken and above(state.a, state.b, self.percent)
        return min(leaves, state.first_closes) if waits else leaves

    def expire(self, state: Sliding, calendar: Calendar, tally: Tally) -> Sliding:  # noqa: ARG002
        at = self.deadline(state)
        assert at is not None
        state = self._judged(state, at, None, tally)
        while state.older is not None and state.older.counted.leaves <= at:
            oldest, rest = state.older.counted, state.older.rest
            state = _with_oldest(state._replace(a=state.a - oldest.a, b=state.b - oldest.b, older=rest))
        return self._judged(state, at, None, tally)

    def finish(self, state: Sliding, mark: Mark, tally: Tally) -> Sliding:  # noqa: ARG002
        return state._replace(ended=True)

    def status(self, state: Sliding) -> State:
        if state.ended:
            return State.KEPT
        return State.DUE if above(state.a, state.b, self.percent) else State.OPEN

    def pending(self, state: Sliding) -> Iterable[Pending]:
        if self.status(state) is State.DUE:
            yield Pending(None if state.broken else state.first_closes, None, overdue=state.broken)


def _with_oldest(state: Sliding) -> Sliding:
    if state.older is not None:
        return state
    older: Chain = None
    newer = state.newer
    while newer is not None:
        older, newer = Link(newer.counted, older), newer.rest
    return state._replace(older=older, newer=None)
