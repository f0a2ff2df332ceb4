"""Reads of findings as people left them; each takes who asks."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from clearline.people.models import Person
from clearline.record.models import Duty, Event, Finding
from clearline.record.models.judged import STANDING
from clearline.record.queries import reach
from clearline.review.models import Triage

SHOWN: Final = 20  # of each severity
SEVERITIES: Final = ("critical", "serious", "minor")
DECIDED: Final = (Triage.State.CONFIRMED, Triage.State.DISMISSED, Triage.State.MERGED)


class Queue(NamedTuple):
    """Findings of one severity that nobody has decided about, the oldest first; how many there are, up to a limit."""

    severity: str
    rows: list[Finding]
    more: bool


def with_state(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Each with `people_say`, a state of Triage; one that was merged says what is said of the one that stands for it, as long as that one stands. And `contested`, whether a dispute waits."""
    own = Triage.objects.filter(finding=OuterRef("uid"))
    stands = Finding.objects.filter(uid=OuterRef("into"), withdrawn=None)
    through = Triage.objects.filter(finding=OuterRef("into")).values("state")
    followed = own.filter(state=Triage.State.MERGED).annotate(
        said=Case(When(Exists(stands), then=Subquery(through)), default=Value(Triage.State.OPEN))
    )
    return rows.annotate(
        people_say=Coalesce(
            Subquery(followed.values("said")), Subquery(own.values("state")), Value(Triage.State.OPEN)
        ),
        contested=Exists(own.filter(answered=None).exclude(disputed=None)),
    )


def upheld() -> QuerySet[Finding]:
    """Findings that stand, without those that people have dismissed; one that was merged was a breach all the same."""
    gone = Triage.objects.filter(state=Triage.State.DISMISSED).values("finding")
    with_it = Triage.objects.filter(state=Triage.State.MERGED, into__in=gone).values("finding")
    return Finding.objects.filter(STANDING).exclude(uid__in=gone).exclude(uid__in=with_it)


def undecided(who: Person) -> QuerySet[Finding]:
    """Findings and questions that stand and that nobody has decided about; if what one was merged into was withdrawn, it is among them again."""
    stands = Finding.objects.filter(uid=OuterRef("into"), withdrawn=None)
    alone = Q(state=Triage.State.MERGED) & ~Exists(stands)
    decided = Triage.objects.filter(finding=OuterRef("uid"), state__in=DECIDED).exclude(alone)
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
    """Disputes that wait for an answer, the one that is due first at the top; also where the finding was withdrawn since, because the answer is owed all the same."""
    rows = list(Triage.objects.filter(answered=None).exclude(disputed=None).order_by("disputed"))
    seen = named(who, [row.finding for row in rows])
    due = {(one.agent, one.since): one for one in reach.duties(who).filter(rule="dispute-answered")}
    return [
        (row, seen[row.finding], due.get((row.agent, row.disputed))) for row in rows if row.finding in seen
    ]


def named(who: Person, uids: Collection[str]) -> dict[str, Finding]:
    """The latest life of each of these findings that they may see."""
    rows = reach.findings(who).filter(uid__in=uids).select_related("timeline__call").order_by("pk")
    return {one.uid: one for one in rows}


def alone(row: Triage) -> bool:
    """Whether it was merged into one that was withdrawn since, so that it is to be decided by itself."""
    merged = row.state == Triage.State.MERGED
    return merged and not Finding.objects.filter(uid=row.into, withdrawn=None).exists()


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
