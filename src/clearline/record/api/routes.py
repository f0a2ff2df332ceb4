"""The operations of the API; each asks one query, as the owner of the token."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from django.db.models import BigIntegerField, Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Path, Query, Schema
from ninja.errors import HttpError

from clearline.engine.durations import instant_of
from clearline.evidence import queries as log
from clearline.evidence.models import Checkpoint
from clearline.formats.errors import masked
from clearline.people.models import Person
from clearline.record.api import rows, schemas
from clearline.record.api.answers import REFUSALS, Api, asker, not_found, refuse, seen
from clearline.record.api.limits import Limited
from clearline.record.queries import reach
from clearline.record.queries.cursors import Cursor, newest, read_cursor, soonest
from clearline.record.queries.proofs import may_see_entry
from clearline.seal.merkle import leaf_hash

Row = TypeVar("Row", bound=Model)
NEVER: Final = 10**18 - 1  # sorts after every deadline
_MISSING: dict[Any, Any] = {**REFUSALS, HTTPStatus.NOT_FOUND: schemas.Problem}

api = Api(
    title="Clearline",
    version="1",
    description="Calls, findings, duties and proofs of a shop's record; events come in. Tokens are made on your own page.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
refuse(api)

ByName = Annotated[schemas.Text, Path()]


@api.get(
    "/calls",
    response={200: schemas.CallPage, **REFUSALS},
    auth=Limited("calls:read"),
    operation_id="calls",
    tags=["calls"],
)
def calls(request: HttpRequest, asked: Query[schemas.CallsAsked]) -> dict[str, Any]:
    """Calls, the newest first."""
    found = reach.calls(_who(request, asked)).select_related("timeline", "contact")
    found = _filtered(
        found,
        timeline__subject=asked.id,
        agent=asked.agent,
        contact__subject=asked.contact,
        direction=asked.direction,
        purpose=asked.purpose,
        state=asked.state,
        started__gte=asked.since and instant_of(asked.since),
        started__lt=asked.until and instant_of(asked.until),
    )
    if asked.with_findings is not None:
        found = found.filter(findings__gt=0) if asked.with_findings else found.filter(findings=0)
    part = list(newest(found, "started", read_cursor(asked.cursor))[: asked.limit + 1])
    seen(request, "calls", (f"{row.timeline_id}" for row in part[: asked.limit]))
    return _page(part, asked.limit, rows.call, lambda row: row.started)


@api.get(
    "/calls/{call}",
    response={200: schemas.Call, **_MISSING},
    auth=Limited("calls:read"),
    operation_id="call",
    tags=["calls"],
)
def one_call(request: HttpRequest, call: ByName) -> dict[str, Any]:
    """One call. An id with a slash in it is asked for by `/calls?id=`."""
    row = (
        reach.calls(_who(request))
        .select_related("timeline", "contact")
        .filter(timeline__subject=call)
        .first()
    )
    if row is None:
        raise not_found("there is no such call, or it is not yours to see")
    seen(request, "calls", [str(row.timeline_id)])
    return rows.call(row)


@api.get(
    "/findings",
    response={200: schemas.FindingPage, **REFUSALS},
    auth=Limited("findings:read"),
    operation_id="findings",
    tags=["findings"],
)
def findings(request: HttpRequest, asked: Query[schemas.FindingsAsked]) -> dict[str, Any]:
    """Findings and questions, the newest first."""
    found = _filtered(
        reach.findings(_who(request, asked)).select_related("timeline"),
        **_of_call(asked.call),
        agent=asked.agent,
        rule=asked.rule,
        severity=asked.severity,
        question=asked.question,
        at__gte=asked.since and instant_of(asked.since),
        at__lt=asked.until and instant_of(asked.until),
    )
    found = found if asked.withdrawn else found.filter(withdrawn=None)
    part = list(newest(found, "at", read_cursor(asked.cursor))[: asked.limit + 1])
    seen(request, "findings", (row.uid[:12] for row in part[: asked.limit]))
    return _page(part, asked.limit, rows.finding, lambda row: row.at)


@api.get(
    "/findings/{finding}",
    response={200: schemas.Finding, **_MISSING},
    auth=Limited("findings:read"),
    operation_id="finding",
    tags=["findings"],
)
def one_finding(request: HttpRequest, finding: ByName) -> dict[str, Any]:
    """One finding; where the same was raised again after it was withdrawn, the newest."""
    found = reach.findings(_who(request)).select_related("timeline").filter(uid=finding)
    row = found.order_by("-raised", "-pk").first()
    if row is None:
        raise not_found("there is no such finding, or it is not yours to see")
    seen(request, "findings", [row.uid[:12]])
    return rows.finding(row)


@api.get(
    "/duties",
    response={200: schemas.DutyPage, **REFUSALS},
    auth=Limited("findings:read"),
    operation_id="duties",
    tags=["duties"],
)
def duties(request: HttpRequest, asked: Query[schemas.DutiesAsked]) -> dict[str, Any]:
    """All that is due, the nearest deadline first."""
    found = _filtered(
        reach.duties(_who(request, asked)).select_related("timeline"),
        **_of_call(asked.call),
        agent=asked.agent,
        rule=asked.rule,
        severity=asked.severity,
        overdue=asked.overdue,
    ).annotate(by=Coalesce("deadline", Value(NEVER), output_field=BigIntegerField()))
    part = list(soonest(found, "by", read_cursor(asked.cursor))[: asked.limit + 1])
    seen(request, "duties", (row.uid[:12] for row in part[: asked.limit]))
    return _page(part, asked.limit, rows.duty, lambda row: NEVER if row.deadline is None else row.deadline)


@api.get(
    "/checkpoint",
    response={200: schemas.Checkpoint, **_MISSING},
    auth=Limited("evidence:read"),
    operation_id="checkpoint",
    tags=["proofs"],
)
def checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The log as it was signed last."""
    _who(request)
    return _signed(_latest())


