"""Calls by week: how many were evaluated, and on how many which rule was broken; of everybody, each team, each campaign.

Weeks begin on Monday where the shop is. A finding counts in the week of its call.
"""

from collections import Counter
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count

from clearline.engine.events import Instant
from clearline.people.models import Person, Team
from clearline.record.days import bounds, day_of
from clearline.record.models import Call
from clearline.review.triage.queries import upheld


class Kind(StrEnum):
    """Whose calls are taken together."""

    ALL = "all"
    TEAM = "team"
    CAMPAIGN = "campaign"


class Scope(NamedTuple):
    """Calls that are taken together: of everybody, of a team (its uid), of a campaign (its id)."""

    kind: Kind
    name: str = ""


ALL = Scope(Kind.ALL)


class Week(NamedTuple):
    """Counts of one week."""

    monday: Instant
    calls: Counter[Scope]
    broken: Counter[tuple[str, Scope]]  # calls, by rule and scope


def monday(at: Instant, weeks: int = 0) -> Instant:
    """When the week began in which an instant lies, so many weeks earlier (or, below 0, later)."""
    day = day_of(at)
    return bounds(day - timedelta(days=day.weekday(), weeks=weeks))[0]


def counted(at: Instant, weeks: int, known: Instant | None = None) -> list[Week]:
    """The whole weeks before the one that is running, the oldest first; findings that were raised after `known` do not count."""
    teams = _teams()
    return [_week(monday(at, back), monday(at, back - 1), teams, known) for back in range(weeks, 0, -1)]


def week_of(at: Instant) -> Week:
    """The week in which an instant lies, as it stands now."""
    return _week(monday(at), monday(at, -1), _teams(), None)


def names() -> dict[Scope, str]:
    """How teams are called."""
    return {Scope(Kind.TEAM, str(team.uid)): team.name for team in Team.objects.all()}


def _week(since: Instant, until: Instant, teams: dict[str, str], known: Instant | None) -> Week:
    week = Week(since, Counter(), Counter())
    calls = Call.objects.filter(started__gte=since, started__lt=until)
    evaluated = calls.filter(state=Call.State.EVALUATED).values_list("agent", "campaign")
    for agent, campaign, count in evaluated.annotate(count=Count("pk")).order_by():
        for scope in _scopes(agent, campaign, teams):
            week.calls[scope] += count
    found = upheld().filter(timeline__call__started__gte=since, timeline__call__started__lt=until)
    if known is not None:
        found = found.filter(raised__lt=known)
    rows = found.values_list("rule", "timeline__call__agent", "timeline__call__campaign")
    for rule, agent, campaign, count in rows.annotate(count=Count("timeline", distinct=True)).order_by():
        for scope in _scopes(agent, campaign, teams):
            week.broken[rule, scope] += count
    return week


def _scopes(agent: str, campaign: str, teams: dict[str, str]) -> list[Scope]:
    found = [ALL]
    if agent in teams:
        found.append(Scope(Kind.TEAM, teams[agent]))
    if campaign:
        found.append(Scope(Kind.CAMPAIGN, campaign))
    return found


def _teams() -> dict[str, str]:
    """Agent -> the uid of the team they are in today: who changed it takes their calls along."""
    rows = Person.objects.filter(team__isnull=False, agent__isnull=False).values_list("agent", "team__uid")
    return {agent: str(team) for agent, team in rows if agent}
