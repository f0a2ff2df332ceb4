"""The job that loads what was uploaded; what can't be a list stays on the page as refused, with its reason."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.evidence.actions import done
from clearline.gate.list_heads import ListError
from clearline.gate.lists.loading import Brought, load
from clearline.gate.lists.names import full_name
from clearline.gate.lists.queries import LOAD
from clearline.gate.models import Snapshot
from clearline.people.models import Person
from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.models import Job
from clearline.record.watching import Watches


def upload(
    by: Person,
    file: "UploadedFile[Any]",
    name: str,
    made: datetime,
    subscription: str,
    areas: list[int],
    at: Instant,
) -> Job:
    """Puts the file where a worker finds it, and leaves the loading to one."""
    uid = str(uuid.uuid4())
    path = _brought(uid)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as kept:
        for block in file.chunks():
            kept.write(block)
    told: dict[str, Any] = {
        "uid": uid,
        "name": full_name(name),
        "made": min(instant_of(made), at),
        "subscription": subscription,
        "areas": areas,
        "by": str(by.uid),
    }
    return jobs.ask(LOAD, told, at)


def loading(work: jobs.Work) -> None:
    """Loads what was uploaded. The file goes when it is done; a worker who dies leaves it to the next."""
    told = work.args
    path = _brought(told["uid"])
    brought = Brought(
        told["name"], path, told["made"], told["subscription"], tuple(told["areas"]), actor=told["by"]
    )
    at = work.clock()
    try:
        load(brought, at, Watches(judging), work.hold)
    except ListError as reason:
        _refused(told, str(reason), at)
    path.unlink(missing_ok=True)


def _refused(told: Any, reason: str, at: Instant) -> None:
    with transaction.atomic():
        entry = done("list.refused", told["by"], {"list": told["name"], "by": told["by"], "why": reason}, at)
        Snapshot.objects.create(
            uid=told["uid"],
            name=told["name"],
            made=told["made"],
            loaded=at,
            sha256="",
            numbers=0,
            subscription=told["subscription"],
            by=told["by"],
            state=Snapshot.State.REFUSED,
            note=reason,
            entry=entry,
        )


def _brought(uid: str) -> Path:
    return Path(settings.HOME.path) / "lists" / "brought" / uid