@api.get(
    "/proofs/{index}",
    response={200: schemas.Proof, **_MISSING},
    auth=Limited("evidence:read"),
    operation_id="proof",
    tags=["proofs"],
)
def proof(request: HttpRequest, index: Annotated[int, Path(ge=0, lt=10**18)]) -> dict[str, Any]:
    """That an entry is in the log, up to the newest checkpoint."""
    who, signed = _who(request), _latest()
    row = log.entry(index) if index < signed.size and may_see_entry(who, index) else None
    if row is None:
        raise not_found("there is no such entry under the newest checkpoint, or it is not yours to see")
    told = log.receipt(index, signed)
    return {
        "index": index,
        "entry": log.leaf(row).decode("ascii"),
        "leaf": leaf_hash(log.leaf(row)).hex(),
        "hashes": [one.hex() for one in told.hashes],
        "checkpoint": _signed(signed),
        "receipt": str(told),
    }


def _who(request: HttpRequest, asked: Schema | None = None) -> Person:
    """The owner of the token, who asks for nothing that is not known."""
    known_only(request, asked)
    return asker(request).owner


def known_only(request: HttpRequest, asked: Schema | None = None) -> None:
    """Refuses a filter that is not known, since to pass it over would widen the answer."""
    known = type(asked).model_fields if asked else ()
    if unknown := [name for name in request.GET if name not in known]:
        told = f"`{masked(unknown[0], 30)}` is not asked for here"
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{told}; there is {', '.join(known) or 'nothing'}")


def _filtered(found: QuerySet[Row], **asked: Any) -> QuerySet[Row]:
    return found.filter(**{name: value for name, value in asked.items() if value is not None})


def _of_call(call: str | None) -> dict[str, Any]:
    return {} if call is None else {"timeline__kind": "call", "timeline__subject": call}


def _page(
    part: Sequence[Row], limit: int, told: Callable[[Row], dict[str, Any]], place: Callable[[Row], int]
) -> dict[str, Any]:
    """Rows, of which there is one more than the limit where another part follows."""
    shown = part[:limit]
    following = str(Cursor(place(shown[-1]), shown[-1].pk)) if len(part) > limit else ""
    return {"items": [told(row) for row in shown], "next": following}


def _latest() -> Checkpoint:
    found = log.latest()
    if found is None:
        raise not_found("the log was not signed yet; ask again in a moment")
    return found


def _signed(row: Checkpoint) -> dict[str, Any]:
    return {"size": row.size, "at": log.moment(row.at), "note": row.note}
