"""What the rules answer about a call by themselves: kept is yes, broken is no; what never came up does not apply."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from clearline.engine.durations import moment_of
from clearline.engine.events import Event
from clearline.engine.forms.form import State
from clearline.engine.verdicts import Verdict
from clearline.record.judging import Judging
from clearline.record.models import Call
from clearline.record.watching import stored
from clearline.reports.watching import watch
from clearline.rulebook.scorecards import NO, NOT_APPLICABLE, YES, Scorecard

UNKNOWN: Final = "unknown"  # a question to a person


class Automatic(NamedTuple):
    """The answer of a rule, and its version."""

    answer: str
    rule: str
    version: str


def automatic(call: Call, card: Scorecard, judging: Judging) -> Mapping[str, Automatic]:
    """By question; those without a rule are missing."""
    asked = [one for one in card.questions if one.rule]
    events = stored(call.timeline) if asked else []
    verdicts = _verdicts(events, judging) if events else {}
    day = moment_of(events[0].at).date() if events else None
    found = {}
    for one in asked:
        rule = judging.rulebook.rules[one.rule]
        verdict = verdicts.get(rule.id)
        answer = UNKNOWN if verdict is None else answered(verdict)
        if day is not None and not rule.in_force(day):
            answer = NOT_APPLICABLE
        found[one.id] = Automatic(answer, rule.id, rule.version)
    return found


def answered(verdict: Verdict) -> str:
    """A verdict on a call that is over, as the answer to a question."""
    if verdict.findings:
        return NO
    if verdict.applies is None or verdict.questions or verdict.state in {State.UNKNOWN, State.DUE}:
        return UNKNOWN
    return YES if verdict.applies and verdict.tried else NOT_APPLICABLE


def _verdicts(events: list[Event], judging: Judging) -> dict[str, Verdict]:
    program = judging.program("call")
    if program is None:
        return {}
    return {one.rule.id: one for one in watch(program, events, judging.known, drawn=False).verdicts}
