"""How long answers of the gate are kept that no call came of: refused, checked, given back. Calls are kept as events are."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.evidence.actions import done, lock
from clearline.gate import attempts
from clearline.gate.models import Decision
from clearline.gate.room import FORGOTTEN, MADE
from clearline.people.models import Person
from clearline.record.identities import NAMELESS
from clearline.record.models import ContactPoint, Hold, Timeline
from clearline.record.retention.classes import Klass, classes
from clearline.record.retention.keepers import Keeper
from clearline.record.retention.keeping import Keeping, Schedule, chunks
from clearline.record.retention.scrubbing import Part

KIND: Final = "decision"
KLASS: Final = "decisions"
_AT_ONCE: Final = 500  # rows in memory


def keepings(schedule: Schedule, now: Instant) -> Iterator[Keeping]:
    """Every decision whose chosen time may be over, the oldest first."""
    shortest = schedule.shortest.get(KLASS)
    if shortest is None:
        return
    rows = _kept().filter(asked__lt=now - shortest).order_by("asked", "pk")
    for one in _keepings(rows, schedule):
        if one.state(now) != "kept":
            yield one


def deleted(keys: Sequence[int], schedule: Schedule, until: Instant, by: Person, at: Instant) -> int:
    """Forgets those of these decisions that are still due, with one entry in the log; how many there were."""
    with transaction.atomic():
        lock()
        rows = _kept().filter(pk__in=keys).order_by("pk")
        due = [one.part.timeline for one in _keepings(rows, schedule) if one.state(until) == "due"]
        if due:
            told = {"why": "retention", "by": str(by.uid), "decisions": [one.subject for one in due]}
            done("decisions.deleted", str(by.uid), told, at)
            Decision.objects.filter(pk__in=[one.pk for one in due]).update(**FORGOTTEN)
        return len(due)


def _kept() -> QuerySet[Decision]:
    return Decision.objects.exclude(state__in=MADE).exclude(body=None)


def _keepings(rows: QuerySet[Decision], schedule: Schedule) -> Iterator[Keeping]:
    klass, standing = classes()[KLASS], _standing()
    for some in chunks(rows.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        yield from (_keeping(row, klass, schedule, standing) for row in some)


def _keeping(row: Decision, klass: Klass, schedule: Schedule, standing: "_Standing") -> Keeping:
    told = msgspec.json.decode(bytes(row.body or b""), type=attempts.Decision)
    facts = schedule.facts_of(told.facts.get("places", ()), row.purpose)
    until, laws = schedule.span(klass, facts, row.asked)
    # It stands on no timeline of its own: this one is never stored, and says which decision is meant.
    itself = Timeline(pk=row.pk, kind=KIND, subject=row.uid)
    return Keeping(Part(itself, klass), facts.area, row.asked, until, laws, standing.reason(row))


class _Standing(NamedTuple):
    """The holds that stand, as far as a decision can be concerned by one."""

    periods: Sequence[Hold]
    subjects: dict[tuple[str, str], str]  # kind and subject -> the reason
    numbers: dict[str, str]  # of contacts that are held

    def reason(self, row: Decision) -> str:
        """Why a decision may not be deleted; empty where it may."""
        named = (("contact", row.contact), ("contact", NAMELESS + row.number), ("call", row.call))
        found = [self.subjects.get(one, "") for one in (*named, ("agent", row.agent))]
        found.append(self.numbers.get(row.number, ""))
        found += [
            one.reason for one in self.periods if (one.since or 0) <= row.asked and row.at <= (one.until or 0)
        ]
        return next(filter(None, found), "")


def _standing() -> _Standing:
    holds = list(Hold.objects.filter(released=None).select_related("timeline"))
    subjects, contacts = {}, {}
    for one in holds:
        if one.timeline is not None:
            subjects[one.timeline.kind, one.timeline.subject] = one.reason
            if one.scope == "contact" and one.timeline.contact_id is not None:
                contacts[one.timeline.contact_id] = one.reason
    points = ContactPoint.objects.filter(contact__in=list(contacts), kind=ContactPoint.Kind.PHONE)
    numbers = {value: contacts[contact] for value, contact in points.values_list("value", "contact")}
    return _Standing([one for one in holds if one.timeline is None], subjects, numbers)


KEEPER: Final = Keeper(KLASS, keepings, deleted, (Decision,))
