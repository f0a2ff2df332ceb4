"""Reads of findings as people left them; each takes who asks."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from clearline.people.models import Person
from clearline.record.models import Duty, Event, Finding
from clearline.record.queries import reach
from clearline.review.models import Triage

SHOWN: Final = 50  # of each severity
SEVERITIES: Final = ("critical", "serious", "minor")
DECIDED: Final = (Triage.State.CONFIRMED, Triage.State.DISMISSED, Triage.State.MERGED)


class Queue(NamedTuple):
    """Findings of one severity that nobody has decided about, the oldest first; how many there are, up to a limit."""

    severity: str
    rows: list[Finding]
    more: bool


def undecided(who: Person) -> QuerySet[Finding]:
    """Findings and questions that stand and that nobody has decided about."""
    decided = Triage.objects.filter(finding=OuterRef("uid"), state__in=DECIDED)
    return reach.findings(who).filter(~Exists(decided), withdrawn=None)


def queue(who: Person) -> list[Queue]:
    """What is to be decided, by severity and age."""
    found = []
    for severity in SEVERITIES:
        rows = undecided(who).filter(severity=severity).select_related("timeline__call").order_by("at", "pk")
        part = list(rows[: SHOWN + 1])
        found.append(Queue(severity, part[:SHOWN], len(part) > SHOWN))
    return found


def disputes(who: Person) -> list[tuple[Triage, Finding, Duty | None]]:
    """Disputes that wait for an answer, the one that is due first at the top."""
    rows = list(Triage.objects.filter(answered=None).exclude(disputed=None).order_by("disputed"))
    seen = {
        one.uid: one
        for one in reach.findings(who)
        .filter(uid__in=[row.finding for row in rows], withdrawn=None)
        .select_related("timeline__call")
    }
    duties = {one.uid: one for one in reach.duties(who).filter(rule="dispute-answered")}
    by_since = {(one.agent, one.since): one for one in duties.values()}
    return [
        (row, seen[row.finding], by_since.get((row.agent, row.disputed)))
        for row in rows
        if row.finding in seen
    ]


def triaged(uids: Iterable[str]) -> dict[str, Triage]:
    """What people made of these findings; those that nobody touched are not in it."""
    rows = Triage.objects.filter(finding__in=list(uids)).select_related(
        "decided_by", "assigned", "proposed_by", "answered_by"
    )
    return {row.finding: row for row in rows}


def entries(uid: str) -> list[tuple[str, int, int]]:
    """The deeds about a finding: what, when, and the index in the log."""
    rows = Event.objects.filter(source="clearline", name__startswith=f"finding.{uid}.").order_by("at", "pk")
    found = rows.values_list("type", "at", "entry")
    return [(kind.removeprefix("finding.").replace("_", " "), at, entry) for kind, at, entry in found]


def beside(finding: Finding) -> list[Finding]:
    """Other standing findings of the same timeline, into which it could be merged."""
    rows = Finding.objects.filter(timeline=finding.timeline, withdrawn=None).exclude(uid=finding.uid)
    return list(rows.order_by("at")[:20])
