"""How often rules fired, as far as somebody may see it; counted at most once a minute."""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from django.db.models import Count, F, QuerySet

from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Finding
from clearline.record.queries import reach

MINUTE = 60 * SECOND
WEEK = 7 * 24 * 60 * MINUTE
WEEKS = 12
SHOWN = 10  # findings of a rule that its page shows

_MONDAY = 3 * 24 * 60 * MINUTE  # 1970-01-01 was a Thursday
_Agents: TypeAlias = tuple[str, ...] | None  # whose findings count; None: everybody's


class Fired(NamedTuple):
    """Findings of a week, which begins on that Monday (UTC)."""

    monday: Instant
    findings: int


def counts(who: Person, now: Instant) -> dict[str, int] | None:
    """Rule -> findings of the last twelve weeks; None for whom findings are no business."""
    if not may(who, "see findings"):
        return None
    return dict(_counts(_agents(who), now // MINUTE))


def by_week(who: Person, rule: str, now: Instant) -> list[Fired]:
    """Findings of a rule in each of the last twelve weeks, this one last."""
    return list(_by_week(_agents(who), rule, now // MINUTE))


def by_version(who: Person, rule: str, now: Instant) -> dict[str, int]:
    """Version -> findings that were judged by it, of the last twelve weeks."""
    return dict(_by_version(_agents(who), rule, now // MINUTE))


def last(who: Person, rule: str) -> list[Finding]:
    """The newest findings of a rule on what they may see."""
    rows = reach.findings(who).filter(rule=rule, withdrawn=None, question=False)
    return list(rows.select_related("timeline").order_by("-at", "-pk")[:SHOWN])


def forget() -> None:
    """Everything is counted anew."""
    for counted in (_counts, _by_week, _by_version):
        counted.cache_clear()


def _agents(who: Person) -> _Agents:
    found = reach.agents(who, "see findings")
    return None if found is None else tuple(sorted(found))


@lru_cache(maxsize=256)
def _counts(agents: _Agents, minute: int) -> tuple[tuple[str, int], ...]:
    rows = _since(agents, minute).values_list("rule").annotate(findings=Count("pk"))
    return tuple(rows.order_by())


@lru_cache(maxsize=256)
def _by_week(agents: _Agents, rule: str, minute: int) -> tuple[Fired, ...]:
    rows = _since(agents, minute).filter(rule=rule).annotate(week=(F("at") + _MONDAY) / WEEK)
    found = dict(rows.values_list("week").annotate(findings=Count("pk")).order_by())
    this = (minute * MINUTE + _MONDAY) // WEEK
    weeks = range(this - WEEKS + 1, this + 1)
    return tuple(Fired(week * WEEK - _MONDAY, found.get(week, 0)) for week in weeks)


@lru_cache(maxsize=256)
def _by_version(agents: _Agents, rule: str, minute: int) -> tuple[tuple[str, int], ...]:
    rows = _since(agents, minute).filter(rule=rule).values_list("version").annotate(findings=Count("pk"))
    return tuple(rows.order_by("-version"))


def _since(agents: _Agents, minute: int) -> QuerySet[Finding]:
    """Findings from the Monday on with which the first of the weeks began."""
    first = ((minute * MINUTE + _MONDAY) // WEEK - WEEKS + 1) * WEEK - _MONDAY
    rows = Finding.objects.filter(at__gte=first, withdrawn=None, question=False)
    return rows if agents is None else rows.filter(agent__in=agents)
