"""Files of leads that are brought to the page: kept until they are gone through, by a worker."""

import uuid
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from clearline.engine.events import Instant
from clearline.gate.attempts import Attempt
from clearline.gate.models import Scrub
from clearline.gate.scrubs.leads import UnreadableLeads
from clearline.gate.scrubs.report import page
from clearline.gate.scrubs.running import Wanted, run
from clearline.people.models import Person
from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.watching import Watches

SCRUB: Final = "gate.scrub"
LEADS, CLEAN, REPORT = "leads", "clean.csv", "report.html"


def upload(by: Person, file: "UploadedFile[Any]", attempt: Attempt, at: Instant) -> Scrub:
    """Keeps the file, and leaves it to a worker."""
    uid = str(uuid.uuid4())
    path = place(uid, LEADS)
    path.parent.mkdir(mode=0o700, parents=True)
    with path.open("xb") as kept:
        for block in file.chunks():
            kept.write(block)
    told = {"uid": uid, "purpose": attempt.purpose, "technology": attempt.technology}
    with transaction.atomic():
        name = (file.name or "leads")[:200]
        row = Scrub.objects.create(
            uid=uid, name=name, campaign=attempt.campaign, at=at, by=by, state=Scrub.State.WAITING
        )
        jobs.ask(SCRUB, told, at)
    return row


def scrubbing(work: jobs.Work) -> None:
    """Goes through a file. What the leads were goes when it is done; the clean file and the report stay."""
    row = Scrub.objects.get(uid=work.args["uid"])
    attempt = Attempt(campaign=row.campaign, purpose=work.args["purpose"], technology=work.args["technology"])
    leads = place(row.uid, LEADS)
    actor = str(row.by.uid) if row.by else "house"
    wanted = Wanted(leads, attempt, place(row.uid, CLEAN), actor, row.name)

    def told(share: float) -> None:
        work.hold(share)
        Scrub.objects.filter(pk=row.pk).update(state=Scrub.State.RUNNING, done=int(share * 100))

    try:
        summary = run(wanted, work.clock(), Watches(judging), told)
    except UnreadableLeads as reason:
        row.state, row.note = Scrub.State.FAILED, str(reason)
    else:
        place(row.uid, REPORT).write_text(page(summary), encoding="utf-8")
        row.state, row.total, row.done, row.entry = Scrub.State.DONE, summary.total, 100, summary.entry
        row.counts = {"kept": summary.kept, "skipped": summary.skipped, "later": summary.later}
    row.save()
    leads.unlink(missing_ok=True)


def place(uid: str, name: str) -> Path:
    """Where a file of a scrub lies."""
    return Path(settings.HOME.path) / "scrubs" / uid / name
