"""Whoever missed a rule in a call gets a short lesson about that very rule within the hour."""

from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import end_of
from clearline.record.errors import RefusedError
from clearline.record.models import Finding
from clearline.record.models.judged import STANDING
from clearline.record.watching import Watches
from clearline.review.triage.queries import upheld
from clearline.rulebook.rulebook import Rulebook
from clearline.training.actions.assigning import in_days
from clearline.training.entering import Step, entered
from clearline.training.models import Listened, MicroLesson
from clearline.training.questions import question_about

DAYS: Final = 7  # to do it
AT_ONCE: Final = 500
LEFT: Final = "They work here no more."
CLEARED: Final = "People decided that there was nothing wrong."


def listened(rulebook: Rulebook, at: Instant, watches: Watches) -> list[MicroLesson]:
    """Gives lessons for findings that were raised since the last look; the first look begins with what comes next."""
    with transaction.atomic():
        place = Listened.objects.select_for_update().first()
        newest = Finding.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if place is None:
            Listened.objects.create(finding=newest)
            return []
        _taken_back(at, watches)
        rows = Finding.objects.filter(STANDING, pk__gt=place.finding, pk__lte=newest).exclude(agent="")
        found = given(list(rows.filter(timeline__kind="call").order_by("pk")), rulebook, at, watches)
        place.finding = newest
        place.save()
        return found


def given(findings: list[Finding], rulebook: Rulebook, at: Instant, watches: Watches) -> list[MicroLesson]:
    """A lesson for each rule that one of us missed; another finding of a rule that is being taught is no new one."""
    people = Person.objects.filter(is_active=True, agent__in={one.agent for one in findings})
    of_agent = {one.agent: one for one in people}
    rows = MicroLesson.objects.filter(person__in=of_agent.values(), state=MicroLesson.State.OPEN)
    taught = set(rows.values_list("person", "rule"))
    known = set(MicroLesson.objects.values_list("finding", flat=True)) if findings else set()
    found = []
    for one in findings:
        person = of_agent.get(one.agent)
        if person is None or one.rule not in rulebook.rules or one.uid in known:
            continue
        if (person.pk, one.rule) not in taught:
            taught.add((person.pk, one.rule))
            found.append(
                MicroLesson(
                    uid=uuid4().hex,
                    person=person,
                    rule=one.rule,
                    finding=one.uid,
                    raised=min(one.raised, at),
                    given=at,
                    due=in_days(at, DAYS),
                )
            )
    with transaction.atomic():
        steps = [step for row in found for step in _steps(row, at)]
        if steps:
            entered(None, steps, at, watches)
        MicroLesson.objects.bulk_create(found)
    return found


def done(
    person: Person, row: MicroLesson, answer: list[int], rulebook: Rulebook, at: Instant, watches: Watches
) -> bool:
    """Whether the question about the rule was answered rightly; then the lesson is done."""
    with transaction.atomic():
        row = MicroLesson.objects.select_for_update().get(pk=row.pk)
        if row.person_id != person.pk:
            raise RefusedError("it is somebody else's lesson")
        if row.state != MicroLesson.State.OPEN:
            return row.state == MicroLesson.State.DONE
        question = question_about(rulebook, row.rule, row.uid)
        row.tries += 1
        right = question is None or question.is_right(answer)
        if right:
            told = {"lesson": row.uid, "rule": row.rule, "tries": row.tries}
            entered(person, [Step(person, f"lesson.{row.uid}.done", "lesson.done", told, at)], at, watches)
            row.state, row.ended = MicroLesson.State.DONE, at
        row.save()
    return right


def _taken_back(at: Instant, watches: Watches) -> None:
    """Lessons about findings that no longer stand, or that people dismissed, are owed no more; nor by those who have left."""
    rows = MicroLesson.objects.filter(state=MicroLesson.State.OPEN).select_related("person")
    standing = set(
        upheld().filter(uid__in=rows.values_list("finding", flat=True)).values_list("uid", flat=True)
    )
    for row in rows:
        if row.finding not in standing or not row.person.is_active:
            row.state, row.ended = MicroLesson.State.WITHDRAWN, at
            row.reason = CLEARED if row.person.is_active else LEFT
            told = {"lesson": row.uid, "rule": row.rule, "reason": row.reason}
            name = f"lesson.{row.uid}.withdrawn"
            entered(None, [Step(row.person, name, "lesson.withdrawn", told, at)], at, watches)
            row.save()


def _steps(row: MicroLesson, at: Instant) -> list[Step]:
    told = {"lesson": row.uid, "rule": row.rule, "finding": row.finding}
    return [
        Step(row.person, f"lesson.{row.uid}.owed", "lesson.owed", told, row.raised),
        Step(row.person, f"lesson.{row.uid}", "lesson.given", {**told, "due": end_of(row.due)}, at),
    ]
