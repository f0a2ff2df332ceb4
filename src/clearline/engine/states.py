"""Named states while they run: on, off or unknown, for each key, as they stood before the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.durations import NEVER, Calendar, reach
from clearline.engine.events import Instant
from clearline.engine.forms.tracker import Tracker
from clearline.engine.program import CompiledState
from clearline.engine.sentences import StateFormula, StateName

OFF: Instant = -NEVER
MOST_MOVES = 4096  # of one state that are remembered


class Held(NamedTuple):
    """A state is certainly on up to `sure`, and perhaps up to `perhaps`."""

    sure: Instant
    perhaps: Instant


class Running(NamedTuple):
    """A state on one timeline: the progress of its ends, certain and perhaps, and what is held for each key."""

    starts: tuple[Any, Any]
    ends: tuple[Any, Any]
    held: Mapping[Any, Held]
    rest: Held  # for all other keys, and where there are none


INITIALLY = {"off": Held(OFF, OFF), "on": Held(NEVER, NEVER), "unknown": Held(OFF, NEVER)}


def begin(state: CompiledState) -> Running:
    starts, ends = state.starts.fresh, state.ends.fresh if state.ends else None
    return Running((starts, starts), (ends, ends), {}, INITIALLY[state.definition.before])


def changed(
    state: CompiledState, running: Running, bits: int, perhaps: int, key: Any, at: Instant, calendar: Calendar
) -> Running:
    """The state after a moment whose parts happened certainly (`bits`) or perhaps.

    Where it is not known for which key (None), it may have changed for every one.
    """
    if state.key is not None or state.definition.lasts is not None:
        return _changed(state, running, bits, perhaps, key, at, calendar)
    move = (running.starts, running.ends, running.rest, bits, perhaps)  # all that it depends on
    after = state.moves.get(move)
    if after is None:
        after = _changed(state, running, bits, perhaps, key, at, calendar)
        if len(state.moves) < MOST_MOVES:
            state.moves[move] = after
    return after


def _changed(
    state: CompiledState, running: Running, bits: int, perhaps: int, key: Any, at: Instant, calendar: Calendar
) -> Running:
    starts, started = _fed(state.starts, running.starts, bits, perhaps)
    ends, ended = _fed(state.ends, running.ends, bits, perhaps) if state.ends else (running.ends, False)
    if state.key is not None and key is None:
        started, ended = started and None, ended and None
    until = reach(at, state.definition.lasts, calendar) if state.definition.lasts else NEVER
    held, rest = running.held, running.rest
    if key is not None:
        before = held.get(key, rest)
        after = _after(before, started, ended, until)
        held = held if after == before else {**held, key: after}
    elif started is not False or ended is not False:
        held = {one: _after(before, started, ended, until) for one, before in held.items()}
        rest = _after(rest, started, ended, until)
    return Running(starts, ends, held, rest)


def _fed(
    tracker: Tracker, progress: tuple[Any, Any], bits: int, perhaps: int
) -> tuple[tuple[Any, Any], Truth]:
    sure, happened = tracker.feed(progress[0], bits)
    doubtful, may_have = tracker.feed(progress[1], bits | perhaps)
    return (sure, doubtful), True if happened else None if may_have else False


def _after(held: Held, started: Truth, ended: Truth, until: Instant) -> Held:
    """An end and a start at one moment: it starts again."""
    if ended is not False:
        held = Held(OFF, OFF if ended else held.perhaps)
    if started is not False:
        held = Held(until, until) if started else Held(held.sure, max(held.perhaps, until))
    return held


def is_on(state: CompiledState, running: Running, key: Any, at: Instant) -> Truth:
    """Whether the state is on for the key; without a key, whether it is on for any."""
    if key is not None and state.key is not None:
        helds = [running.held.get(key, running.rest)]
    else:
        helds = list(running.held.values()) or [running.rest]
    return any_of([True if at <= held.sure else None if at <= held.perhaps else False for held in helds])


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
