"""Reads for the pages of keeping: limits beside decisions, and what is due."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from clearline.engine.durations import parse_span, reach
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.models import Deletion, Hold, RetentionChoice
from clearline.record.retention.classes import AREAS, CALENDAR, Klass, Limit, classes
from clearline.record.retention.holds import holds
from clearline.record.retention.keepers import all_keepings
from clearline.record.retention.keeping import Keeping, Schedule, in_area
from clearline.rulebook.rulebook import Rulebook

SHOWN = 50


class Asked(NamedTuple):
    """A limit, with the dates that it means for a record of today."""

    limit: Limit
    least: Instant | None
    most: Instant | None


class Row(NamedTuple):
    """A class in an area: what laws ask, whether they disagree, and what the shop decided."""

    area: str
    name: str
    asked: list[Asked]
    disagree: bool
    choice: RetentionChoice | None
    until: Instant | None


def table(who: Person, rulebook: Rulebook, now: Instant) -> list[tuple[Klass, list[Row]]]:
    """Every class, with a row for each area that the shop has to do with."""
    if not may(who, "see settings"):
        return []
    schedule = Schedule(rulebook)
    areas = [area for area in AREAS if area in schedule.areas]
    return [(klass, [row(schedule, klass, area, now) for area in areas]) for klass in classes().values()]


def row(schedule: Schedule, klass: Klass, area: str, now: Instant) -> Row:
    """One of them."""
    asked = [
        Asked(
            one,
            reach(now, one.least, CALENDAR) if one.least else None,
            reach(now, one.most, CALENDAR) if one.most else None,
        )
        for one in in_area(klass, area, schedule)
    ]
    choice = schedule.choices.get((klass.id, area))
    until = reach(now, parse_span(choice.span), CALENDAR) if choice else None
    return Row(area, AREAS[area], asked, _disagree(asked), choice, until)


@dataclass(slots=True)
class Preview:
    """What a deletion would do now: how many of which state, by class, and the oldest of each."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[tuple[str, Keeping]] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(count for (_, state), count in self.counts.items() if state == "due")

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        return [
            (classes()[klass].title, state, count) for (klass, state), count in sorted(self.counts.items())
        ]


def preview(who: Person, rulebook: Rulebook, now: Instant) -> Preview:
    """Looks at everything whose time may be over."""
    found = Preview()
    if not may(who, "see settings"):
        return found
    schedule = Schedule(rulebook)
    for klass in classes().values():
        for one in all_keepings(schedule, now, klass):
            state = one.state(now)
            found.counts[klass.id, state] += 1
            if len(found.first) < SHOWN:
                found.first.append((state, one))
    return found


def deletions(who: Person) -> list[Deletion]:
    """The latest batches."""
    found = Deletion.objects.select_related("by").order_by("-pk")
    return list(found[:SHOWN]) if may(who, "see settings") else []


def hold(who: Person, uid: UUID) -> Hold:
    """One hold; Hold.DoesNotExist where it is not theirs to see."""
    return holds(who).get(uid=uid)


def _disagree(asked: list[Asked]) -> bool:
    """Whether one wants it kept when another wants it gone, or wants a figure that is not the other's."""
    longest = max((one.least for one in asked if one.least is not None), default=None)
    if longest is None:
        return False
    return any(one.most < longest if one.most is not None else one.least is None for one in asked)
