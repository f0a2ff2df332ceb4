"""Reads of corrective actions."""

from datetime import date

import msgspec
from django.db.models import Q, QuerySet

from clearline.audits.checking import Check
from clearline.audits.models import Action
from clearline.people.models import Person
from clearline.people.permissions import may


def actions(who: Person) -> QuerySet[Action]:
    """All of them for who may see them, and for each their own."""
    rows = Action.objects.select_related("owner", "opened_by", "approved_by", "nonconformity__audit")
    return rows if may(who, "see actions") else rows.filter(owner=who)


def action(who: Person, uid: str) -> Action | None:
    return actions(who).filter(uid=uid).first()


def running(who: Person) -> list[Action]:
    """Those that are not over, the one that is due first at the top."""
    return list(actions(who).exclude(state=Action.State.CLOSED).order_by("due", "uid"))


def over(who: Person) -> list[Action]:
    return list(actions(who).filter(state=Action.State.CLOSED).order_by("-closed")[:50])


def overdue(who: Person, day: date) -> int:
    """How many are overdue."""
    return actions(who).filter(Q(state=Action.State.OPEN), due__lt=day).count()


def checks(action: Action) -> list[Check]:
    """What the calls showed, each time that they were looked at."""
    return [msgspec.convert(one, Check) for one in action.checks]
