"""Has a corrective action helped? Calls with a finding of its rule, before it was opened and since it was done."""

from typing import Final

import msgspec

from clearline.audits.models import Action
from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.record.models import Call
from clearline.review.triage.queries import upheld
from clearline.statistics.compared import Effect, difference, effect
from clearline.statistics.intervals import Estimate

BEFORE: Final = 56 * 86_400 * SECOND  # of calls before it was opened that are compared


class Check(msgspec.Struct, frozen=True):
    """What the calls show: how many of them had a finding, before and after."""

    at: Instant
    before: tuple[int, int]  # calls with a finding, calls
    after: tuple[int, int]
    effect: Effect

    @property
    def difference(self) -> Estimate | None:
        """The share after less the share before; None where there are no calls on one side."""
        return difference(self.before, self.after) if self.before[1] and self.after[1] else None


def look(action: Action, at: Instant) -> Check:
    """Compares the calls of its team, or of all, in the eight weeks before it was opened with those since it was completed."""
    before = _counted(action, action.opened - BEFORE, action.opened)
    after = _counted(action, action.completed or at, at)
    return Check(at, before, after, effect(before, after))


def _counted(action: Action, since: Instant, until: Instant) -> tuple[int, int]:
    calls = Call.objects.filter(started__gte=since, started__lt=until, state=Call.State.EVALUATED)
    if action.team:
        agents = Person.objects.filter(team__name=action.team).exclude(agent=None).values("agent")
        calls = calls.filter(agent__in=agents)
    broken = upheld().filter(rule=action.rule, timeline__call__in=calls)
    return broken.values("timeline").distinct().count(), calls.count()
