"""The made-up shop's compliance programme: most of its papers are there, some are too old, some were never written."""

from datetime import date, timedelta
from typing import Final

from clearline.audits.programme.adding import Piece, added
from clearline.audits.programme.reading import known
from clearline.audits.programme.trying import count, kept
from clearline.engine.events import Instant
from clearline.people.models import Person, Role
from clearline.record.days import day_of
from clearline.record.judging import judging
from clearline.record.models import Event
from clearline.record.watching import Watches

PAPERS: Final = {  # how many days ago each was last looked over
    "dnc-procedures": 211,
    "vendor-file": 64,
    "retention-schedule": 150,
    "scripts-in-use": 20,
    "call-records-complete": 9,
    "list-of-prizes": 300,
    "customer-records": 120,
    "staff-register": 118,
    "consent-records": 31,
    "registry-versions": 44,
    "self-assessment": 402,
    "monitoring-plan": 95,
    "state-registrations": 260,
    "processor-contracts": 88,
    "audio-in-memory": 70,
    "pci-catalogue": 33,
    "service-numbers": 52,
    "data-map": 140,
    "consent-script": 101,
    "privacy-notice": 77,
    "processor-register": 140,
    "notice-of-scores": 60,
    "accessible-channels": 190,
    "no-retaliation-policy": 240,
    "reports-procedure": 240,
}
TASKS: Final = {"breach-reporter": 130, "human-decides": 60, "report-recipient": 380}
COURSES: Final = {"accessibility": 100, "privacy-requests": 45}


def keep_programme(at: Instant, watches: Watches) -> None:
    """Enters what the shop has to show, once; and counts which rules came up."""
    officer = Person.objects.filter(role=Role.OFFICER).order_by("pk").first()
    if officer is None or Event.objects.filter(type="document.adopted").exists():
        return
    controls, day = known(judging().rulebook), day_of(at)

    def ago(days: int) -> date:
        return day - timedelta(days=days)

    pieces = [
        Piece(controls[name], ago(days), title=controls[name].title, version="3")
        for name, days in PAPERS.items()
    ]
    pieces += [Piece(controls[name], ago(days), str(officer.uid)) for name, days in TASKS.items()]
    agents = [agent for agent in Person.objects.exclude(agent=None).values_list("agent", flat=True) if agent]
    for name, one in controls.items():
        if one.course in COURSES and name in controls:
            pieces += [Piece(one, ago(COURSES[one.course]), agent) for agent in agents]
    added(officer, pieces, at, watches)
    kept(count(judging(), at))
