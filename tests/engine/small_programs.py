"""Programs, events and words in a line each, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from clearline.engine.durations import instant_of, parse_span
from clearline.engine.events import SECOND, UTTERANCE, Event
from clearline.engine.grammar import parse_sentence, parse_term
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import KINDS, Kind, Rule, Signal, StateDefinition

SIGNALS = (
    Signal("notice", by=("agent", "system"), phrases=("call is ... recorded",), unless=("not recorded",)),
    Signal("price", by=("agent",), phrases=("(it is|costs) ... dollars",)),
    Signal("yes", by=("customer",), phrases=("yes [please]", "please do")),
    Signal("card_number", entity="payment_card"),
    Signal("shipped_or_said", phrases=("is shipped",), events=("order.shipped",)),
    Signal(
        "status_read", events=("order.read",), sets={"status[data.id]": "data.status", "reader": "data.by"}
    ),
    Signal("opt_out", events=("x.opt_out",), where="data.sure"),
    Signal("big_refund", events=("refund.issued",), where="data.amount > 100"),
)
STATES = (
    StateDefinition("recording", parse_term("recording.started"), parse_term("recording.paused")),
    StateDefinition("fresh", parse_term("list.loaded"), lasts=parse_span("31d")),
    StateDefinition("opted_out", parse_term("opt_out"), parse_term("x.opt_in"), key="data.channel"),
)


def rule(*sentences: str, on: str = "call", name: str = "r", **more: Any) -> Rule:
    return Rule(name, on, tuple(parse_sentence(sentence) for sentence in sentences), **more)


def program(
    *rules: Rule | str,
    kind: str = "call",
    kinds: tuple[Kind, ...] = KINDS,
    signals: Iterable[Signal] = SIGNALS,
    states: Iterable[StateDefinition] = STATES,
) -> Program:
    found = [
        rule(one, on=kind, name=f"r{number}") if isinstance(one, str) else one
        for number, one in enumerate(rules)
    ]
    named = {signal.name: signal for signal in signals}
    return compile_rules(
        found, named, {state.name: state for state in states}, kind=kind, kinds=kinds, portable=True
    )


def event(at: float, kind: str, **data: Any) -> Event:
    """Something that happens so many seconds from the start; its id says what and when."""
    return Event(f"{kind}@{at}", kind, round(at * SECOND), data)


def said(at: float, by: str, text: str, **data: Any) -> Event:
    return Event(f"{by}@{at}", UTTERANCE, round(at * SECOND), {"by": by, "text": text, **data})


def day(year: int, month: int, number: int) -> int:
    return instant_of(datetime(year, month, number, tzinfo=UTC))
