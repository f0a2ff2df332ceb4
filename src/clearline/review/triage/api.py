"""What people made of findings over the API: read, and decided by whoever owns the token."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.evidence.queries import moment
from clearline.people.models import Person
from clearline.record.api.answers import REFUSALS, asker, not_found, seen
from clearline.record.api.limits import Limited
from clearline.record.api.routes import ByName, known_only
from clearline.record.api.schemas import Moment, Part, Problem, Severity, Text
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.queries import findings, reach
from clearline.record.queries.cursors import Cursor, newest, read_cursor
from clearline.record.watching import Watches
from clearline.review.models import Triage
from clearline.review.triage import queries
from clearline.review.triage.deciding import Deed, Do, done
from clearline.ui.clock import now

router = Router(tags=["findings"])
State = Literal["open", "dismissal proposed", "confirmed", "dismissed", "merged"]
_MISSING: dict[Any, Any] = {**REFUSALS, 404: Problem}


class TriageAsked(Part):
    """Filters of standing findings and questions; what is not given is not asked for."""

    state: State | None = Field(
        None, description="of one that was merged, the state of the one that stands for it"
    )
    disputed: bool | None = Field(None, description="whether a dispute waits for its answer")
    severity: Severity | None = None
    agent: Text | None = None
    rule: Text | None = None
    since: Moment | None = None
    until: Moment | None = None


class People(Schema):
    """How a finding stands with people."""

    id: str
    rule: str
    severity: Severity
    agent: str
    at: datetime
    question: bool
    withdrawn: datetime | None
    state: State
    stands_as: State = Field(description="the same, but of one that was merged what is said of the other")
    into: str = Field(description="the finding that stands for it")
    reason: str
    decided: datetime | None
    decided_by: str
    proposed_by: str
    assigned: str
    disputed: datetime | None
    words: str = Field(description="of the agent who disputes it")
    answered: datetime | None
    answered_by: str
    answer: str


class PeoplePage(Schema):
    """A part of them, the newest first; `next` is empty on the last."""

    items: list[People]
    next: str


class DeedIn(Schema):
    """What is to be done about it. Of a critical finding the first `dismiss` proposes, and a second person decides."""

    do: Do
    words: str = Field("", max_length=2_000, description="why, or the answer to a dispute")
    into: Text = Field("", description="merge: the finding that stands for both")
    to: Text = Field("", description="assign: the id of the person")


@router.get(
    "/triage", response={200: PeoplePage, **REFUSALS}, auth=Limited("findings:read"), operation_id="triage"
)
def triage(request: HttpRequest, asked: Query[TriageAsked]) -> dict[str, Any]:
    """Standing findings and questions with what people made of them, the newest first."""
    known_only(request, asked)
    told: dict[str, Any] = {
        "people_say": asked.state,
        "contested": asked.disputed,
        "severity": asked.severity,
        "agent": asked.agent,
        "rule": asked.rule,
        "at__gte": asked.since and instant_of(asked.since),
        "at__lt": asked.until and instant_of(asked.until),
    }
    who = asker(request).owner
    undecided = asked.state in {"open", "dismissal proposed"}
    rows = queries.undecided(who) if undecided else reach.findings(who).filter(withdrawn=None)
    found = queries.with_state(rows).filter(
        **{name: value for name, value in told.items() if value is not None}
    )
    part = list(newest(found, "at", read_cursor(asked.cursor))[: asked.limit + 1])
    shown = part[: asked.limit]
    seen(request, "findings", (row.uid[:12] for row in shown))
    made = queries.triaged(row.uid for row in shown)
    following = str(Cursor(shown[-1].at, shown[-1].pk)) if len(part) > asked.limit else ""
    return {"items": [_told(row, made.get(row.uid)) for row in shown], "next": following}


@router.get(
    "/triage/{finding}",
    response={200: People, **_MISSING},
    auth=Limited("findings:read"),
    operation_id="triage_of",
)
def triage_of(request: HttpRequest, finding: ByName) -> dict[str, Any]:
    """What people made of one finding; also of one that was withdrawn."""
    known_only(request)
    return _one(request, finding)


@router.post(
    "/triage/{finding}",
    response={200: People, **_MISSING},
    auth=Limited("findings:decide"),
    operation_id="decide_finding",
)
def decide(request: HttpRequest, finding: ByName, told: DeedIn) -> dict[str, Any]:
    """Does it as the owner of the token, with an entry in the log; what they may not do on the page they may not do here."""
    known_only(request)
    who = asker(request).owner
    deed = Deed(told.do, told.words, told.into, told.to)
    try:
        done(who, _found(who, finding), deed, now(), Watches(judging))
    except RefusedError as refusal:
        raise HttpError(422, str(refusal)) from None
    return _one(request, finding)


def _one(request: HttpRequest, uid: str) -> dict[str, Any]:
    row = _found(asker(request).owner, uid)
    seen(request, "findings", [uid[:12]])
    (annotated,) = queries.with_state(Finding.objects.filter(pk=row.pk))
    return _told(annotated, queries.triaged([uid]).get(uid))


def _found(who: Person, uid: str) -> Finding:
    lives = findings.lives(who, uid)
    if not lives:
        raise not_found("there is no such finding, or it is not yours to see")
    return lives[0]


def _told(row: Finding, made: Triage | None) -> dict[str, Any]:
    made = made or Triage(finding=row.uid)
    people = {
        name: str(one.name) if (one := getattr(made, name)) else ""
        for name in ("decided_by", "proposed_by", "assigned", "answered_by")
    }
    return {
        "id": row.uid,
        "at": moment(row.at),
        "withdrawn": _moment(row.withdrawn),
        "stands_as": row.people_say,  # type: ignore[attr-defined] # with_state
        "decided": _moment(made.decided),
        "disputed": _moment(made.disputed),
        "answered": _moment(made.answered),
        **{name: getattr(row, name) for name in ("rule", "severity", "agent", "question")},
        **{name: getattr(made, name) for name in ("state", "into", "reason", "words", "answer")},
        **people,
    }


def _moment(at: Instant | None) -> datetime | None:
    return None if at is None else moment(at)
