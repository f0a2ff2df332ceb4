"""What every automaton offers, and the marks that it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from clearline.engine.durations import Calendar
from clearline.engine.events import Event, Instant


class State(StrEnum):
    """The four states of a rule on a timeline (RV-LTL in plain words), and unknown; the worst comes first."""

    BROKEN = "broken"  # permanently violated
    UNKNOWN = "unknown"  # a fact is missing: a question to a person
    DUE = "due"  # presumably violated: not yet done, can still be cured
    OPEN = "open"  # presumably satisfied: holds so far, could still break
    KEPT = "kept"  # permanently satisfied


SEVERITY = {state: rank for rank, state in enumerate(State)}


def worst(states: Iterable[State]) -> State:
    """The worst of the states; kept if there is none."""
    return min(states, key=SEVERITY.__getitem__, default=State.KEPT)


class Mark(NamedTuple):
    """Where something happened: the event and, in an utterance, the words first..last."""

    at: Instant
    event: Event
    first: int = -1
    last: int = -1
    key: Any = None


class How(StrEnum):
    """In which way a rule was broken."""

    MISSED = "missed"  # the deadline passed
    NEVER = "never"  # the timeline ended without it
    DONE = "done"  # a forbidden deed, or one too many
    OUT_OF_PLACE = "out of place"  # something else came first, last or next
    SHARE = "share"  # the share of a window was above its limit


class Breach(NamedTuple):
    """One way and time in which a rule was broken, with the events that show it."""

    at: Instant
    how: How
    trigger: Mark | None = None
    deed: Mark | None = None
    deadline: Instant | None = None
    key: Any = None
    detail: str = ""  # figures that the sentence needs: "3 of 2"


class Pending(NamedTuple):
    """Something still to be done."""

    deadline: Instant | None
    trigger: Mark | None
    overdue: bool = False
    key: Any = None


class Guarded(NamedTuple):
    """The deed that would break the rule now, and until when if only time lifts it."""

    until: Instant | None = None
    trigger: Mark | None = None
    key: Any = None


class Tally:
    """What an automaton reports while it runs: how often it was tried, broken, or ended first."""

    __slots__ = ("breaches", "ended_first", "tried")

    def __init__(self) -> None:
        self.tried = 0
        self.ended_first = 0
        self.breaches: list[Breach] = []


class Form(Protocol):
    """A family of sentences as a timed automaton.

    `bits` tell which of the sentence's parts happen at this moment; `helpful` are those that can only help
    the rule (all others can only harm it), which is how unknown parts are judged both ways: `mild` are the
    bits with every doubt for the rule.
    """

    helpful: int
    fulfilling: int  # the bits that a duty listens to after the end of its timeline
    selfstarting: bool  # due from the start, with no event that could set it off

    def begin(self, at: Instant, calendar: Calendar, tally: Tally) -> Any: ...
    def step(self, state: Any, bits: int, mark: Mark, calendar: Calendar, tally: Tally) -> Any: ...
    def deadline(self, state: Any) -> Instant | None: ...
    def expire(self, state: Any, calendar: Calendar, tally: Tally) -> Any: ...
    def finish(self, state: Any, mark: Mark, tally: Tally) -> Any: ...
    def status(self, state: Any) -> State: ...
    def mild(self, bits: int, perhaps: int) -> int: ...
    def pending(self, state: Any) -> Iterable[Pending]: ...
    def guarded(self, state: Any, at: Instant) -> Iterable[Guarded]: ...


class Plain:
    """What most automata answer: nothing is due, nothing is guarded, no clock runs."""

    helpful = 0
    fulfilling = 0
    selfstarting = False

    def deadline(self, state: Any) -> Instant | None:  # noqa: ARG002
        return None

    def expire(self, state: Any, calendar: Calendar, tally: Tally) -> Any:  # noqa: ARG002
        return state

    def mild(self, bits: int, perhaps: int) -> int:
        return bits | perhaps & self.helpful

    def pending(self, state: Any) -> Iterable[Pending]:  # noqa: ARG002
        return ()

    def guarded(self, state: Any, at: Instant) -> Iterable[Guarded]:  # noqa: ARG002
        return ()
