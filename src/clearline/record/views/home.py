"""Everybody's own page: what the day is like, as far as their role goes, and what to do next."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.engine.events import Instant
from clearline.people import queries as people
from clearline.people.models import Person, Role
from clearline.people.needs import needs, who
from clearline.record.filters import day_start
from clearline.record.judging import judging
from clearline.record.models import Duty, Finding
from clearline.record.queries import days, staff
from clearline.record.views.charts import WEEKS, findings_by_week
from clearline.record.views.telling import place
from clearline.ui.clock import now
from clearline.ui.wording import moment

Told = dict[str, Any]
Beside = Callable[[Person, Instant], tuple[str, Told] | None]
"""What a room above has to say to somebody: a template and what it shows, or nothing."""
RECENT: Final = 4 * days.WEEK


@needs("open the console")
@require_safe
@never_cache
def home(request: HttpRequest, beside: Sequence[Beside]) -> HttpResponse:
    asks, at = who(request), now()
    today = moment(at).date()
    told = {
        "now": at,
        "beside": [said for one in beside if (said := one(asks, at)) is not None],
        "today": today.isoformat(),
        "until": (today - timedelta(days=1)).isoformat(),
        "week_ago": (today - timedelta(days=7)).isoformat(),
        **_TOLD[Role(asks.role)](asks, at, day_start(today)),
    }
    return render(request, f"record/home_{asks.role}.html", told)


def _agent(who: Person, at: Instant, midnight: Instant) -> Told:
    return {**_day(who, at, midnight), **_open(who, at)}


def _supervisor(who: Person, at: Instant, midnight: Instant) -> Told:
    calls = days.calls_by_agent(who, midnight, at)
    found = days.findings_by_agent(who, midnight - days.WEEK)
    names = dict(staff.agents(who)) | staff.names(who, {*calls, *found})
    team = [(agent, name, calls.get(agent, 0), found.get(agent, 0)) for agent, name in names.items()]
    team.sort(key=lambda one: (-one[3], -one[2], one[1]))
    return {**_day(who, at, midnight), **_open(who, at), **_weeks(who, midnight), "team": team}


def _analyst(who: Person, at: Instant, midnight: Instant) -> Told:
    return {**_day(who, at, midnight), **_open(who, at), **_weeks(who, midnight)}


def _officer(who: Person, at: Instant, midnight: Instant) -> Told:
    told = {**_day(who, at, midnight), **_open(who, at), **_weeks(who, midnight)}
    return {**told, "evidence": days.evidence(), "proposals": people.proposals(who)}


def _auditor(who: Person, at: Instant, midnight: Instant) -> Told:
    told = {**_day(who, at, midnight), **_open(who, at), "evidence": days.evidence()}
    return {**told, "rules": len(judging().rulebook.rules)}


def _administrator(who: Person, at: Instant, midnight: Instant) -> Told:  # noqa: ARG001 # no calls, no day
    known = people.people(who)
    counts = [(role.label, known.filter(role=role, is_active=True).count()) for role in Role]
    return {
        "roles": counts,
        "here": sum(count for _, count in counts),
        "left": known.filter(is_active=False).count(),
        "health": days.health(at),
        "evidence": days.evidence(),
    }


_TOLD: Final[dict[Role, Callable[[Person, Instant, Instant], Told]]] = {
    Role.AGENT: _agent,
    Role.SUPERVISOR: _supervisor,
    Role.ANALYST: _analyst,
    Role.OFFICER: _officer,
    Role.AUDITOR: _auditor,
    Role.ADMINISTRATOR: _administrator,
}


def _day(who: Person, at: Instant, midnight: Instant) -> Told:
    """The calls of today, and what was found since midnight."""
    found = days.standing(who).filter(at__gte=midnight, at__lte=at)
    return {"balance": days.balance(who, midnight, at + 1), "found": found.count()}


def _open(who: Person, at: Instant) -> Told:
    """What waits: findings to look at, questions, duties."""
    due, since = days.due(who, at), at - RECENT
    return {
        "findings": _named(days.newest(days.standing(who), since)),
        "asked": _named(days.newest(days.questions(who), since)),
        "questions": _told(days.counted(days.questions(who))),
        "duties": _named(due.soonest),
        "overdue": _told(due.overdue),
        "soon": _told(due.within_a_day),
    }


def _weeks(who: Person, midnight: Instant) -> Told:
    """The weeks up to last night: they change no more, so that their drawing is made once a day."""
    first = midnight - WEEKS * days.WEEK
    tallies = days.by_week(who, first, midnight)
    titles = judging().rulebook.rules
    broken = [
        (rule, titles[rule].title if rule in titles else rule, severity, counts, total)
        for rule, severity, counts, total in days.rules_most_broken(tallies, WEEKS)
    ]
    return {
        "chart": findings_by_week(tallies, first) if tallies else None,
        "broken": broken[: days.NEXT],
        "since": moment(first).date().isoformat(),
    }


def _named(rows: Sequence[Finding] | Sequence[Duty]) -> list[tuple[Finding | Duty, str, tuple[str, str]]]:
    """Each with the title of its rule, and what it is on."""
    rules = judging().rulebook.rules
    return [
        (one, rules[one.rule].title if one.rule in rules else one.rule, place(one.timeline)) for one in rows
    ]


def _told(count: int) -> int | str:
    return f"over {days.COUNTED:,}" if count > days.COUNTED else count
