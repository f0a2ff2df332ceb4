"""What officers decide about keeping, and the job that deletes."""

from collections.abc import Callable, Sequence

from django.db import transaction

from clearline.engine.durations import parse_span
from clearline.engine.errors import SentenceError
from clearline.engine.events import Instant
from clearline.evidence.actions import lock
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record import deeds, jobs
from clearline.record.errors import RefusedError
from clearline.record.models import Job, RetentionChoice, Timeline
from clearline.record.recordings.strays import strays
from clearline.record.retention.classes import AREAS, classes
from clearline.record.retention.keepers import Keeper, keepers
from clearline.record.retention.keeping import Schedule, chunks, disagreements, due
from clearline.record.retention.scrubbing import Part, scrub, sweep
from clearline.rulebook.rulebook import Rulebook

DELETE, SWEEP = "retention.delete", "record.sweep"  # kinds of jobs
AT_ONCE = 100  # timelines in a transaction


def decided(
    by: Person,
    rulebook: Rulebook,
    *,
    klass: str,
    area: str,
    span: str,
    overruled: Sequence[str],
    reason: str,
    at: Instant,
) -> RetentionChoice:
    """How long a class is kept in an area. Each limit that this goes against is named, and the reason stays on record."""
    if not may(by, "set retention"):
        raise RefusedError("only an officer decides how long records are kept")
    if klass not in classes() or area not in AREAS:
        raise RefusedError("there is no such class of record, or no such area")
    try:
        parse_span(span)
    except SentenceError as error:
        raise RefusedError(str(error)) from None
    if not reason.strip():
        raise RefusedError("a decision needs its reason")
    against = disagreements(classes()[klass], area, span, Schedule(rulebook), at)
    silent = [one for one in against if one.id not in overruled]
    if silent:
        laws = " ".join(f"{one.law} ({one.cite})" for one in silent)
        raise RefusedError(
            f"{span} goes against the law as we know it: {laws} Choose otherwise, or overrule it by name."
        )
    made = RetentionChoice(
        klass=klass,
        area=area,
        span=span,
        overruled=sorted(one.id for one in against),
        reason=reason.strip(),
        at=at,
        by=by,
        secret=deeds.new_secret(),
    )
    with transaction.atomic():
        made.entry = deeds.enter(deeds.decided(made)).start
        made.save(force_insert=True)
    return made


def asked_to_delete(by: Person, until: Instant, at: Instant) -> Job:
    """Leaves the deletion of all that was due at an instant, which somebody has looked at, to a worker."""
    if not may(by, "set retention"):
        raise RefusedError("only an officer has records deleted")
    if until > at:
        raise RefusedError("what will be due is not deleted before it is")
    return jobs.ask(DELETE, {"until": until, "by": by.pk}, at)


def deleting(rulebook: Callable[[], Rulebook]) -> jobs.Kind:
    """The job that deletes what was due, batch by batch; done twice it finds nothing left."""

    def delete(work: jobs.Work) -> None:
        until, by = work.args["until"], Person.objects.get(pk=work.args["by"])
        schedule = Schedule(rulebook())
        parts = [one.part for one in due(schedule, until)]
        for number, some in enumerate(chunks(parts, AT_ONCE)):
            with work.holding():
                delete_batch(some, by, until, rulebook(), work.clock())
            work.hold(min(1.0, (number + 1) * AT_ONCE / max(1, len(parts))))
        others = sum(_delete_others(keeper, by, until, rulebook, work) for keeper in keepers().values())
        if parts or others:
            jobs.ask(SWEEP, {}, work.clock())

    return delete


def _delete_others(
    keeper: Keeper, by: Person, until: Instant, rulebook: Callable[[], Rulebook], work: jobs.Work
) -> int:
    """The same of what stands on no timeline; how many there were."""
    found = keeper.keepings(Schedule(rulebook()), until)
    keys = [one.part.timeline.pk for one in found if one.state(until) == "due"]
    gone = 0
    for some in chunks(keys, AT_ONCE):
        with work.holding():
            gone += keeper.deleted(some, Schedule(rulebook()), until, by, work.clock())
    return gone


def delete_batch(
    parts: Sequence[Part], by: Person | None, until: Instant, rulebook: Rulebook, at: Instant
) -> int:
    """Deletes those that are still due: a hold or a choice may have come meanwhile; how many there were."""
    with transaction.atomic():
        lock()
        locked = Timeline.objects.select_for_update(of=("self",)).select_related("contact")
        rows = {one.pk: one for one in locked.filter(pk__in={part.timeline.pk for part in parts})}
        schedule = Schedule(rulebook)
        still = [
            one.part
            for klass in {part.klass.id: part.klass for part in parts}.values()
            for one in schedule.keeping(
                [
                    rows[part.timeline.pk]
                    for part in parts
                    if part.klass is klass and part.timeline.pk in rows
                ],
                klass,
            )
            if one.state(until) == "due"
        ]
        if still:
            scrub(still, by, "retention", at)
        return len(still)


def sweeping(work: jobs.Work) -> None:
    """The job that makes the disk forget what was deleted; files of recordings, too, that outlived their rows."""
    for path in strays(work.clock()):
        path.unlink(missing_ok=True)
    sweep([model for keeper in keepers().values() for model in keeper.swept])
