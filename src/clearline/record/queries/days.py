"""What a day and the weeks before it were like, as far as somebody's role reaches."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, QuerySet, Value

from clearline.engine.events import SECOND, Instant
from clearline.evidence.models import Checkpoint
from clearline.evidence.queries import head_size, latest
from clearline.people.models import Person
from clearline.record.models import Call, Duty, Event, Finding, Job, Timeline
from clearline.record.queries import reach
from clearline.record.queries.lists import DAY

WEEK: Final = 7 * DAY
COUNTED: Final = 1_000  # of what may be very many, this many are counted
NEXT: Final = 8  # rows of a list on somebody's own page
_BEHIND: Final = 60 * SECOND
_STATES: Final = (Call.State.EVALUATED, Call.State.EXCLUDED, Call.State.FAILED, Call.State.RUNNING)


class Balance(NamedTuple):
    """Every call that began on a day, by what became of it."""

    known: int
    evaluated: int
    excluded: int
    failed: int
    running: int

    @property
    def holds(self) -> bool:
        return self.known == self.evaluated + self.excluded + self.failed + self.running


class Tally(NamedTuple):
    """How many findings of one rule fell into one week."""

    rule: str
    severity: str
    week: int  # counted from 0
    findings: int


class Due(NamedTuple):
    """What is next to be done, and how much there is of it."""

    soonest: list[Duty]
    overdue: int
    within_a_day: int


class Evidence(NamedTuple):
    """How long the log is, and how much of it was signed."""

    size: int
    signed: Checkpoint | None

    @property
    def unsigned(self) -> int:
        return self.size - (self.signed.size if self.signed else 0)


class Health(NamedTuple):
    """What whoever keeps the console running has to know; nothing of calls."""

    newest: Instant | None  # when the last event was taken in
    behind: int  # timelines whose deadline has passed and that nobody has looked at since
    waiting: int  # jobs
    failed: int  # jobs that were tried, and are not done


def balance(who: Person, since: Instant, until: Instant) -> Balance:
    """The calls of a day. That they add up is counted, not taken for granted."""
    rows = reach.calls(who).filter(started__gte=since, started__lt=until)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return Balance(rows.count(), *(counts.get(state, 0) for state in _STATES))


def calls_by_agent(who: Person, since: Instant, until: Instant) -> dict[str, int]:
    rows = reach.calls(who).filter(started__gte=since, started__lt=until)
    return dict(rows.order_by().values_list("agent").annotate(Count("pk")))


def findings_by_agent(who: Person, since: Instant) -> dict[str, int]:
    rows = standing(who).filter(at__gte=since)
    return dict(rows.order_by().values_list("agent").annotate(Count("pk")))


def standing(who: Person) -> QuerySet[Finding]:
    """Findings that were not withdrawn."""
    return reach.findings(who).filter(question=False, withdrawn=None)


def questions(who: Person) -> QuerySet[Finding]:
    """What waits for a person to say."""
    return reach.findings(who).filter(question=True, withdrawn=None)


def newest(rows: QuerySet[Finding], since: Instant) -> list[Finding]:
    """The newest of them, with the calls that they are on."""
    recent = rows.filter(at__gte=since).select_related("timeline__call")
    return list(recent.order_by("-at", "-pk")[:NEXT])


def by_week(who: Person, first: Instant, until: Instant) -> list[Tally]:
    """Findings by rule and week; a week is seven times 24 hours, also when clocks are changed."""
    rows = standing(who).filter(at__gte=first, at__lt=until)
    week = ExpressionWrapper((F("at") - Value(first)) / Value(WEEK), output_field=BigIntegerField())
    counted = rows.order_by().values_list("rule", "severity", week).annotate(Count("pk"))
    return [Tally(rule, severity, int(number), count) for rule, severity, number, count in counted]


def due(who: Person, now: Instant) -> Due:
    """Duties with a deadline, the nearest first."""
    rows = reach.duties(who).filter(deadline__isnull=False)
    soonest = rows.select_related("timeline__call").order_by("deadline", "pk")
    return Due(
        list(soonest[:NEXT]),
        counted(rows.filter(deadline__lt=now)),
        counted(rows.filter(deadline__gte=now, deadline__lt=now + DAY)),
    )


def counted(rows: QuerySet[Duty] | QuerySet[Finding] | QuerySet[Timeline]) -> int:
    """How many there are; one more than COUNTED where there are more than that."""
    return rows.order_by()[: COUNTED + 1].count()


def evidence() -> Evidence:
    return Evidence(head_size(), latest())


def health(now: Instant) -> Health:
    jobs = Job.objects.filter(done=None)
    return Health(
        Event.objects.order_by("-received").values_list("received", flat=True).first(),
        counted(Timeline.objects.filter(wakes__lt=now - _BEHIND)),
        jobs.count(),
        jobs.exclude(error="").count(),
    )


def rules_most_broken(tallies: Sequence[Tally], weeks: int) -> list[tuple[str, str, list[int], int]]:
    """Rule, severity, findings week by week, and their sum; the most frequent first."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in tallies:
        found.setdefault((one.rule, one.severity), [0] * weeks)[one.week] += one.findings
    told = [(rule, severity, counts, sum(counts)) for (rule, severity), counts in found.items()]
    return sorted(told, key=lambda each: (-each[3], each[0]))
