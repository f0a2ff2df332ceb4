"""`limit A to P% of B` over all, or in each T: a ratio over a window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, How, Mark, Pending, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker
from clearline.engine.forms.windows import Window, window_at


class Ratio(NamedTuple):
    """How many As and Bs the running window holds."""

    a: int
    b: int
    progress: tuple[Any, Any]
    window: Window | None
    ended: bool = False


class Share(Plain):
    """At most P % of B may be A when a window closes; no B, no breach."""

    def __init__(self, a: Tracker, b: Tracker, percent: float, span: Span | None = None) -> None:
        self.a = a
        self.b = b
        self.percent = percent
        self.span = span
        self.helpful = b.mask & ~a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Ratio:  # noqa: ARG002
        return Ratio(0, 0, (self.a.fresh, self.b.fresh), Window(at, 0, at) if self.span else None)

    def step(self, state: Ratio, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Ratio:
        a, is_a = self.a.feed(state.progress[0], bits)
        b, is_b = self.b.feed(state.progress[1], bits)
        tally.tried += is_b
        window = state.window
        if window and self.span and not (state.a or state.b):
            window = window_at(window, mark.at, self.span, calendar)
        return Ratio(state.a + is_a, state.b + is_b, (a, b), window)

    def above(self, state: Ratio) -> bool:
        return above(state.a, state.b, self.percent)

    def deadline(self, state: Ratio) -> Instant | None:
        return state.window.end if state.window and (state.a or state.b) and not state.ended else None

    def expire(self, state: Ratio, calendar: Calendar, tally: Tally) -> Ratio:  # noqa: ARG002
        assert state.window is not None
        self._close(state, state.window.end, tally)
        return state._replace(a=0, b=0)

    def _close(self, state: Ratio, at: Instant, tally: Tally) -> None:
        if self.above(state):
            detail = f"{state.a} of {state.b}"
            tally.breaches.append(
                Breach(at, How.SHARE, deadline=state.window and state.window.end, detail=detail)
            )

    def finish(self, state: Ratio, mark: Mark, tally: Tally) -> Ratio:
        self._close(state, mark.at, tally)
        return state._replace(ended=True)

    def status(self, state: Ratio) -> State:
        if state.ended:
            return State.KEPT
        return State.DUE if self.above(state) else State.OPEN

    def pending(self, state: Ratio) -> Iterable[Pending]:
        if self.above(state) and not state.ended:
            yield Pending(state.window and state.window.end, None)


def above(a: int, b: int, percent: float) -> bool:
    """Whether a is more than so many percent of b; of nothing nothing is too much."""
    return b > 0 and a * 100 > percent * b
