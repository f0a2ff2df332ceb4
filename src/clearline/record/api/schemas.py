"""What the API is asked and what it answers; the OpenAPI page is made from these types."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, BeforeValidator, StringConstraints

_WRITTEN: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def _as_written(told: object) -> object:
    """A time as RFC 3339 writes it; a bare number is none, though it could count from 1970."""
    if not isinstance(told, str) or not _WRITTEN.fullmatch(told):
        raise ValueError("write a time with its zone, as 2026-11-23T10:00:00Z")
    return told


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]

# PostgreSQL can't hold NUL in a text, so nothing that is stored has one.
Text = Annotated[str, StringConstraints(max_length=260, pattern=r"^[^\u0000]*$")]
Place = Annotated[str, StringConstraints(pattern=r"^(-?[0-9]{1,18}\.[0-9]{1,18})?$")]
Severity = Literal["critical", "serious", "minor"]
Status = Literal["checked", "to be confirmed by counsel"]


class Problem(Schema):
    """Why a request was not answered (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Part(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=200)
    cursor: Place = Field("", description="`next` of the part before")


class CallsAsked(Part):
    """Filters of calls; what is not given is not asked for."""

    id: Text | None = None
    agent: Text | None = None
    contact: Text | None = Field(None, description="the id by which the shop knows the contact")
    direction: Text | None = None
    purpose: Text | None = None
    state: Literal["running", "evaluated", "excluded", "failed"] | None = None
    since: Moment | None = Field(None, description="started at or after")
    until: Moment | None = Field(None, description="started before")
    with_findings: bool | None = None


class FindingsAsked(Part):
    """Filters of findings and questions."""

    call: Text | None = None
    agent: Text | None = None
    rule: Text | None = None
    severity: Severity | None = None
    question: bool | None = Field(None, description="true: only questions to a person; false: only findings")
    withdrawn: bool = Field(default=False, description="those that no longer stand, too")
    since: Moment | None = None
    until: Moment | None = None


class DutiesAsked(Part):
    """Filters of duties."""

    call: Text | None = None
    agent: Text | None = None
    rule: Text | None = None
    severity: Severity | None = None
    overdue: bool | None = None


class Timeline(Schema):
    """All events of one subject."""

    kind: str
    id: str


class Call(Schema):
    """One call as its events tell it."""

    id: str
    state: Literal["running", "evaluated", "excluded", "failed"]
    reason: str = Field(description="why it was excluded or failed")
    direction: str
    purpose: str
    agent: str
    agent_kind: str
    campaign: str
    contact: str | None = Field(description="the id by which the shop knows the contact")
    places: list[Any]
    recorded: bool | None
    started: datetime
    answered: datetime | None
    ended: datetime | None
    utterances: int
    findings: int
    questions: int


class Where(Schema):
    """The event that shows something and, where it is speech, the words, without secrets."""

    at: datetime
    event: str
    type: str
    by: str | None
    words: str


class Finding(Schema):
    """A rule broken on a timeline or, as a question, one that may have been."""

    id: str
    question: bool
    timeline: Timeline
    agent: str
    rule: str
    version: str
    pack: str
    severity: Severity
    at: datetime
    erased: bool = Field(description="its words were erased, and are empty here")
    title: str
    sentence: str
    cites: list[str]
    status: Status | None
    explanation: str
    doubts: list[str]
    place: Where | None
    trigger: Where | None
    deadline: datetime | None
    raised: datetime
    entry: int = Field(description="index in the evidence log")
    withdrawn: datetime | None
    withdrawn_entry: int | None


class Duty(Schema):
    """A rule that is due on a timeline."""

    id: str
    question: bool
    timeline: Timeline
    agent: str
    rule: str
    version: str
    severity: Severity
    since: datetime | None
    deadline: datetime | None
    overdue: bool
    title: str
    explanation: str


class CallPage(Schema):
    """A part of the calls, the newest first; `next` is empty on the last."""

    items: list[Call]
    next: str


class FindingPage(Schema):
    """A part of the findings, the newest first."""

    items: list[Finding]
    next: str


class DutyPage(Schema):
    """A part of the duties, the nearest deadline first; those without one come last."""

    items: list[Duty]
    next: str


class Checkpoint(Schema):
    """The log as it was signed last."""

    size: int
    at: datetime
    note: str = Field(description="C2SP signed note with the root of the tree, and its signatures")


class Proof(Schema):
    """That an entry is in the log of a checkpoint (RFC 6962)."""

    index: int
    entry: str = Field(description="the line whose bytes are the leaf")
    leaf: str = Field(description="SHA-256 of the leaf, in hex")
    hashes: list[str] = Field(description="from the leaf to the root, in hex")
    checkpoint: Checkpoint
    receipt: str = Field(description="the same in one text, which the offline verifier reads")
