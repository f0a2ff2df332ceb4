"""Which clauses, states and facts a moment touches: certainly, or perhaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from clearline.engine.conditions import Condition, Truth
from clearline.engine.hearing import Heard, Moment
from clearline.engine.program import Program

Known: TypeAlias = Mapping[str, Mapping[str, Any]]


class Touched:
    """The parts of one owner that happen at a moment: certainly, or perhaps."""

    __slots__ = ("bits", "doubt", "heard", "perhaps")

    def __init__(self, heard: Heard) -> None:
        self.bits = self.perhaps = 0
        self.doubt = ""
        self.heard = heard


def touched_by(program: Program, moment: Moment, before: Known) -> dict[int | str, Touched]:
    """All owners that listen to what the moment shows, where their conditions are not false."""
    touched: dict[int | str, Touched] = {}
    answers: dict[str, tuple[Truth, str]] = {}
    known: Known | None = None
    for heard in moment.heard:
        for owner, bit, conditions in program.listeners.get((heard.name, heard.edge), ()):
            truth: Truth = None if heard.doubt else True
            doubt = heard.doubt
            if conditions:
                known = known or {**before, "data": moment.event.data}
                truth, doubt = _asked(conditions, truth, doubt, answers, known)
            if truth is False:
                continue
            touch = touched.get(owner)
            if touch is None:
                touch = touched[owner] = Touched(heard)
            if truth:
                touch.bits |= bit
            else:
                touch.perhaps |= bit
                touch.doubt = doubt
    return touched


def _asked(
    conditions: tuple[Condition, ...],
    truth: Truth,
    doubt: str,
    answers: dict[str, tuple[Truth, str]],
    known: Known,
) -> tuple[Truth, str]:
    for condition in conditions:
        if condition.source not in answers:
            answers[condition.source] = condition.truth(known)
        answer, why = answers[condition.source]
        if answer is False:
            return False, ""
        if answer is None:
            truth, doubt = None, doubt or why
    return truth, doubt
