"""`forbid A` in its scopes, and `require A before (each) B`: absence and precedence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, Guarded, How, Mark, Plain, State, Tally
from clearline.engine.forms.tracker import Tracker


class Lock(NamedTuple):
    """Whether the deed is locked, since when, and until when if time lifts it."""

    locked: bool
    deed: Any
    came: Any
    opens: Any
    locks: Any
    since: Mark | None = None
    until: Instant | None = None


class Guard(Plain):
    """A deed that would break the rule while it is locked.

    `require A before B` starts locked: B is the deed, A opens it for good; `before each B` locks again at
    every B. `forbid A after B until C` starts open: A is the deed, B locks, C opens. `while` and `unless` are
    one more bit, set while the deed is in their scope.
    """

    def __init__(
        self,
        deed: Tracker,
        *,
        came: Tracker | None = None,
        locks: Tracker | None = None,
        opens: Tracker | None = None,
        lasts: Span | None = None,
        relocks: bool = False,
        scope: int = 0,
    ) -> None:
        self.deed = deed
        self.came = came or deed  # the deed whatever its conditions: how often the rule was tried
        self.locks = locks
        self.opens = opens
        self.lasts = lasts
        self.relocks = relocks
        self.scope = scope
        self.helpful = opens.mask if opens else 0

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Lock:  # noqa: ARG002
        return Lock(
            self.locks is None,
            self.deed.fresh,
            self.came.fresh,
            self.opens and self.opens.fresh,
            self.locks and self.locks.fresh,
        )

    def step(self, state: Lock, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Lock:
        progress, done = self.deed.feed(state.deed, bits)
        locked, since, until = state.locked, state.since, state.until
        opens, locks = state.opens, state.locks
        came, tried = self.came.feed(state.came, bits)
        tally.tried += tried and self.locks is None
        if done and self._in_force(state, mark.at) and (not self.scope or bits & self.scope):
            tally.breaches.append(Breach(mark.at, How.DONE, since, mark))
        if self.opens is not None and locked:
            opens, opened = self.opens.feed(opens, bits)
            if opened:
                locked, since, until = False, None, None
        if done and self.relocks:
            assert self.opens is not None
            locked, since, opens = True, mark, self.opens.fresh
        if self.locks is not None:
            locks, locking = self.locks.feed(locks, bits)
            if locking:
                tally.tried += 1
                if not self._in_force(state, mark.at) or not locked:
                    progress, opens = self.deed.fresh, self.opens and self.opens.fresh
                locked, since = True, mark
                until = reach(mark.at, self.lasts, calendar) if self.lasts else None
        return Lock(locked, progress, came, opens, locks, since, until)

    def _in_force(self, state: Lock, at: Instant) -> bool:
        return state.locked and (state.until is None or at <= state.until)

    def finish(self, state: Lock, mark: Mark, tally: Tally) -> Lock:  # noqa: ARG002
        return state._replace(locked=False)

    def status(self, state: Lock) -> State:
        for_good = not state.locked and self.locks is None and not self.relocks
        return State.KEPT if for_good else State.OPEN

    def guarded(self, state: Lock, at: Instant) -> Iterable[Guarded]:
        if self._in_force(state, at):
            yield Guarded(state.until, state.since)
