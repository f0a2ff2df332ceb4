"""Tries the examples of rules: does a rule say of each what its author says?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import msgspec

from clearline.engine.events import Event, Instant
from clearline.engine.forms.form import State
from clearline.engine.monitor import replay
from clearline.engine.program import Program
from clearline.engine.sentences import Form
from clearline.engine.touching import Known
from clearline.engine.verdicts import Verdict
from clearline.rulebook.entries import Example, RuleEntry
from clearline.rulebook.lines import Outcome, begin, read_events, read_outcome, spoken_time
from clearline.rulebook.rulebook import Rulebook


class Trial(NamedTuple):
    """What became of an example; `complaint` is empty where the rule said what the author says."""

    example: Example
    verdict: Verdict | None  # None: the rule does not apply
    complaint: str


def tried(rulebook: Rulebook, entry: RuleEntry) -> list[Trial]:
    """Every example of a rule, judged with that rule alone."""
    program = trying(rulebook, [entry])
    return [trial(program, entry, example, rulebook.known) for example in entry.examples]


def trying(rulebook: Rulebook, entries: Iterable[RuleEntry], *, portable: bool = True) -> Program:
    """A program of rules of one kind of timeline, in force whenever an example happens."""
    always = [replace(entry, rule=replace(entry.rule, since=None, until=None)) for entry in entries]
    return rulebook.compiled(always[0].on, always, portable=portable)


def trial(program: Program, entry: RuleEntry, example: Example, known: Known) -> Trial:
    """One example of a rule, judged by a program that holds it."""
    start = begin(example.events[0])
    verdict = verdict_on(program, entry, read_events(example.events), example, known)
    right = _is(read_outcome(example.outcome, start), verdict)
    complaint = "" if right else f"said {example.outcome}, {spoken_outcome(verdict, start)}"
    return Trial(example, verdict, complaint)


def verdict_on(
    program: Program, entry: RuleEntry, events: Iterable[Event], example: Example, known: Known
) -> Verdict | None:
    """What a rule says of events with an example's facts; None if it does not apply."""
    facts = msgspec.to_builtins(example.facts)  # dates become text, as they are in events
    verdicts = replay(program, events, {**known, **facts})
    return next((verdict for verdict in verdicts if verdict.rule.id == entry.id), None)


def spoken_outcome(verdict: Verdict | None, start: Instant) -> str:
    """What a rule says, in the words of examples."""
    if verdict is None:
        return "does not apply"
    if verdict.findings:
        return f"is broken at {spoken_time(verdict.findings[0].breach.at, start)}"
    if _unknown(verdict):
        doubts = dict.fromkeys(doubt for question in verdict.questions for doubt in question.doubts if doubt)
        return f"is unknown ({'; '.join(doubts)})" if doubts else "is unknown"
    if verdict.state is State.DUE:
        deadline = _deadline(verdict)
        return "is due" if deadline is None else f"is due by {spoken_time(deadline, start)}"
    if _ended_first(verdict):
        return "ended first"
    return "never came up" if _vacuous(verdict) else f"is {verdict.state}"


def _is(expected: Outcome, verdict: Verdict | None) -> bool:
    if verdict is None or expected.word == "does not apply":
        return verdict is None and expected.word == "does not apply"
    if expected.word == "broken":
        return bool(verdict.findings) and expected.is_at(verdict.findings[0].breach.at)
    if verdict.findings:
        return False
    if _unknown(verdict) or expected.word == "unknown":
        return _unknown(verdict) and expected.word == "unknown"
    if expected.word == "due":
        return verdict.state is State.DUE and expected.is_at(_deadline(verdict))
    if expected.word == "ended first":
        return verdict.ended_first > 0
    if expected.word == "never came up":
        return verdict.tried == 0
    hollow = _vacuous(verdict) or _ended_first(verdict)
    return verdict.state == expected.word and not (hollow and expected.word == "kept")


def _unknown(verdict: Verdict) -> bool:
    return bool(verdict.questions) or verdict.state is State.UNKNOWN or verdict.applies is None


def _deadline(verdict: Verdict) -> Instant | None:
    return min((duty.deadline for duty in verdict.duties if duty.deadline is not None), default=None)


def _ended_first(verdict: Verdict) -> bool:
    return 0 < verdict.tried <= verdict.ended_first


def _vacuous(verdict: Verdict) -> bool:
    """Nothing that the rule waits for happened; where it only forbids, that is how it is kept."""
    forbids = any(one.form in (Form.FORBID, Form.LIMIT) and one.b is None for one in verdict.rule.sentences)
    return verdict.tried == 0 and not forbids
