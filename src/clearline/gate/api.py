"""Decisions and overrides over the API, for whoever reviews them; dialers ask at an edge of their own."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from clearline.engine.durations import instant_of, moment_of
from clearline.evidence.queries import moment
from clearline.gate import models
from clearline.gate.queries import decisions as queries
from clearline.gate.queries import overrides as asked_overrides
from clearline.gate.telling import PROOF, told
from clearline.people.models import Person
from clearline.record.api.answers import REFUSALS, asker, not_found, seen
from clearline.record.api.limits import Limited
from clearline.record.api.routes import ByName, known_only
from clearline.record.api.schemas import Moment, Part, Problem, Text
from clearline.record.queries.cursors import Cursor, newest, read_cursor
from clearline.ui.clock import now

router = Router(tags=["gate"])
SCOPE = "decisions:read"
Answer = Literal["allow", "deny", "not before"]
State = Literal["checked", "refused", "reserved", "placed", "released"]
_MISSING: dict[Any, Any] = {**REFUSALS, 404: Problem}


class DecisionsAsked(Part):
    """Filters of decisions; what is not given is not asked for."""

    answer: Answer | None = None
    state: State | None = None
    rule: Text | None = Field(None, description="of the weightiest reason")
    campaign: Text | None = None
    agent: Text | None = None
    contact: Text | None = None
    number: Text | None = Field(None, description="in E.164")
    since: Moment | None = Field(None, description="decided about this moment or a later one")
    until: Moment | None = Field(None, description="decided about a moment before")


class Reason(Schema):
    """Why an attempt is not allowed, or what nobody knows of it."""

    rule: str = Field(description="empty where the gate itself refuses, as a number that can't be read")
    version: str
    pack: str
    title: str
    cites: list[str]
    severity: str
    on: str = Field(description="the kind of timeline that the rule watches")
    unknown: str = Field(description="the fact that is missing; empty where the rule would be broken")
    told: str = Field(description="the facts that decided, in words")
    lifted: str = Field(description="what would change this answer")
    until: Moment | None = Field(description="when time alone lifts it")
    override: str = Field(description="the id of the override that lifts it")


class Receipt(Schema):
    """Where the log holds the decision."""

    entry: int
    proof: str = Field(description="address of the proof, once the log is signed")


class Decision(Schema):
    """The answer to an attempt, with every reason and what it was decided by."""

    id: str
    answer: Answer
    state: State
    at: Moment
    not_before: Moment | None
    number: str = Field(description="in E.164; empty where it can't be read, or was erased")
    erased: bool = False
    reasons: list[Reason]
    notes: list[Reason] = Field(
        description="what is unknown and does not bind this purpose, and what an override lifts"
    )
    facts: dict[str, Any]
    lists: list[dict[str, Any]] = Field(
        description="the snapshots that were asked, with their age in seconds"
    )
    rules: str = Field(description="hash over the versions of all rules that were asked")
    receipt: Receipt


class DecisionPage(Schema):
    """A part of the decisions, the newest first; `next` is empty on the last."""

    items: list[Decision]
    next: str


class Override(Schema):
    """Rules that two persons lifted for a contact until a time."""

    id: str
    contact: str
    rules: list[str]
    reason: str
    until: Moment
    standing: Literal["waiting", "refused", "stands", "ended", "lapsed"]
    asked_by: str
    asked: Moment
    approved_by: str | None
    approved: Moment | None


class Overrides(Schema):
    """Those that wait, then those that were decided."""

    items: list[Override]


@router.get(
    "/decisions",
    response={200: DecisionPage, **REFUSALS},
    auth=Limited(SCOPE),
    operation_id="decisions",
)
def decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> dict[str, Any]:
    """Decisions, the newest first."""
    who = _who(request, asked)
    exactly = {
        name: value
        for name in ("answer", "state", "rule", "campaign", "agent", "contact", "number")
        if (value := getattr(asked, name)) is not None
    }
    found = queries.reachable(who).filter(**exactly)
    if asked.since:
        found = found.filter(at__gte=instant_of(asked.since))
    if asked.until:
        found = found.filter(at__lt=instant_of(asked.until))
    part = list(newest(found, "at", read_cursor(asked.cursor))[: asked.limit + 1])
    shown = part[: asked.limit]
    seen(request, "decisions", (row.uid[:12] for row in shown))
    following = str(Cursor(shown[-1].at, shown[-1].pk)) if len(part) > asked.limit else ""
    return {"items": [_decision(row) for row in shown], "next": following}


@router.get(
    "/decisions/{decision}",
    response={200: Decision, **_MISSING},
    auth=Limited(SCOPE),
    operation_id="decision",
)
def decision(request: HttpRequest, decision: ByName) -> dict[str, Any]:
    """One decision."""
    row = queries.reachable(_who(request)).filter(uid=decision).first()
    if row is None:
        raise not_found("there is no such decision, or it is not yours to see")
    seen(request, "decisions", [row.uid[:12]])
    return _decision(row)


@router.get(
    "/overrides",
    response={200: Overrides, **REFUSALS},
    auth=Limited("overrides:read"),
    operation_id="overrides",
)
def overrides(request: HttpRequest) -> dict[str, Any]:
    """Overrides within reach."""
    who, at = _who(request), now()
    rows = [*asked_overrides.waiting(who, at), *asked_overrides.decided(who, at)]
    seen(request, "overrides", (row.uid[:12] for row in rows))
    return {"items": [_override(row, at) for row in rows]}


def _who(request: HttpRequest, asked: Schema | None = None) -> Person:
    known_only(request, asked)
    return asker(request).owner


def _decision(row: models.Decision) -> dict[str, Any]:
    body = queries.told(row)
    if body is not None:
        return told(body, row.state, row.entry)
    return {
        "id": row.uid,
        "answer": row.answer,
        "state": row.state,
        "at": moment(row.at),
        "not_before": None if row.not_before is None else moment(row.not_before),
        "number": "",
        "erased": True,
        "reasons": [],
        "notes": [],
        "facts": {},
        "lists": [],
        "rules": "",
        "receipt": {"entry": row.entry, "proof": f"{PROOF}{row.entry}"},
    }


def _override(row: models.Override, at: int) -> dict[str, Any]:
    return {
        "id": row.uid,
        "contact": row.contact,
        "rules": row.rules,
        "reason": row.reason,
        "until": moment_of(row.until),
        "standing": asked_overrides.standing(row, at),
        "asked_by": row.asked_by.name,
        "asked": moment_of(row.asked),
        "approved_by": row.approved_by.name if row.approved_by else None,
        "approved": None if row.approved is None else moment_of(row.approved),
    }
