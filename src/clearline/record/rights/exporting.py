"""All that is held of a contact, as a file for them: JSON for machines, a page for people."""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.people.actions import looked
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.models import (
    Consent,
    Contact,
    ContactPoint,
    EventOn,
    Export,
    Recording,
    Relationship,
    RightsRequest,
)
from clearline.record.recordings.actions import with_sound
from clearline.record.rights.erasing import timelines_of

UNDATED = (1980, 1, 1, 0, 0, 0)  # the same data give the same bytes


def exported(by: Person, request: RightsRequest, at: Instant) -> Export:
    """Makes the file; that somebody has looked at everything is entered into the log first."""
    if not may(by, "answer rights requests"):
        raise RefusedError("only an officer exports what is held of a contact")
    if request.contact.erased is not None:
        raise RefusedError("the contact was erased: nothing is held of them")
    with transaction.atomic():
        looked(by, f"all data of contact {request.contact_id}, for request {request.uid}", at)
        made = archive(request.contact, at)
        export = Export(request=request, made=at, by=by, digest=sha256(made).hexdigest(), size=len(made))
        path = path_of(export)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(made)
        export.save(force_insert=True)
    return export


def opened(by: Person, export: Export, at: Instant) -> bytes:
    """The bytes of an export, with an entry in the log that somebody took them."""
    if export.erased is not None or not path_of(export).exists():
        raise RefusedError("this export was deleted; make a new one")
    looked(by, f"export {export.uid} for request {export.request.uid}", at)
    return path_of(export).read_bytes()


def path_of(export: Export) -> Path:
    """Where the file lies."""
    home: Path = settings.HOME.path
    return home / "exports" / f"{export.uid}.zip"


def archive(contact: Contact, at: Instant) -> bytes:
    """The ZIP file: data.json, and index.html, which says the same."""
    data = collected(contact, at)
    page = render_to_string("record/rights/export.html", {"data": data})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        told = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
        file.writestr(zipfile.ZipInfo("data.json", UNDATED), told, zipfile.ZIP_DEFLATED)
        file.writestr(zipfile.ZipInfo("index.html", UNDATED), page, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def collected(contact: Contact, at: Instant) -> dict[str, Any]:
    """Everything, with times that people can read; of sound where it is, for it is too much for a file like this."""
    timelines = timelines_of(contact)
    return {
        "made": _time(at),
        "contact": {
            "id": contact.subject,
            "name": contact.name,
            "language": contact.language,
            "places": contact.places,
            "time_zones": contact.zones,
        },
        "reached_at": [
            {"kind": one.kind, "value": one.value, "since": _time(one.since)}
            for one in ContactPoint.objects.filter(contact=contact).order_by("kind", "value")
        ],
        "consents": [_consent(one) for one in Consent.objects.filter(contact=contact).order_by("granted")],
        "relationships": [
            {"basis": one.basis, "seller": one.seller, "since": _time(one.since), "until": _time(one.until)}
            for one in Relationship.objects.filter(contact=contact).order_by("since")
        ],
        "timelines": [{"kind": one.kind, "id": one.subject, "events": _events(one.pk)} for one in timelines],
        "recordings": [
            _recording(one)
            for one in with_sound([one.subject for one in timelines if one.kind == "call"]).order_by(
                "received"
            )
        ],
    }


def _events(timeline: int) -> list[dict[str, Any]]:
    rows = EventOn.objects.filter(timeline=timeline, event__body__isnull=False).order_by(
        "at", "event__seq", "event"
    )
    found = []
    for body in rows.values_list("event__body", flat=True):
        told = json.loads(bytes(body or b"{}"))
        found.append({"time": _time(told["at"]), "type": told["type"], "data": told.get("data", {})})
    return found


def _recording(one: Recording) -> dict[str, Any]:
    sealed = one.original == Recording.Original.SEALED
    return {
        "id": one.uid,
        "call": one.call,
        "received": _time(one.received),
        "seconds": one.seconds,
        "state": one.get_state_display(),
        "muted_copy_kept": bool(one.muted),
        "original_sealed_until": _time(one.sealed_until) if sealed and one.sealed_until else None,
    }


def _consent(one: Consent) -> dict[str, Any]:
    names = ("kind", "purpose", "channel", "technology", "number", "seller", "wording")
    told: dict[str, Any] = {name: getattr(one, name) for name in names}
    return told | {
        "granted": _time(one.granted),
        "revoked": _time(one.revoked) if one.revoked is not None else None,
    }


def _time(at: Instant) -> str:
    return moment_of(at).isoformat(timespec="seconds").replace("+00:00", "Z")
