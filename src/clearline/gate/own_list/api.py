"""The own do-not-call list over the API: requests come in, vendors fetch their copies and confirm them."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError

from clearline.engine.durations import instant_of, moment_of
from clearline.formats.phones import number_in_full
from clearline.gate.own_list import actions, queries
from clearline.record.api.answers import REFUSALS, asker, seen
from clearline.record.api.limits import Limited
from clearline.record.api.schemas import Moment, Text
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now

router = Router(tags=["own do-not-call list"])
SCOPE = "gate:lists"


class RequestIn(Schema):
    """Somebody asks not to be called, by number or as a contact."""

    number: Text = Field("", description="in E.164: +12025550143")
    contact: Text = Field(
        "", max_length=128, description="the id by which the shop knows them; all their numbers are meant"
    )
    channel: Literal["call", "text", "mail", "web", "person"] = "call"
    call: Text = Field("", max_length=128, description="the id of the call on which they asked")
    at: Moment | None = Field(None, description="when they asked; now, where it is not said")


class Line(Schema):
    """A number that is not to be called."""

    number: str
    at: datetime = Field(description="when it was asked for")
    entry: int = Field(
        description="of the request in the evidence log; ask for what comes after it with `since`"
    )


class Lines(Schema):
    """A part of the list in its order; `next` is the last entry in it, for `since` and for the confirmation."""

    items: list[Line]
    next: int


class Part(Schema):
    """Which part of the list is wanted."""

    since: int = Field(
        -1, ge=-1, lt=10**18, description="`next` of the part before; all from the beginning without it"
    )
    limit: int = Field(1_000, ge=1, le=10_000)


class CopiedIn(Schema):
    """A vendor's copy holds all lines up to an entry."""

    vendor: Text = Field(max_length=80)
    until: int = Field(ge=-1, lt=10**18, description="`next` of the last part that was copied")


class Owed(Schema):
    """How many lines the vendor's copy still lacks."""

    owed: int


@router.post("/dnc", response={201: list[Line], **REFUSALS}, auth=Limited(SCOPE), operation_id="do_not_call")
def do_not_call(request: HttpRequest, told: RequestIn) -> Status[Any]:
    """Puts somebody on the list. The answer leaves when it is on disk: from then on no decision allows a sales call."""
    token = asker(request)
    number = number_in_full(told.number) if told.number else ""
    at = now()
    asked = instant_of(told.at) if told.at else at
    wanted = actions.Request(number or told.number, told.contact, told.channel, told.call, asked)
    try:
        lines = actions.request(wanted, f"token-{token.pk}", at, Watches(judging))
    except RefusedError as refusal:
        raise HttpError(422, str(refusal)) from None
    return Status(201, [{"number": one.number, "at": moment_of(one.at), "entry": one.entry} for one in lines])


@router.get("/dnc", response={200: Lines, **REFUSALS}, auth=Limited(SCOPE), operation_id="own_list")
def own_list(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The list, for a vendor's copy."""
    rows = list(queries.lines(asker(request).owner, part.since)[: part.limit])
    if len(rows) == part.limit:  # a request with several numbers is not cut in two
        rows += queries.lines(asker(request).owner, part.since).filter(
            entry=rows[-1].entry, pk__gt=rows[-1].pk
        )
    seen(request, "own do-not-call list", [f"{rows[0].entry} to {rows[-1].entry}"] if rows else [])
    items = [{"number": one.number, "at": moment_of(one.at), "entry": one.entry} for one in rows]
    return {"items": items, "next": rows[-1].entry if rows else part.since}


@router.post(
    "/dnc/copied", response={200: Owed, **REFUSALS}, auth=Limited(SCOPE), operation_id="own_list_copied"
)
def own_list_copied(request: HttpRequest, told: CopiedIn) -> dict[str, int]:
    """A vendor's word that their copy is up to date as far as an entry; it is kept as evidence."""
    token = asker(request)
    try:
        owed = actions.copied(told.vendor, told.until, f"token-{token.pk}", now(), Watches(judging))
    except RefusedError as refusal:
        raise HttpError(422, str(refusal)) from None
    return {"owed": owed}
