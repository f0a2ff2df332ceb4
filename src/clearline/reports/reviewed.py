"""The lines of a report that machines read, one for each timeline and file, and the account at the end.

The JSON Schema in docs/findings-schema.json is made from these types. All text in them is masked.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

SCHEMA = 1

Time = Annotated[str, Meta(description="RFC 3339, in UTC")]
Seconds = Annotated[float, Meta(description="seconds from the start of the timeline")]
Range = Annotated[tuple[int, int], Meta(description="first and last word, counted from 0")]
Characters = Annotated[
    tuple[int, int], Meta(description="first character and one past the last, in the masked text")
]
RuleId = Annotated[str, Meta(description="the id of a rule, which is the name of its file")]
Version = Annotated[str, Meta(description="number of the version and the first 16 digits of its hash")]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="line"):
    """One line."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a line."""


class Judged(Part, frozen=True):
    """What a rule that was in force, and applied or may have applied, said in the end."""

    rule: RuleId
    version: Version
    state: Literal["kept", "open", "due", "broken", "unknown"]
    tried: Annotated[int, Meta(description="how often it came up; 0 is never")]
    ended_first: Annotated[int, Meta(description="duties whose deadline lay beyond the end")] = 0
    missing: Annotated[list[str], Meta(description="facts without which nobody knows if it applies")] = []


class Cited(Part, frozen=True):
    """Where the knowledge of a rule comes from."""

    key: str
    title: str
    primary: Annotated[bool, Meta(description="the law or the standard itself")]


class Place(Part, frozen=True):
    """The event that shows something and, where it is speech, the words."""

    at: Time
    seconds: Seconds
    event: Annotated[str, Meta(description="id of the event in the conversation")]
    type: str
    by: Literal["agent", "customer", "system", "unknown"] | None = None
    words: str = ""
    word_span: Annotated[Range | None, Meta(description="null where the whole utterance is meant")] = None
    char_span: Characters | None = None


class Finding(Part, frozen=True):
    """A rule broken; under `questions`, one that may have been, for the reasons in `doubts`."""

    rule: RuleId
    version: Version
    pack: str
    title: str
    severity: Literal["critical", "serious", "minor"]
    sentence: Annotated[str, Meta(description="the sentence of the rule that was broken")]
    cites: list[str]
    sources: list[Cited]
    status: Literal["checked", "to be confirmed by counsel"]
    how: Literal["missed", "never", "done", "out of place", "share"]
    at: Time
    seconds: Seconds
    place: Annotated[Place | None, Meta(description="the deed; null where something was left undone")]
    trigger: Annotated[Place | None, Meta(description="what set the rule off")]
    deadline: Time | None
    explanation: str
    doubts: list[str] = []


class Duty(Part, frozen=True):
    """Something that is still to be done after the end of the timeline."""

    rule: RuleId
    version: Version
    title: str
    severity: Literal["critical", "serious", "minor"]
    deadline: Time | None
    overdue: bool
    trigger: Place | None
    explanation: str
    doubts: list[str] = []


class Recording(Part, frozen=True):
    """The recording that a timeline was heard from."""

    seconds: Annotated[float, Meta(description="of sound")]
    speakers: Annotated[list[str], Meta(description="agent, customer or unknown, for each channel")]
    heard_by: Annotated[str, Meta(description="the recogniser and its model")]
    secrets: Annotated[list[str], Meta(description="kinds of secrets that are heard in it")] = []
    muted: Annotated[str, Meta(description="the copy without them, where one was written")] = ""
    withheld: Annotated[list[str], Meta(description="why no copy was written that was asked for")] = []
    keeps_no_original: Annotated[
        bool, Meta(description="a security code or PIN may be heard in it (PCI DSS 3.3.1)")
    ] = False


class Reviewed(Line, frozen=True, tag="timeline"):
    """A timeline that was judged: a call, or an order that the same file tells of."""

    schema: int
    file: Annotated[str, Meta(description="path as it was given, secrets masked")]
    format: str
    kind: Annotated[str, Meta(description="call, order, contact, …")]
    id: Annotated[str, Meta(description="of the call, order, …, where the file names it")]
    started: Time
    ended: Time
    dated: Annotated[bool, Meta(description="false: the file has no date, and was judged as of --on")]
    notes: Annotated[list[str], Meta(description="what could not be taken over from the file")]
    strangers: Annotated[
        int, Meta(description="utterances of which nobody knows whether an agent or a customer spoke")
    ]
    rules: list[Judged]
    findings: list[Finding]
    questions: list[Finding]
    duties: list[Duty]
    recording: Annotated[Recording | None, Meta(description="null where words came as text")] = None

    @property
    def waiting(self) -> list[Finding]:
        """Questions that facts could answer: nobody told whether their rules apply."""
        rules = {one.rule for one in self.rules if one.missing}
        return [one for one in self.questions if one.rule in rules]

    @property
    def doubtful(self) -> list[Finding]:
        """Questions that only a person can answer."""
        waiting = self.waiting
        return [one for one in self.questions if one not in waiting]

    @property
    def certain_duties(self) -> list[Duty]:
        return [one for one in self.duties if not one.doubts]

    @property
    def clean(self) -> bool:
        """Whether it has nothing to tell; facts that nobody told are told once, for all timelines.

        Words of strangers were held against no rule for agents or customers: that is no clean call.
        """
        return not (self.findings or self.doubtful or self.certain_duties or self.strangers)


class NotReviewed(Line, frozen=True, tag="file"):
    """A file of which nothing was judged."""

    schema: int
    file: str
    outcome: Literal["excluded", "failed"]
    reason: Annotated[str, Meta(description="in the account, files are counted by it")]
    told: Annotated[str, Meta(description="what is so, where, and how to mend it")]


class Account(Line, frozen=True, tag="account"):
    """The last line: read = evaluated + the sum of excluded + the sum of failed."""

    schema: int
    read: Annotated[int, Meta(description="files that were met")]
    evaluated: int
    excluded: Annotated[dict[str, int], Meta(description="reason -> files")]
    failed: Annotated[dict[str, int], Meta(description="reason -> files")]
    timelines: Annotated[dict[str, int], Meta(description="kind of timeline -> how many were judged")]
    findings: Annotated[dict[str, int], Meta(description="severity -> findings")]
    questions: int
    duties: int


AnyLine = Reviewed | NotReviewed | Account


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a line."""
    made = msgspec.json.schema(AnyLine)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of clearline review --format jsonl",
    }
    return {**head, **made}
