"""What the record asks of review: whether its rows say what was entered, and that they forget what is erased. Its entries are the record's own events."""

from collections.abc import Collection, Iterator
from typing import Final

from clearline.evidence.openings import Opening
from clearline.record.models import Event
from clearline.record.rooms import Room, Timelines
from clearline.record.watching import read
from clearline.review.coverage.matching import hashed
from clearline.review.models import Statement, SwitchCall, Triage

SOURCE: Final = "clearline"
FORGOTTEN: Final = {"reason": "", "words": "", "answer": ""}
BECAME: Final = {
    "finding.confirmed": Triage.State.CONFIRMED,
    "finding.dismissed": Triage.State.DISMISSED,
    "finding.dismissal_proposed": Triage.State.PROPOSED,
    "finding.merged": Triage.State.MERGED,
    "finding.reopened": Triage.State.OPEN,
}
"""What a finding is after each of these deeds; the others leave it as it is."""


def indices(within: range, timelines: Timelines) -> Iterator[int]:
    """None of its own."""
    del within, timelines
    return iter(())


def openings(within: range, timelines: Timelines) -> Iterator[Opening]:
    """None of its own."""
    del within, timelines
    return iter(())


def faults() -> Iterator[str]:
    """Findings and days that stand otherwise in the rows of review than in the events."""
    yield from _triage()
    yield from _statements()


def _triage() -> Iterator[str]:
    stands: dict[str, tuple[str, int]] = {}
    deeds = Event.objects.filter(source=SOURCE, type__in=list(BECAME)).order_by("entry")
    for name, kind, entry in deeds.values_list("name", "type", "entry").iterator():
        stands[name.split(".")[1]] = (BECAME[kind], entry)
    for uid, state in Triage.objects.values_list("finding", "state").iterator():
        told, entry = stands.pop(uid, (Triage.State.OPEN.value, -1))
        # One that was merged into a finding that was withdrawn is open again without a deed.
        if state != told and (told, state) != (Triage.State.MERGED, Triage.State.OPEN):
            where = f"entry {entry}" if entry >= 0 else "no entry"
            yield f"finding {uid[:12]} is {state} in its row, and {told} by {where}"
    for uid, (told, entry) in stands.items():
        yield f"finding {uid[:12]} is {told} by entry {entry}, and has no row"


def _statements() -> Iterator[str]:
    rows = {f"coverage.{one.day.isoformat()}.{one.number}": one for one in Statement.objects.iterator()}
    for event in Event.objects.filter(source=SOURCE, type="coverage.stated").iterator():
        row = rows.pop(event.name, None)
        told = read(bytes(event.body)).data if event.body is not None else None
        if row is None or (told is not None and told != _said(row)):
            yield f"entry {event.entry}: the row of this statement is gone, or says something else"
    for name in rows:
        yield f"{name} is stated in a row, and by no entry"


def _said(row: Statement) -> dict[str, object]:
    return {"day": row.day.isoformat(), **row.counts, "digest": row.digest}


def scrubbed(events: Collection[int]) -> None:
    """What people said of findings goes with the events in which they said it; that they decided stays."""
    names = Event.objects.filter(pk__in=events, source=SOURCE, type__startswith="finding.")
    uids = {name.split(".")[1] for name in names.values_list("name", flat=True)}
    Triage.objects.filter(finding__in=uids).update(**FORGOTTEN)


def erased(contact: str, numbers: Collection[str]) -> None:
    """A call record knows the number no more."""
    del contact
    for number in numbers:
        SwitchCall.objects.filter(numbers__contains=hashed(number)).update(numbers="")


ROOM: Final = Room(indices, openings, faults, scrubbed, erased)
