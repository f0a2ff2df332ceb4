"""Untimed sentences as tables: the automaton's own steps, explored until no new state comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from clearline.engine.durations import Calendar
from clearline.engine.events import UNHEARD, UTTERANCE, Event
from clearline.engine.forms.form import Mark, Tally
from clearline.engine.hearing import ANY_EVENT
from clearline.engine.program import Clause, Program
from clearline.engine.sentences import Form

UNTIMED = {
    *(Form.EXISTS, Form.AT_LEAST, Form.AFTER, Form.BEFORE, Form.BEFORE_EACH),
    *(Form.FIRST, Form.LAST, Form.NEXT, Form.FORBID, Form.LIMIT),
}
BROKEN = -1  # until the number of the last state is known
MOST_STATES = 256  # `limit A to N` has N + 1

SOMEWHERE = Mark(0, Event("", "", 0))  # stands for every mark: where things happened changes no state
CALENDAR = Calendar()


class Table(NamedTuple):
    """An automaton over numbered states: it starts in 0, and the last one is broken, which nothing cures."""

    after: list[list[int]]  # the next state, by state and type of event
    tried: list[bool]  # whether the sentence has come up, by state


class _Known(NamedTuple):
    state: Any
    tried: bool
    ended: bool


def tabulate(program: Program, index: int, types: Sequence[str]) -> Table | None:
    """The table of a clause over types of events; None where types alone don't decide, or states are too many."""
    clause = program.clauses[index]
    letters = _letters(program, index, types)
    if letters is None or not _is_plain(clause):
        return None
    moves = [(bits, kind == program.kind.ends) for kind, bits in zip(types, letters, strict=True)]
    tally = Tally()
    first = _Known(clause.automaton.begin(0, CALENDAR, tally), tally.tried > 0, ended=False)
    numbers, waiting = {_stripped(first): 0}, [first]
    rows: list[list[int]] = []
    while len(rows) < len(waiting):
        known = waiting[len(rows)]
        place: dict[tuple[int, bool], int] = {}
        for bits, end in dict.fromkeys(moves):
            then = _step(clause, known, bits, end=end)
            name = _stripped(then)
            if then is not None and name not in numbers:
                numbers[name] = len(waiting)
                waiting.append(then)
            place[bits, end] = numbers.get(name, BROKEN)
        rows.append([place[move] for move in moves])
        if len(waiting) > MOST_STATES:
            return None
    broken = len(rows)
    rows.append([broken] * len(types))
    return Table(
        [[broken if then == BROKEN else then for then in row] for row in rows],
        [*(known.tried for known in waiting), True],
    )


def _is_plain(clause: Clause) -> bool:
    sentence, rule = clause.sentence, clause.rule
    conditions = (
        rule.when,
        rule.since,
        rule.until,
        sentence.span,
        sentence.key,
        clause.during,
        clause.unless,
    )
    return sentence.form in UNTIMED and all(one is None for one in conditions)


def _letters(program: Program, index: int, types: Sequence[str]) -> list[int] | None:
    """The bits that an event of each type sets; None where more than types decides."""
    bits: dict[str, int] = defaultdict(int)
    for (name, _), subscriptions in program.listeners.items():
        for owner, bit, conditions in subscriptions:
            if owner == index:
                if conditions or (name not in (*types, ANY_EVENT) and "." not in name):
                    return None
                bits[name] |= bit
    if bits and (UTTERANCE in types or UNHEARD in types):
        return None
    return [bits[kind] | (bits[ANY_EVENT] if kind != program.kind.ends else 0) for kind in types]


def _step(clause: Clause, known: _Known, bits: int, *, end: bool) -> _Known | None:
    """What is known after an event; None where it breaks the rule."""
    automaton, tally = clause.automaton, Tally()
    state, ended = known.state, known.ended
    bits &= automaton.fulfilling if ended else ~0
    if bits:
        state = automaton.step(state, bits, SOMEWHERE, CALENDAR, tally)
    if end and not ended:
        state, ended = automaton.finish(state, SOMEWHERE, tally), True
    return None if tally.breaches else _Known(state, known.tried or tally.tried > 0, ended)


def _stripped(known: Any) -> Any:
    """The same without marks, so that it can be looked up."""
    if isinstance(known, Mark):
        return Mark
    return tuple(map(_stripped, known)) if isinstance(known, tuple) else known
