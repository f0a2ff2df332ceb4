"""What the engine says of a rule on a timeline."""

from __future__ import annotations

from typing import Any, NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.events import Instant
from clearline.engine.forms.form import Breach, Mark, State
from clearline.engine.rules import Rule
from clearline.engine.sentences import Sentence


class Finding(NamedTuple):
    """A rule broken on a timeline, with what shows it; uncertain ones are questions to a person."""

    rule: Rule
    sentence: Sentence
    breach: Breach
    doubts: tuple[str, ...] = ()  # why it is a question; empty for a finding


class Duty(NamedTuple):
    """A rule that is due on a timeline."""

    rule: Rule
    sentence: Sentence
    deadline: Instant | None
    trigger: Mark | None
    overdue: bool = False
    key: Any = None
    doubts: tuple[str, ...] = ()


class Guard(NamedTuple):
    """A deed that would break a rule now, and what would lift it."""

    rule: Rule
    sentence: Sentence
    until: Instant | None = None
    trigger: Mark | None = None
    key: Any = None


class Verdict(NamedTuple):
    """The state of a rule, how often it was tried, and each breach."""

    rule: Rule
    state: State
    tried: int  # 0: it never came up
    applies: Truth
    findings: tuple[Finding, ...] = ()
    questions: tuple[Finding, ...] = ()
    duties: tuple[Duty, ...] = ()
    ended_first: int = 0  # duties whose deadline lay beyond the end: neither kept nor broken


class Change(NamedTuple):
    """What a step changed: a finding or question raised or withdrawn, or the state of a rule."""

    what: str  # "raised", "withdrawn" or "state"
    rule: Rule
    finding: Finding | None = None
    state: State | None = None
