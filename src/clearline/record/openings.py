"""What opens the log's entries: for whoever exports a part of the log, or checks all of it."""

from collections.abc import Callable, Iterator
from heapq import merge

from django.db.models import Exists, OuterRef, Q, QuerySet

from clearline.engine.events import Instant
from clearline.evidence import openings as log
from clearline.evidence.errors import NotThere
from clearline.evidence.models import Entry
from clearline.evidence.openings import Chosen, Opening
from clearline.people import acts
from clearline.people.models import Person
from clearline.people.permissions import Reach, reach
from clearline.record import deeds
from clearline.record.models import Event, EventOn, Finding, Timeline
from clearline.record.queries.reach import calls
from clearline.record.rooms import Timelines, rooms
from clearline.seal.commitments import entry_key

EVERYTHING = Q()


def openings(within: range) -> Iterator[Opening]:
    """What opens the entries of a part of the log, in rising order; what was erased is passed over."""
    return merge(
        _events(within),
        _raised(within),
        _withdrawn(within),
        deeds.openings(within),
        acts.openings(within),
        log.deeds(within),
        *(room.openings(within, None) for room in rooms()),
    )


def chosen(what: str, name: str) -> Chosen:
    """A part of the log by its word: log, all, since (microseconds), finding, or a kind of timeline and its subject."""
    if what == "log":
        return log.WHOLE
    if what == "all":
        return everything()
    if what == "since":
        return since(int(name))
    return of_finding(name) if what == "finding" else of_timeline(what, name)


def everything() -> Chosen:
    """The whole log with all content that is still there."""
    return Chosen("all", lambda size: openings(range(size)))


def since(at: Instant) -> Chosen:
    """What was entered from a moment on."""

    def told(size: int) -> Iterator[int]:
        rows = Entry.objects.filter(index__lt=size, at__gte=at).order_by("index")
        return rows.values_list("index", flat=True).iterator()

    def opened(size: int) -> Iterator[Opening]:
        wanted = told(size)
        index = next(wanted, size)
        for one in openings(range(index, size)):
            while index < one.entry:
                index = next(wanted, size)
            if index == one.entry:
                yield one

    return Chosen("a period", opened, told)


def of_timeline(kind: str, subject: str) -> Chosen:
    """All that stands on a call, a contact, an order, …; for a contact on every timeline of theirs."""
    found = Q(kind=kind, subject=subject)
    if kind == "contact":
        found |= Q(contact__subject=subject)
    if not Timeline.objects.filter(found).exists():
        raise NotThere(f"there is no {kind} {subject} in the record")
    timelines = Timeline.objects.filter(found).values("pk")
    standing = Q(pk__in=EventOn.objects.filter(timeline__in=timelines).values("event"))
    judged = Q(timeline__in=timelines)
    return Chosen(f"{kind} {subject}", *_of(standing, judged, Timeline.objects.filter(found)))


def of_timelines(what: str, found: Q) -> Chosen:
    """All that stands on several timelines together."""
    timelines = Timeline.objects.filter(found)
    standing = Q(pk__in=EventOn.objects.filter(timeline__in=timelines.values("pk")).values("event"))
    return Chosen(what, *_of(standing, Q(timeline__in=timelines.values("pk")), timelines))


def of_finding(uid: str) -> Chosen:
    """A finding, with the events of its timeline."""
    rows = Finding.objects.filter(uid=uid)
    if not rows.exists():
        raise NotThere(f"there is no finding {uid} in the record")
    standing = Q(pk__in=EventOn.objects.filter(timeline__in=rows.values("timeline")).values("event"))
    return Chosen(f"finding {uid}", *_of(standing, Q(uid=uid), Timeline.objects.none()))


def seen_by(who: Person, *, singly: bool = False) -> Q:
    """The entries of the log that somebody may know of: all, or those about what they did and about their own calls.

    Singly, each entry is asked about: quick for a few entries. Otherwise their own are gathered first, which is quick
    for a whole log as long as they are few.
    """
    far = reach(who, "see evidence")
    if far is Reach.ALL:
        return Q()
    if far is None:
        return Q(pk__in=[])
    own = calls(who).values("timeline")
    findings = Finding.objects.filter(timeline__in=own)
    if singly:
        events = Q(Exists(calls(who).filter(timeline__standing__event__entry=OuterRef("index"))))
    else:
        events = Q(index__in=EventOn.objects.filter(timeline__in=own).values("event__entry"))
    return (
        Q(actor=str(who.uid))
        | events
        | Q(index__in=findings.values("entry"))
        | Q(index__in=findings.exclude(withdrawn_entry=None).values("withdrawn_entry"))
    )


def _of(
    standing: Q, judged: Q, timelines: Timelines
) -> tuple[Callable[[int], Iterator[Opening]], Callable[[int], Iterator[int]]]:
    """Openings and indices of some events and findings, and of what else there is about some timelines."""

    def opened(size: int) -> Iterator[Opening]:
        within = range(size)
        return merge(
            _events(within, standing),
            _raised(within, judged),
            _withdrawn(within, judged),
            deeds.openings(within, timelines),
            *(room.openings(within, timelines) for room in rooms()),
        )

    def indices(size: int) -> Iterator[int]:
        found = Finding.objects.filter(judged)
        parts = (
            Event.objects.filter(standing, entry__lt=size).values_list("entry", flat=True),
            found.filter(entry__lt=size).values_list("entry", flat=True),
            found.filter(withdrawn_entry__lt=size).values_list("withdrawn_entry", flat=True),
        )
        streams = (sorted(entry for entry in rows.iterator() if entry is not None) for rows in parts)
        above = (room.indices(range(size), timelines) for room in rooms())
        return merge(*streams, deeds.indices(range(size), timelines), *above)

    return opened, indices


def _events(within: range, some: Q = EVERYTHING) -> Iterator[Opening]:
    rows = Event.objects.filter(some, entry__gte=within.start, entry__lt=within.stop)
    known = rows.exclude(body=None).exclude(owner__secret=None).order_by("entry")
    told = known.values_list("entry", "owner__secret", "source", "name", "body")
    for entry, secret, source, name, body in told.iterator():
        yield Opening(entry, entry_key(bytes(secret or b""), f"event {source}/{name}"), bytes(body or b""))


def _raised(within: range, some: Q = EVERYTHING) -> Iterator[Opening]:
    rows = _known(some).filter(entry__gte=within.start, entry__lt=within.stop).order_by("entry")
    for entry, secret, uid, at, body in rows.values_list(
        "entry", "timeline__secret", "uid", "raised", "body"
    ).iterator():
        yield Opening(entry, entry_key(bytes(secret or b""), f"raised {uid} {at}"), bytes(body or b""))


def _withdrawn(within: range, some: Q = EVERYTHING) -> Iterator[Opening]:
    rows = _known(some).filter(withdrawn_entry__gte=within.start, withdrawn_entry__lt=within.stop)
    for entry, secret, uid, at in (
        rows.order_by("withdrawn_entry")
        .values_list("withdrawn_entry", "timeline__secret", "uid", "withdrawn")
        .iterator()
    ):
        yield Opening(entry or 0, entry_key(bytes(secret or b""), f"withdrawn {uid} {at}"), uid.encode())


def _known(some: Q) -> QuerySet[Finding]:
    return Finding.objects.filter(some).exclude(body=None).exclude(timeline__secret=None)
