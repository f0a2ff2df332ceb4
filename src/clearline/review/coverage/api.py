"""Call records of the switch and the account of days over the API."""

from datetime import date, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from clearline.evidence.queries import moment
from clearline.formats.call_records import read_call_records
from clearline.formats.errors import NotRead
from clearline.formats.moments import Order
from clearline.record.api.answers import REFUSALS, asker, not_found, seen
from clearline.record.api.limits import Limited
from clearline.record.api.routes import ByName, known_only
from clearline.record.api.schemas import Problem, Text
from clearline.record.days import day_of
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.review.coverage import actions
from clearline.review.coverage.accounting import account
from clearline.review.models import Statement
from clearline.ui.clock import now

router = Router(tags=["coverage"])
MOST_FAULTY: Final = 100
BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/json")},
    }
}
_MISSING: dict[Any, Any] = {**REFUSALS, 404: Problem}


class RecordsAsked(Schema):
    """How a file of call records is to be read."""

    source: Text = Field("API", max_length=80, description="what the file or the switch is called")
    zone: Text = Field("", description="of times that name none; the shop's without it")
    order: Literal["", "day", "month"] = Field("", description="what comes first in 03/04/2026")


class NotTaken(Schema):
    """A line that is no call record, and why."""

    line: int
    reason: str


class Taken(Schema):
    """What came of the records."""

    new: int
    known: int
    contradicted: int = Field(description="that say something else than an earlier record of the same call")
    doubled: int = Field(description="lines that stand in the file twice")
    ahead: int = Field(description="lines of calls in the future, which are not taken")
    faulty: int
    faults: list[NotTaken]


class Sum(Schema):
    """known = evaluated + excluded + failed + due."""

    known: int
    evaluated: int
    excluded: int
    failed: int
    due: int
    contradictions: int


class Stated(Sum):
    """The latest statement of a day."""

    day: date
    number: int = Field(description="how often it was stated; a later one stands for the earlier")
    digest: str = Field(description="SHA-256 over its lines")
    stated: datetime


class Line(Schema):
    """What became of one call."""

    call: str
    at: datetime
    became: Literal["evaluated", "excluded", "failed", "due"]
    reason: str
    due: datetime | None
    contradiction: str
    here: bool = Field(description="the record has it")
    switch: str = Field(description="as the switch knows it, where that is another id")


class Day(Schema):
    """A day as it stands now."""

    sum: Sum
    digest: str
    lines: list[Line]


@router.post(
    "/records",
    response={200: Taken, **REFUSALS},
    auth=Limited("coverage:write"),
    operation_id="add_call_records",
    openapi_extra=BODY,
)
def add(request: HttpRequest, asked: Query[RecordsAsked]) -> dict[str, Any]:
    """Adds call records: the body is a file as `clearline coverage add` takes it, up to 5 MB."""
    known_only(request, asked)
    who, zone = asker(request).owner, asked.zone or settings.TIME_ZONE
    try:
        ZoneInfo(zone)
        records, faulty = read_call_records(request.body, zone, Order(asked.order) if asked.order else None)
    except (ZoneInfoNotFoundError, ValueError):
        raise HttpError(422, "there is no such time zone: name it as in Europe/Berlin") from None
    except NotRead as refusal:
        raise HttpError(422, str(refusal)) from None
    except RequestDataTooBig:
        raise HttpError(413, "send it in parts, or use `clearline coverage add`") from None
    made = actions.brought(records, asked.source, now(), Watches(judging), who)
    named = [{"line": one.line, "reason": one.reason} for one in faulty[:MOST_FAULTY]]
    return {**made._asdict(), "faulty": len(faulty), "faults": named}


@router.get(
    "/days",
    response={200: list[Stated], **REFUSALS},
    auth=Limited("coverage:read"),
    operation_id="stated_days",
)
def days(request: HttpRequest) -> list[dict[str, Any]]:
    """What was stated of each of the last 400 days, the newest first."""
    known_only(request)
    latest: dict[date, Statement] = {}
    for row in Statement.objects.order_by("-day", "-number")[:2_000]:
        latest.setdefault(row.day, row)
    return [
        {"day": day, "number": row.number, "digest": row.digest, "stated": moment(row.stated), **row.counts}
        for day, row in list(latest.items())[:400]
    ]


@router.get(
    "/days/{day}",
    response={200: Day, **_MISSING},
    auth=Limited("coverage:read"),
    operation_id="account_of_day",
)
def one_day(request: HttpRequest, day: ByName) -> dict[str, Any]:
    """What became of every call of a day, as it stands now."""
    known_only(request)
    at = now()
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise not_found("a day is written as 2026-11-30") from None
    if asked > day_of(at):
        raise not_found("this day has not begun")
    found = account(asked, at)
    seen(request, "coverage", [day] if found.lines else [])
    lines = [
        one._asdict() | {"at": moment(one.at), "due": None if one.due is None else moment(one.due)}
        for one in found.lines
    ]
    return {"sum": found.counts, "digest": found.digest, "lines": lines}
