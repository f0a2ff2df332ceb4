"""Files of leads that are brought to the page: kept until they are gone through, by a worker."""

import shutil
import uuid
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from clearline.engine.events import SECOND, Instant
from clearline.evidence.actions import done
from clearline.gate.attempts import Attempt
from clearline.gate.models import Scrub
from clearline.gate.scrubs.leads import UnreadableLeads
from clearline.gate.scrubs.report import page
from clearline.gate.scrubs.running import Wanted, run
from clearline.people.models import Person
from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.models import Hold
from clearline.record.watching import Watches

SCRUB, FORGET = "gate.scrub", "gate.scrub.forget"
KEPT: Final = 30 * 86_400 * SECOND
"""How long files of leads lie here: nobody needs them longer to dial, and a list is too old after 31 days."""
DAY: Final = 86_400 * SECOND
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
        jobs.ask(FORGET, {}, at + KEPT)
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


def forgetting(work: jobs.Work) -> None:
    """Deletes the files of all scrubs whose time is over, whatever became of them; a hold on their time keeps them a day."""
    at = work.clock()
    periods = list(Hold.objects.filter(released=None, timeline=None).values_list("since", "until"))
    held = False
    for row in Scrub.objects.filter(at__lte=at - KEPT):
        if not place(row.uid, "").exists():
            continue
        if any((since or 0) <= row.at <= (until or 0) for since, until in periods):
            held = True
            continue
        with work.holding():
            done("scrub.deleted", "house", {"scrub": row.uid}, at, row.uid)
        shutil.rmtree(place(row.uid, ""))
    if held:
        jobs.ask(FORGET, {}, at + DAY)


def place(uid: str, name: str) -> Path:
    """Where a file of a scrub lies."""
    return Path(settings.HOME.path) / "scrubs" / uid / name
