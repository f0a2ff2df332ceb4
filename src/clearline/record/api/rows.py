"""Rows of the record as the API tells them."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.evidence.queries import moment
from clearline.record import models
from clearline.record.api import schemas
from clearline.reports import reviewed

_FIRST = instant_of(datetime.min.replace(tzinfo=UTC))
_LAST = instant_of(datetime.max.replace(tzinfo=UTC))


def call(row: models.Call) -> dict[str, Any]:
    return {
        "id": row.timeline.subject,
        "contact": row.contact.subject if row.contact else None,
        "started": _moment(row.started),
        "answered": _moment(row.answered),
        "ended": _moment(row.ended),
        **{
            name: getattr(row, name)
            for name in (
                *("state", "reason", "direction", "purpose", "agent", "agent_kind", "campaign"),
                *("places", "recorded", "utterances", "findings", "questions"),
            )
        },
    }


def finding(row: models.Finding) -> dict[str, Any]:
    told = msgspec.json.decode(bytes(row.body), type=reviewed.Finding) if row.body is not None else None
    return {
        "id": row.uid,
        "timeline": _timeline(row.timeline),
        "at": _moment(row.at),
        "erased": told is None,
        "title": told.title if told else "",
        "sentence": told.sentence if told else "",
        "cites": told.cites if told else [],
        "status": told.status if told else None,
        "explanation": told.explanation if told else "",
        "doubts": told.doubts if told else [],
        "place": _where(told.place) if told else None,
        "trigger": _where(told.trigger) if told else None,
        "deadline": told.deadline if told else None,
        "raised": _moment(row.raised),
        "withdrawn": _moment(row.withdrawn),
        **{
            name: getattr(row, name)
            for name in (
                *("question", "agent", "rule", "version", "pack", "severity"),
                *("entry", "withdrawn_entry"),
            )
        },
    }


def duty(row: models.Duty) -> dict[str, Any]:
    told = msgspec.json.decode(bytes(row.body), type=reviewed.Duty) if row.body is not None else None
    return {
        "id": row.uid,
        "timeline": _timeline(row.timeline),
        "since": _moment(row.since),
        "deadline": _moment(row.deadline),
        "title": told.title if told else "",
        "explanation": told.explanation if told else "",
        **{
            name: getattr(row, name)
            for name in ("question", "agent", "rule", "version", "severity", "overdue")
        },
    }


def _timeline(row: models.Timeline) -> schemas.Timeline:
    return schemas.Timeline(kind=row.kind, id=row.subject)


def _where(place: reviewed.Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"at": place.at, "event": place.event, "type": place.type, "by": place.by, "words": place.words}


def _moment(at: Instant | None) -> datetime | None:
    """A time that JSON can say; a deadline may lie beyond the last year that there is a name for."""
    return None if at is None else moment(min(max(at, _FIRST), _LAST))
