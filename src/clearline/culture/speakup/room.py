"""What the record asks of the speak-up channel: whether its rows say what was entered, and that letters go when their report's events go."""

from collections.abc import Collection, Iterator
from typing import Final

from clearline.culture.models import Report
from clearline.evidence.openings import Opening
from clearline.record.models import Event
from clearline.record.rooms import Room, Timelines

SOURCE: Final = "clearline"
BECAME: Final = {
    "report.received": Report.State.RECEIVED,
    "report.acknowledged": Report.State.ACKNOWLEDGED,
    "report.feedback": Report.State.ANSWERED,
    "report.closed": Report.State.CLOSED,
}
"""What a report is after each of these; the others leave it as it is."""


def indices(within: range, timelines: Timelines) -> Iterator[int]:
    """None of its own."""
    del within, timelines
    return iter(())


def openings(within: range, timelines: Timelines) -> Iterator[Opening]:
    """None of its own."""
    del within, timelines
    return iter(())


def faults() -> Iterator[str]:
    """Reports that stand otherwise in their rows than in the events."""
    stands: dict[str, tuple[str, int]] = {}
    deeds = Event.objects.filter(source=SOURCE, type__in=list(BECAME), body__isnull=False).order_by("entry")
    for name, kind, entry in deeds.values_list("name", "type", "entry").iterator():
        stands[name.split(".")[1]] = (BECAME[kind], entry)
    for uid, state in Report.objects.exclude(state=Report.State.POSTED).values_list("uid", "state"):
        told, entry = stands.pop(str(uid), ("", -1))
        if state != told:
            where = f"{told} by entry {entry}" if told else "by no entry"
            yield f"report {str(uid)[:8]} is {state} in its row, and {where}"
    for name, (told, entry) in stands.items():
        yield f"report {name[:8]} is {told} by entry {entry}, and has no row"


def scrubbed(events: Collection[int]) -> None:
    """With the event that it came goes all that was written about it."""
    names = Event.objects.filter(pk__in=events, source=SOURCE, type="report.received")
    Report.objects.filter(
        uid__in=[name.split(".")[1] for name in names.values_list("name", flat=True)]
    ).delete()


def erased(contact: str, numbers: Collection[str]) -> None:
    """Reports are about no contact that anybody could find in them."""
    del contact, numbers


ROOM: Final = Room(indices, openings, faults, scrubbed, erased)
