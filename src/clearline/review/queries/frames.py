"""The calls that a sample is drawn from: those of people, over and evaluated, in which something was said."""

from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.models import Call


def frame(calls: QuerySet[Call], since: Instant, until: Instant, team: str) -> QuerySet[Call]:
    """Of these calls, those of a period and, where one is named, of a team."""
    rows = calls.filter(state=Call.State.EVALUATED, ended__gte=since, ended__lt=until, utterances__gt=0)
    rows = rows.exclude(agent="").exclude(agent_kind="ai")
    if not team:
        return rows
    return rows.filter(agent__in=Person.objects.filter(team__uid=team).exclude(agent=None).values("agent"))
