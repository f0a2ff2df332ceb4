"""What there is to show: documents, people and courses as events, and rules by having come up and been judged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Count, Max, QuerySet

from clearline.audits.models import Trial
from clearline.audits.programme.trying import WINDOW
from clearline.engine.durations import Calendar, parse_span, reach, read_instant
from clearline.engine.events import Instant
from clearline.people.models import Person, Role
from clearline.record.models import Event, Finding, Timeline
from clearline.record.models.judged import ASKED
from clearline.record.watching import read
from clearline.review.triage.queries import upheld

UTC: Final = Calendar()
GIVEN: Final = {"document.adopted": "document", "person.appointed": "task"}
TAKEN: Final = {"document.withdrawn": "document", "person.released": "task"}
PASSED: Final = "course.passed"
WEB: Final = ("https://", "http://")  # what a page may link to, whoever sent it


class Proof(NamedTuple):
    """A piece of evidence: an event, and up to when it is young enough."""

    at: Instant
    until: Instant
    title: str
    who: str  # the person who answers for a task; else nobody
    link: str
    entry: int  # in the log
    left: bool = False  # that person works here no more


class Fired(NamedTuple):
    """What a rule found in the last 30 days."""

    findings: int = 0
    questions: int = 0
    last: Instant | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that there is to show at an instant."""

    at: Instant
    given: Mapping[str, list[Proof]]  # control -> evidence that was not withdrawn, the oldest first
    withdrawn: Mapping[str, Instant]  # control -> when, where nothing came after it
    passed: Mapping[str, Mapping[str, list[tuple[Instant, int]]]]  # course -> agent -> when, and its entry
    agents: Mapping[str, tuple[str, Instant | None]]  # who takes calls: name, and since when we know them
    trials: Mapping[str, Trial]
    fired: Mapping[str, Fired]


def gathered(spans: Mapping[str, str], at: Instant) -> Evidence:
    """Reads it; `spans` says how long evidence of a control lasts."""
    given, withdrawn = _given(spans, at)
    return Evidence(
        at,
        given,
        withdrawn,
        _passed(at),
        _agents(),
        {row.rule: row for row in Trial.objects.all()},
        _fired(at),
    )


def lasting(at: Instant, span: str) -> Instant:
    """Up to when evidence of an instant is young enough."""
    return reach(at, parse_span(span), UTC)


def _given(spans: Mapping[str, str], at: Instant) -> tuple[dict[str, list[Proof]], dict[str, Instant]]:
    people = {str(uid): (name, active) for uid, name, active in _people()}
    found: dict[str, list[Proof]] = defaultdict(list)
    withdrawn: dict[str, Instant] = {}
    for kind, when, entry, data in _events([*GIVEN, *TAKEN], at):
        name = str(data.get((GIVEN | TAKEN)[kind], ""))
        if name not in spans:
            continue
        if kind in TAKEN:
            found[name] = [one._replace(until=min(one.until, when)) for one in found[name]]
            withdrawn[name] = when
            continue
        withdrawn.pop(name, None)
        who = str(data.get("person", ""))
        told, active = people.get(who, (who, True))
        until = min(
            lasting(when, spans[name]), read_instant(data.get("until"), UTC) or lasting(when, spans[name])
        )
        title, link = str(data.get("title", "")), str(data.get("link", ""))
        link = link if link.startswith(WEB) else ""
        found[name].append(Proof(when, until, title, told, link, entry, not active))
    return found, withdrawn


def _passed(at: Instant) -> dict[str, dict[str, list[tuple[Instant, int]]]]:
    found: dict[str, dict[str, list[tuple[Instant, int]]]] = defaultdict(lambda: defaultdict(list))
    rows = Event.objects.filter(type=PASSED, at__lte=at, body__isnull=False).order_by("at", "pk")
    for body, entry in rows.values_list("body", "entry"):
        event = read(bytes(body or b""))
        found[str(event.data.get("course", ""))][event.subjects.get("agent", "")].append((event.at, entry))
    return found


def _events(types: Iterable[str], at: Instant) -> Iterable[tuple[str, Instant, int, Mapping[str, Any]]]:
    rows = Event.objects.filter(type__in=list(types), at__lte=at, body__isnull=False).order_by("at", "pk")
    for kind, when, entry, body in rows.values_list("type", "at", "entry", "body"):
        yield kind, when, entry, read(bytes(body or b"")).data


def _people() -> Iterable[tuple[Any, str, bool]]:
    return Person.objects.values_list("uid", "name", "is_active")


def _agents() -> dict[str, tuple[str, Instant | None]]:
    """Everybody who takes calls here today."""
    rows = Person.objects.filter(role=Role.AGENT, is_active=True).exclude(agent=None)
    names = {agent: name for agent, name in rows.values_list("agent", "name") if agent}
    first = dict(
        Timeline.objects.filter(kind="agent", subject__in=list(names)).values_list("subject", "first")
    )
    return {agent: (name, first.get(agent)) for agent, name in names.items()}


def findings(since: Instant, until: Instant) -> QuerySet[Finding]:
    """Findings after an instant, as people have left them standing."""
    return upheld().filter(at__gt=since, at__lte=until)


def _fired(at: Instant) -> dict[str, Fired]:
    rows = findings(at - WINDOW, at).order_by().values_list("rule").annotate(Count("pk"), Max("at"))
    found = {rule: Fired(count, 0, last) for rule, count, last in rows}
    asked = Finding.objects.filter(ASKED, at__gt=at - WINDOW, at__lte=at)
    for rule, count in asked.order_by().values_list("rule").annotate(Count("pk")):
        found[rule] = found.get(rule, Fired())._replace(questions=count)
    return found
