"""Legal holds: while one stands, nothing in its scope is deleted or erased."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from clearline.engine.events import Instant
from clearline.evidence.actions import lock
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import deeds
from clearline.record.errors import RefusedError
from clearline.record.models import EventOn, Hold, Timeline

SUBJECTS: Final = ("contact", "call", "order", "agent")
PERIOD: Final = "period"


@dataclass(slots=True)
class Held:
    """Timelines that are held, by the hold that stands on each."""

    by: dict[int, Hold] = field(default_factory=dict)

    def __contains__(self, timeline: int) -> bool:
        return timeline in self.by


def holds(who: Person) -> QuerySet[Hold]:
    """All holds, those that stand first."""
    found = Hold.objects.select_related("timeline", "placed_by", "released_by").order_by(
        F("released").desc(nulls_first=True), "-placed"
    )
    return found if may(who, "see rights requests") else found.none()


def placed(
    by: Person, scope: str, subject: str, period: tuple[Instant, Instant] | None, reason: str, at: Instant
) -> Hold:
    """A hold on a contact, call, order or agent by its id, or on all that happened in a period."""
    if not may(by, "place holds"):
        raise RefusedError("only an officer places holds")
    if not reason.strip():
        raise RefusedError("a hold needs a reason")
    timeline = None
    if scope == PERIOD:
        if period is None or period[0] > period[1]:
            raise RefusedError("a period has a first and a last day, in this order")
    elif scope in SUBJECTS:
        timeline = Timeline.objects.filter(kind=scope, subject=subject).first()
        if timeline is None:
            raise RefusedError(f"there is no {scope} of that id")
    else:
        raise RefusedError(f"a hold is on one of: {', '.join((*SUBJECTS, PERIOD))}")
    with transaction.atomic():
        lock()  # a deletion that runs is over before, or sees this hold
        since, until = period if scope == PERIOD and period else (None, None)
        hold = Hold(
            scope=scope,
            timeline=timeline,
            since=since,
            until=until,
            reason=reason.strip(),
            placed=at,
            placed_by=by,
            secret=deeds.new_secret(),
        )
        hold.entry = deeds.enter(deeds.placed(hold)).start
        hold.save(force_insert=True)
    return hold


def released(by: Person, hold: Hold, why: str, at: Instant) -> Hold:
    """Ends a hold; what is due for deletion goes with the next run."""
    if not may(by, "place holds"):
        raise RefusedError("only an officer releases holds")
    if not why.strip():
        raise RefusedError("say why the hold ends")
    with transaction.atomic():
        lock()
        hold = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
        if hold.released is not None:
            return hold
        hold.released, hold.released_by, hold.released_why = at, by, why.strip()
        hold.released_entry = deeds.enter(deeds.released(hold)).start
        hold.save(update_fields=["released", "released_by", "released_why", "released_entry"])
    return hold


def held(timelines: Collection[Timeline]) -> Held:
    """Which of these timelines a hold stands on: on themselves, on one that shares an event with them, or on their time."""
    found = Held()
    standing = list(Hold.objects.filter(released=None))
    if not standing:
        return found
    named = {one.timeline_id: one for one in standing if one.timeline_id is not None}
    shared = EventOn.objects.filter(
        timeline__in=[one.pk for one in timelines], event__places__timeline__in=list(named)
    )
    for pk, other in shared.values_list("timeline", "event__places__timeline").distinct():
        if other in named:
            found.by[pk] = named[other]
    of_contacts = {
        hold.timeline.contact_id: hold
        for hold in Hold.objects.filter(pk__in=[h.pk for h in standing], scope="contact").select_related(
            "timeline"
        )
        if hold.timeline is not None and hold.timeline.contact_id is not None
    }
    for one in timelines:
        if one.contact_id in of_contacts:
            found.by[one.pk] = of_contacts[one.contact_id]
        for hold in standing:
            if hold.timeline_id == one.pk or _meets(hold, one):
                found.by[one.pk] = hold
    return found


def _meets(hold: Hold, timeline: Timeline) -> bool:
    if hold.since is None or hold.until is None or timeline.first is None or timeline.last is None:
        return False
    return timeline.first <= hold.until and hold.since <= timeline.last
