"""The keys that each file of a pack may have, and the types of their values."""

from datetime import date
from typing import Any, Literal

import msgspec

Texts = list[str]
Speaker = Literal["agent", "customer", "system", "anyone"]


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    """A table; every key is known."""


class PackFile(Strict):
    """pack.toml"""

    title: str
    about: str = ""
    jurisdictions: Texts = []
    concerns: dict[str, Texts] = {}  # a fact `shop.*`, and the values with which the pack is in force
    uses: Texts = []
    kinds: dict[str, dict[str, Any]] = {}
    sources: dict[str, dict[str, Any]] = {}


class KindTable(Strict):
    """[kinds.NAME] of pack.toml"""

    ends: str = ""


class SourceTable(Strict):
    """[sources.KEY] of pack.toml"""

    title: str
    primary: bool = False


class SignalTable(Strict):
    """One table of signals.toml"""

    title: str = ""
    by: str | Texts = "anyone"
    phrases: Texts = []
    unless: Texts = []
    entity: str = ""
    events: Texts = []
    where: str = ""
    sets: dict[str, str] = {}
    examples: Texts = []
    near_misses: Texts = []


class StateTable(Strict):
    """One table of states.toml"""

    starts: str = msgspec.field(name="from")
    ends: str = msgspec.field(name="to", default="")
    title: str = ""
    lasts: str = ""
    key: str = ""
    before: Literal["off", "on", "unknown"] = "off"


class RuleFile(Strict):
    """rules/<slug>.toml"""

    title: str
    cites: Texts
    on: str
    rule: str | Texts
    severity: Literal["critical", "serious", "minor"]
    status: Literal["checked", "to be confirmed by counsel"]
    when: str = ""
    prompt: str = ""
    deed: Literal["", "pause", "resume"] = ""
    lesson: str = ""
    since: date | None = msgspec.field(name="from", default=None)
    until: date | None = msgspec.field(name="to", default=None)
    sources: Texts = []
    obligations: Texts = []
    note: str = ""
    example: list[dict[str, Any]] = []


class ExampleTable(Strict):
    """[[example]] of a rule"""

    title: str
    events: Texts
    outcome: str = msgspec.field(name="is")
    facts: dict[str, dict[str, Any]] = {}


class ChangeTable(Strict):
    """A date on which an obligation changes, and how."""

    on: date
    what: str


class ScorecardFile(Strict):
    """scorecards/<slug>.toml"""

    title: str
    about: str = ""
    independent: bool = True
    blind: bool = True
    question: list[dict[str, Any]] = []


class QuestionTable(Strict):
    """[[question]] of a scorecard"""

    id: str
    text: str
    told: str = ""
    weight: float = 1.0
    critical: bool = False
    scale: Texts = []
    optional: bool = True
    rule: str = ""


class CourseFile(Strict):
    """courses/<slug>/course.toml"""

    title: str
    about: str
    minutes: int
    status: Literal["checked", "to be confirmed by counsel"]
    share: float = msgspec.field(name="pass", default=0.8)  # of right answers, to pass
    asks: int = 0  # questions that a test draws; 0: all
    roles: Texts = []  # who gets it on joining
    serves: Texts = []  # packs beside its own
    sources: Texts = []
    obligations: Texts = []
    number: int = 0  # of its version, where no lock counts it: written in the console


class CourseQuestionTable(Strict):
    """[[question]] of a course"""

    id: str
    kind: Literal["single", "multiple", "order", "words"]
    asks: str
    right: str | Texts
    because: str
    rules: Texts = []
    options: Texts = []
    transcript: Texts = []


class ObligationTable(Strict):
    """[[obligation]] of the register"""

    id: str
    citation: str
    statement: str
    jurisdiction: str
    status: Literal["checked", "to be confirmed by counsel"]
    sources: Texts = []
    rules: Texts = []
    control: str = ""
    left_out: str = ""
    part: str = ""
    changes: list[ChangeTable] = []


class ControlTable(Strict):
    """[[control]] of a register of controls"""

    id: str
    title: str
    kind: Literal["training", "document", "person"]
    lasts: str  # older evidence is too old
    obligations: Texts
    told: str = ""  # what the evidence has to show
    course: str = ""  # of a training: as `course.passed` calls it
