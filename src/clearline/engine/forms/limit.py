"""`limit A to N` over all, per T, or in each T: absence of the N + 1st."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, Guarded, How, Mark, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker
from clearline.engine.forms.windows import Window, window_at


class Counted(NamedTuple):
    """The times of the latest N occurrences that still count."""

    times: tuple[Instant, ...]
    progress: Any
    window: Window | None  # the successive window that runs, for `in each T`
    frees: Instant | None = None  # when the oldest stops counting, for `per T`
    ended: bool = False


class Limit(Plain):
    """At most N of A in the window; each one more is a breach of its own."""

    def __init__(self, a: Tracker, count: int, *, span: Span | None = None, rolling: bool = False) -> None:
        self.a = a
        self.count = count
        self.span = span
        self.rolling = rolling

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Counted:  # noqa: ARG002
        standing = self.span is not None and not self.rolling
        return Counted((), self.a.fresh, Window(at, 0, at) if standing else None)

    def step(self, state: Counted, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Counted:
        progress, done = self.a.feed(state.progress, bits)
        if not done:
            return state._replace(progress=progress)
        tally.tried += 1
        times, window = self._counting(state, mark.at, calendar)
        if len(times) >= self.count:
            tally.breaches.append(
                Breach(mark.at, How.DONE, deed=mark, detail=f"{len(times) + 1} of {self.count}")
            )
        times = (*times, mark.at)[-self.count :] if self.count else ()
        frees = reach(times[0], self.span, calendar) if times and self.span and self.rolling else None
        return Counted(times, progress, window, frees)

    def _counting(
        self, state: Counted, at: Instant, calendar: Calendar
    ) -> tuple[tuple[Instant, ...], Window | None]:
        if self.span is None:
            return state.times, None
        if state.window is None:
            return tuple(time for time in state.times if reach(time, self.span, calendar) >= at), None
        window = window_at(state.window, at, self.span, calendar)
        return (state.times if window.number == state.window.number else ()), window

    def finish(self, state: Counted, mark: Mark, tally: Tally) -> Counted:  # noqa: ARG002
        return state._replace(ended=True)

    def status(self, state: Counted) -> State:
        return State.KEPT if state.ended else State.OPEN

    def guarded(self, state: Counted, at: Instant) -> Iterable[Guarded]:
        used_up = len(state.times) >= self.count
        until = state.frees if state.window is None else state.window.end
        if used_up and not state.ended and (until is None or until >= at or not self.count):
            yield Guarded(until if self.count else None)
