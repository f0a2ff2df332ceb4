"""What the record asks of training: whether its rows say what was entered, and that they forget what is erased. Its entries are the record's own events."""

from collections.abc import Collection, Iterator
from typing import Final

from clearline.evidence.openings import Opening
from clearline.record.models import Event
from clearline.record.rooms import Room, Timelines
from clearline.training.entering import SOURCE
from clearline.training.models import Assignment, Attempt, Certificate, MicroLesson

PASSED: Final = "course.passed"


def indices(within: range, timelines: Timelines) -> Iterator[int]:
    """None of its own."""
    del within, timelines
    return iter(())


def openings(within: range, timelines: Timelines) -> Iterator[Opening]:
    """None of its own."""
    del within, timelines
    return iter(())


def faults() -> Iterator[str]:
    """Certificates that no event gave, and assignments, tests and lessons that stand otherwise than the events say."""
    passed = dict(Event.objects.filter(type=PASSED).values_list("entry", "at"))
    for row in Certificate.objects.iterator():
        if passed.get(row.entry) != row.passed:
            yield f"certificate {row.uid[:12]} is dated by no event, or by another than entry {row.entry}"
    names = dict(
        Event.objects.filter(source=SOURCE, type__regex=r"^(course|lesson)\.").values_list("name", "type")
    )
    for assignment in Assignment.objects.iterator():
        told = f"assignment.{assignment.uid}"
        withdrawn = f"{told}.withdrawn" in names
        if told not in names or withdrawn != (assignment.state == Assignment.State.WITHDRAWN):
            yield f"assignment {assignment.uid[:12]} is {assignment.state} in its row, and otherwise by its events"
    for attempt in Attempt.objects.exclude(finished=None).iterator():
        if names.get(f"attempt.{attempt.uid}") != (PASSED if attempt.passed else "course.failed"):
            yield f"test {attempt.uid[:12]} went otherwise by its event than by its row"
    for lesson in MicroLesson.objects.iterator():
        told = f"lesson.{lesson.uid}"
        ends = {state for state in ("done", "withdrawn") if f"{told}.{state}" in names}
        if told not in names or ends != {lesson.state} - {MicroLesson.State.OPEN.value}:
            yield f"lesson {lesson.uid[:12]} is {lesson.state} in its row, and otherwise by its events"


def scrubbed(events: Collection[int]) -> None:
    """What people wrote about assignments goes with the events in which they wrote it; that they were made stays."""
    names = Event.objects.filter(pk__in=events, source=SOURCE, name__startswith="assignment.")
    uids = {name.split(".")[1] for name in names.values_list("name", flat=True)}
    Assignment.objects.filter(uid__in=uids).update(told="", reason="")


def erased(contact: str, numbers: Collection[str]) -> None:
    """It knows no contacts: the words of calls stay in the record."""
    del contact, numbers


ROOM: Final = Room(indices, openings, faults, scrubbed, erased)
