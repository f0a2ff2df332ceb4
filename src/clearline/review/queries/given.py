"""What was answered about calls, as their events hold it; gone where those were erased."""

from collections.abc import Iterable
from typing import NamedTuple

from clearline.people.models import Person
from clearline.record.models import Event
from clearline.record.watching import read as read_event
from clearline.review.models import Grade, Grading
from clearline.review.scoring import Given, read, settled


class Of(NamedTuple):
    """All answers about one call."""

    by_grader: dict[Person, Given]  # of those who are done, in the order of their names
    agreed: Given | None
    waiting: list[Person]  # who has not graded it yet
    erased: bool  # something was, and is missing here

    @property
    def settled(self) -> Given | None:
        """What stands in the end; None as long as somebody is missing, or they differ."""
        return None if self.waiting or self.erased else settled(list(self.by_grader.values()), self.agreed)


def given_of(grades: Iterable[Grade]) -> dict[int, Of]:
    """By the grade's row. Whoever shows it to somebody asks first whether they may see it yet."""
    rows = list(grades)
    found = {one.pk: Of({}, _told(one.agreed), [], erased=_gone(one.agreed)) for one in rows}
    gradings = Grading.objects.filter(grade__in=found).select_related("grader", "event")
    for one in gradings.order_by("grader__name", "grader"):
        of = found[one.grade_id]
        told = _told(one.event)
        if one.done is None:
            of.waiting.append(one.grader)
        elif told is not None:
            of.by_grader[one.grader] = told
        if _gone(one.event):
            found[one.grade_id] = of._replace(erased=True)
    return found


def _told(event: Event | None) -> Given | None:
    if event is None or event.body is None:
        return None
    return read(read_event(bytes(event.body)).data, event.at)


def _gone(event: Event | None) -> bool:
    return event is not None and event.body is None
