"""Originals of recordings: whether any are kept, sealed, is what an officer decides of their class; by itself none is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from clearline.engine.events import SECOND, Instant
from clearline.evidence.actions import lock
from clearline.people.models import Person
from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.models import Recording, Timeline
from clearline.record.recordings import actions
from clearline.record.retention.classes import classes
from clearline.record.retention.holds import held
from clearline.record.retention.keepers import Keeper
from clearline.record.retention.keeping import Keeping, Schedule, chunks
from clearline.record.retention.scrubbing import Part

KLASS: Final = "originals"
_DAY: Final = 86_400 * SECOND
_AT_ONCE: Final = 500  # rows in memory


def kept_until(call: str, at: Instant) -> Instant | None:
    """Until when an original that came at that instant is kept; None where nobody decided that it is."""
    schedule = Schedule(judging().rulebook)
    until, _ = schedule.span(classes()[KLASS], schedule.facts(_of(call)), at)
    return until


def letting_go(work: jobs.Work) -> None:
    """The job that destroys an original when its time is over; a hold on the call keeps it from day to day."""
    row = _kept().filter(uid=work.args["uid"]).first()
    if row is None:
        return
    at = work.clock()
    with work.holding():
        lock()  # a hold that is placed now is seen, or comes later
        if held([_of(row.call)]).by:
            jobs.ask(actions.LET_GO, {"uid": row.uid}, at + _DAY)
        elif (row.sealed_until or 0) <= at:
            actions.let_go_original(row, Recording.Original.NOT_KEPT, "its time is over", at)
            row.save()


def keepings(schedule: Schedule, now: Instant) -> Iterator[Keeping]:
    """Every original whose time is over, the oldest first: mostly those that a hold keeps."""
    for one in _keepings(schedule, _kept().order_by("received", "pk")):
        if one.state(now) != "kept":
            yield one


def deleted(keys: Sequence[int], schedule: Schedule, until: Instant, by: Person, at: Instant) -> int:
    """Destroys those of these originals that are still due; how many there were."""
    with transaction.atomic():
        lock()
        rows = {row.pk: row for row in _kept().select_for_update().filter(pk__in=keys)}
        found = _keepings(schedule, rows.values())
        due = [rows[one.part.timeline.pk or 0] for one in found if one.state(until) == "due"]
        for row in due:
            actions.let_go_original(row, Recording.Original.NOT_KEPT, "retention", at, str(by.uid))
            row.save()
        return len(due)


def _kept() -> QuerySet[Recording]:
    return Recording.objects.filter(original=Recording.Original.SEALED)


def _keepings(schedule: Schedule, rows: Iterable[Recording]) -> Iterator[Keeping]:
    klass = classes()[KLASS]
    for some in chunks(rows, _AT_ONCE):
        for row in some:
            timeline = _of(row.call)
            facts = schedule.facts(timeline)
            chosen, laws = schedule.span(klass, facts, row.received)
            ends = [one for one in (row.sealed_until, chosen) if one is not None]
            hold = next((one.reason for one in held([timeline]).by.values()), "")
            # It stands on no timeline of its own: this one is never stored, and says which is meant.
            itself = Timeline(pk=row.pk, kind="recording", subject=row.uid)
            yield Keeping(Part(itself, klass), facts.area, row.received, min(ends), laws, hold)


def _of(call: str) -> Timeline:
    """The timeline of a call; a stand-in where no event of it has come."""
    found = Timeline.objects.select_related("contact", "call").filter(kind="call", subject=call).first()
    return found or Timeline(kind="call", subject=call)


KEEPER: Final = Keeper(KLASS, keepings, deleted, (Recording,))
