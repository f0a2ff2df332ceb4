"""The lists of calls, findings and duties: what may be asked of them, and the rows that this leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import BigIntegerField, Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.record.models import Call, Duty, Finding
from clearline.record.queries import reach
from clearline.record.queries.parts import Order, Part, cursor, part

Row = TypeVar("Row", bound=Model)

DAY: Final = 86_400 * SECOND
NEWEST: Final = "-at"
CALL_ORDERS: Final = {
    f"{way}{name}": Order(f"{way}{name}", number, "started")
    for name, number in (("at", "started"), ("length", "lasted"), ("findings", "findings"))
    for way in ("-", "")
}
FINDING_ORDERS: Final = {name: Order(name, "at", "at") for name in (NEWEST, "at")}
BY_DEADLINE: Final = Order("deadline", "deadline", "deadline")
WITHOUT: Final = Order("-since", "pk", "pk")  # duties that the end of their timeline ends, the newest first
LASTED = Coalesce(F("ended") - Coalesce("answered", "started"), 0, output_field=BigIntegerField())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks a list for; what is empty is not asked for. Times are microseconds; until is not included."""

    since: Instant | None = None
    until: Instant | None = None
    agent: str = ""
    team: Sequence[str] | None = None  # the telephony's ids of those in it
    rule: str = ""
    severity: str = ""
    direction: str = ""
    purpose: str = ""
    state: str = ""
    found: str = ""  # calls with findings, questions or nothing; findings that are standing, questions, withdrawn or every one
    when: str = ""  # duties that are overdue, due, due within a day (soon), or without a deadline (open)
    sort: str = NEWEST
    place: str = ""  # a cursor


def calls(who: Person, wanted: Wanted) -> Part[Call]:
    """Calls with their timelines and contacts."""
    order = CALL_ORDERS[wanted.sort]
    rows = _between(reach.calls(who), "started", wanted)
    if order.number == "lasted":
        rows = rows.annotate(lasted=LASTED)
    rows = _alike(rows, wanted, "agent", "direction", "purpose", "state")
    if wanted.found:
        rows = rows.filter(_CALLS_WITH[wanted.found])
    if wanted.rule:
        broken = Finding.objects.filter(timeline=OuterRef("timeline"), rule=wanted.rule, withdrawn=None)
        rows = rows.filter(Exists(broken))
    whole = _between(Call.objects.all(), "started", wanted)
    whole = _indexed(whole, reach.agents(who, "see calls"), wanted, "state")
    rows = rows.select_related("timeline", "contact").prefetch_related("contact__points")
    return part(rows, whole, order, cursor(wanted.place, order))


def findings(who: Person, wanted: Wanted) -> Part[Finding]:
    """Findings and questions, with the calls that they are on."""
    order = FINDING_ORDERS[wanted.sort]
    rows = _between(reach.findings(who), "at", wanted)
    rows = _alike(rows, wanted, "agent", "rule", "severity")
    rows = rows.filter(_FINDINGS[wanted.found])
    whole = _between(Finding.objects.all(), "at", wanted)
    whole = _indexed(whole, reach.agents(who, "see findings"), wanted, "rule")
    return part(rows.select_related("timeline__call"), whole, order, cursor(wanted.place, order))


def duties(who: Person, wanted: Wanted, now: Instant) -> Part[Duty]:
    """What is due, the nearest deadline first; what has none, the newest first."""
    order = WITHOUT if wanted.when == "open" else BY_DEADLINE
    rows = _alike(_between(reach.duties(who), "deadline", wanted), wanted, "agent", "rule", "severity")
    whole = _between(Duty.objects.filter(deadline__isnull=wanted.when == "open"), "deadline", wanted)
    limit = {
        "overdue": Q(deadline__lt=now),
        "due": Q(deadline__gte=now),
        "soon": Q(deadline__gte=now, deadline__lt=now + DAY),
    }.get(wanted.when, Q())
    rows, whole = rows.filter(limit), whole.filter(limit)
    rows = rows.filter(deadline__isnull=wanted.when == "open").select_related("timeline__call")
    return part(rows, whole, order, cursor(wanted.place, order))


_CALLS_WITH: Final = {
    "findings": Q(findings__gt=0),
    "questions": Q(questions__gt=0),
    "nothing": Q(findings=0, questions=0),
}
_FINDINGS: Final = {
    "": Q(withdrawn=None),
    "standing": Q(question=False, withdrawn=None),
    "questions": Q(question=True, withdrawn=None),
    "withdrawn": Q(withdrawn__isnull=False),
    "every": Q(),
}


def _between(rows: QuerySet[Row], time: str, wanted: Wanted) -> QuerySet[Row]:
    if wanted.since is not None:
        rows = rows.filter(**{f"{time}__gte": wanted.since})
    return rows if wanted.until is None else rows.filter(**{f"{time}__lt": wanted.until})


def _alike(rows: QuerySet[Row], wanted: Wanted, *names: str) -> QuerySet[Row]:
    asked = {name: value for name in names if (value := getattr(wanted, name))}
    return _of_team(rows.filter(**asked), wanted)


def _of_team(rows: QuerySet[Row], wanted: Wanted) -> QuerySet[Row]:
    return rows if wanted.team is None else rows.filter(agent__in=wanted.team)


def _indexed(rows: QuerySet[Row], agents: list[str] | None, wanted: Wanted, other: str) -> QuerySet[Row]:
    """The rows of one agent or of one other value, which an index has by time."""
    agent = agents[0] if agents is not None and len(agents) == 1 else wanted.agent
    if agent:
        return rows.filter(agent=agent)
    value = getattr(wanted, other)
    return rows.filter(**{other: value}) if value else rows
