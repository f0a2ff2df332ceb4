"""`require A first`, `last`, `next after B` (`among E`): init, end and chain response. Whole events count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, How, Mark, Pending, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker


class InPlace(Plain):
    """What may be an A of E is taken for one where that helps; what may be of E and is no A is not of it."""

    a: Tracker
    among: int

    def mild(self, bits: int, perhaps: int) -> int:
        helped = super().mild(bits, perhaps)
        return helped | perhaps & self.among if self.a.feed(self.a.fresh, helped)[1] else helped


class First(InPlace):
    """The first event of E has to be an A. The state is whether it has come."""

    def __init__(self, a: Tracker, among: int) -> None:
        self.a = a
        self.among = among
        self.helpful = a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> bool:  # noqa: ARG002
        return False

    def step(self, state: bool, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> bool:  # noqa: ARG002
        if state or not bits & self.among:
            return state
        tally.tried += 1
        if not self.a.feed(self.a.fresh, bits)[1]:
            tally.breaches.append(Breach(mark.at, How.OUT_OF_PLACE, deed=mark))
        return True

    def finish(self, state: bool, mark: Mark, tally: Tally) -> bool:  # noqa: ARG002
        return True

    def status(self, state: bool) -> State:
        return State.KEPT if state else State.OPEN


class Latest(NamedTuple):
    """The latest event of E, if it was not an A."""

    wrong: Mark | None
    ended: bool = False


class Last(InPlace):
    """The last event of E has to be an A."""

    def __init__(self, a: Tracker, among: int) -> None:
        self.a = a
        self.among = among
        self.helpful = a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Latest:  # noqa: ARG002
        return Latest(None)

    def step(self, state: Latest, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Latest:  # noqa: ARG002
        if not bits & self.among:
            return state
        tally.tried += 1
        return Latest(None if self.a.feed(self.a.fresh, bits)[1] else mark)

    def finish(self, state: Latest, mark: Mark, tally: Tally) -> Latest:
        if state.wrong is not None:
            tally.breaches.append(Breach(mark.at, How.OUT_OF_PLACE, deed=state.wrong))
        return Latest(None, ended=True)

    def status(self, state: Latest) -> State:
        if state.ended:
            return State.KEPT
        return State.OPEN if state.wrong is None else State.DUE

    def pending(self, state: Latest) -> Iterable[Pending]:
        if state.wrong is not None:
            yield Pending(None, state.wrong)


class Next(InPlace):
    """The event of E right after a B has to be an A. The state is the B that waits, and B's progress."""

    def __init__(self, a: Tracker, b: Tracker, among: int) -> None:
        self.a = a
        self.b = b
        self.among = among
        self.helpful = a.mask

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> tuple[Mark | None, Any]:  # noqa: ARG002
        return None, self.b.fresh

    def step(
        self,
        state: tuple[Mark | None, Any],
        bits: int,
        mark: Mark,
        calendar: Calendar,  # noqa: ARG002
        tally: Tally,
    ) -> tuple[Mark | None, Any]:
        trigger, progress = state
        if trigger is not None and bits & self.among:
            if not self.a.feed(self.a.fresh, bits)[1]:
                tally.breaches.append(Breach(mark.at, How.OUT_OF_PLACE, trigger, mark))
            trigger = None
        progress, triggered = self.b.feed(progress, bits)
        if triggered:
            tally.tried += 1
            trigger = mark
        return trigger, progress

    def finish(self, state: tuple[Mark | None, Any], mark: Mark, tally: Tally) -> tuple[Mark | None, Any]:  # noqa: ARG002
        return None, state[1]

    def status(self, state: tuple[Mark | None, Any]) -> State:
        return State.OPEN if state[0] is None else State.DUE

    def pending(self, state: tuple[Mark | None, Any]) -> Iterable[Pending]:
        if state[0] is not None:
            yield Pending(None, state[0])
