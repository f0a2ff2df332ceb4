"""Named states while they run: on, off or unknown, for each key, as they stood before the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.durations import NEVER, Calendar, reach
from clearline.engine.events import Instant
from clearline.engine.program import CompiledState
from clearline.engine.sentences import StateFormula, StateName

OFF: Instant = -NEVER


class Held(NamedTuple):
    """A state is certainly on up to `sure`, and perhaps up to `perhaps`."""

    sure: Instant
    perhaps: Instant


class Running(NamedTuple):
    """A state on one timeline: the progress of its ends, and what is held for each key."""

    starts: Any
    ends: Any
    held: Mapping[Any, Held]


INITIALLY = {"off": Held(OFF, OFF), "on": Held(NEVER, NEVER), "unknown": Held(OFF, NEVER)}


def begin(state: CompiledState) -> Running:
    return Running(state.starts.fresh, state.ends and state.ends.fresh, {})


def changed(
    state: CompiledState, running: Running, bits: int, perhaps: int, key: Any, at: Instant, calendar: Calendar
) -> Running:
    """The state after a moment whose parts happened certainly (`bits`) or perhaps."""
    starts, started = state.starts.feed(running.starts, bits)
    ends, ended = state.ends.feed(running.ends, bits) if state.ends else (None, False)
    maybe_started = bool(perhaps) and state.starts.feed(running.starts, bits | perhaps)[1]
    maybe_ended = (
        bool(perhaps)
        and bool(state.ends)
        and state.ends is not None
        and state.ends.feed(running.ends, bits | perhaps)[1]
    )
    before = running.held.get(key, INITIALLY[state.definition.before])
    held = before
    until = reach(at, state.definition.lasts, calendar) if state.definition.lasts else NEVER
    if ended:
        held = Held(OFF, OFF)
        starts = starts if started else state.starts.fresh  # a start that was half done is none any more
    elif maybe_ended:
        held = Held(OFF, held.perhaps)
    if started:
        held = Held(until, until)
    elif maybe_started:
        held = Held(held.sure, max(held.perhaps, until))
    return Running(starts, ends, running.held if held == before else {**running.held, key: held})


def is_on(state: CompiledState, running: Running, key: Any, at: Instant) -> Truth:
    """Whether the state is on for the key; without a key, whether it is on for any."""
    before = INITIALLY[state.definition.before]
    helds = (
        [running.held.get(key, before)]
        if key is not None or state.key is None
        else list(running.held.values())
    )
    truths = [
        True if at <= held.sure else None if at <= held.perhaps else False for held in helds or [before]
    ]
    return any_of(truths)


def formula_truth(formula: StateFormula, truth_of: Mapping[StateName, Truth]) -> Truth:
    """The three-valued truth of a formula from that of its states (Kleene)."""
    if isinstance(formula, StateName):
        return truth_of[formula]
    truths = [formula_truth(part, truth_of) for part in formula.parts]
    if formula.word == "not":
        return negated(truths[0])
    return any_of(truths) if formula.word == "or" else all_of(truths)


def any_of(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def all_of(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth
