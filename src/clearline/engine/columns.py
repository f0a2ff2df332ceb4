"""Many timelines judged at once, in columns: every step of a sentence is one look-up for all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clearline.engine.events import Event
from clearline.engine.monitor import replay_many
from clearline.engine.program import Program
from clearline.engine.tables import Table, tabulate
from clearline.engine.verdicts import Verdict

Numbers: TypeAlias = NDArray[np.intp]
NEVER = -1


class Timelines(NamedTuple):
    """Whole timelines, their events in order: the type of each as a code, one timeline after the other."""

    types: tuple[str, ...]
    codes: Numbers  # places in `types`, by event
    starts: Numbers  # the first event of each timeline, and one past the last event of all
    events: Sequence[Sequence[Event]]  # by timeline; asked only where types do not decide


class Column(NamedTuple):
    """A rule on all timelines."""

    broken_at: Numbers  # the event at which it was first broken, or before which it was missed; -1 for never
    tried: NDArray[np.bool_]
    unsure: NDArray[np.bool_]  # a question is left to a person


def timelines(events: Sequence[Sequence[Event]]) -> Timelines:
    """Events of many timelines, each in order, as columns."""
    places: dict[str, int] = {}
    codes = [places.setdefault(event.type, len(places)) for some in events for event in some]
    starts = np.cumsum([0, *map(len, events)])
    return Timelines(tuple(places), np.array(codes, np.intp), starts, events)


def judge(program: Program, many: Timelines) -> dict[str, Column]:
    """Every rule by its id on all timelines; rules that speak of times, words or data are replayed."""
    tables = [tabulate(program, index, many.types) for index in range(len(program.clauses))]
    lengths = np.diff(many.starts)
    order = np.argsort(-lengths, kind="stable")
    rows = _positions(many, order)
    columns: dict[str, Column] = {}
    for clause, table in zip(program.clauses, tables, strict=True):
        if table is not None:
            column = _stepped(table, rows, lengths, order)
            columns[clause.rule.id] = _both(columns.get(clause.rule.id), column)
    others = {c.rule.id for c, table in zip(program.clauses, tables, strict=True) if table is None}
    return columns | (_replayed(program, others, many) if others else {})


def _positions(many: Timelines, order: Numbers) -> list[Numbers]:
    """The codes at each place of the timelines that reach it; the longest timelines come first."""
    starts, lengths = many.starts[:-1][order], np.diff(many.starts)[order]
    reaching = np.searchsorted(-lengths, -np.arange(lengths.max(initial=0)), side="left")
    return [many.codes[starts[:count] + place] for place, count in enumerate(reaching)]


def _stepped(table: Table, rows: Sequence[Numbers], lengths: Numbers, order: Numbers) -> Column:
    """One clause on all timelines; states are multiplied by the number of types, so that adding a code is enough."""
    width = max(1, len(table.after[0]))
    after = np.array(table.after, np.intp).ravel() * width
    broken = (len(table.after) - 1) * width
    states, places = np.zeros(len(order), np.intp), np.empty(len(order), np.intp)
    sound = np.zeros(len(order), np.int32)  # events up to the breach
    unbroken = np.empty(len(order), np.bool_)
    for codes in rows:
        running = slice(len(codes))
        np.add(states[running], codes, out=places[running])
        after.take(places[running], out=states[running], mode="clip")
        np.not_equal(states[running], broken, out=unbroken[running])
        sound[running] += unbroken[running]
    broken_at, tried = np.empty_like(order), np.empty(len(order), np.bool_)
    broken_at[order] = np.where(states == broken, sound, NEVER)
    tried[order] = np.array(table.tried)[states // width]
    return Column(broken_at, tried & (lengths > 0), np.zeros(len(order), np.bool_))


def _both(one: Column | None, other: Column) -> Column:
    """A rule of several sentences: the first breach of any of them."""
    if one is None:
        return other
    first, second = (np.where(c.broken_at < 0, np.iinfo(np.intp).max, c.broken_at) for c in (one, other))
    earliest = np.minimum(first, second)
    return Column(
        np.where(earliest == np.iinfo(np.intp).max, NEVER, earliest),
        one.tried | other.tried,
        one.unsure | other.unsure,
    )


def _replayed(program: Program, rules: set[str], many: Timelines) -> dict[str, Column]:
    size = len(many.events)
    columns = {
        rule: Column(np.full(size, NEVER, np.intp), np.zeros(size, np.bool_), np.zeros(size, np.bool_))
        for rule in rules
    }
    for place, (events, judge_) in enumerate(
        zip(many.events, replay_many(program, many.events), strict=True)
    ):
        times = [event.at for event in events]
        for verdict in judge_.verdicts():
            if verdict.rule.id in rules:
                _enter(columns[verdict.rule.id], place, verdict, times)
    return columns


def _enter(column: Column, place: int, verdict: Verdict, times: Sequence[int]) -> None:
    if verdict.findings:
        column.broken_at[place] = bisect_left(times, verdict.findings[0].breach.at)
    column.tried[place] = verdict.tried > 0
    column.unsure[place] = bool(verdict.questions)
