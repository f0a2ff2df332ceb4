"""What the made-up shop's people have learned: most are on time, one is late, one's certificate has run out, and some got a lesson about a call of theirs."""

from datetime import timedelta
from typing import Final

from clearline.cli.shop.housekeeping import ELSEWHERE, GATED
from clearline.engine.events import SECOND, Event, Instant
from clearline.people.models import Person, Role
from clearline.record.actions.append import Received, append
from clearline.record.days import day_of
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.models.judged import STANDING
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.training.actions import requiring, teaching, testing
from clearline.training.actions.assigning import Wanted, assigned
from clearline.training.actions.looking_after import looked_after
from clearline.training.models import Assignment, MicroLesson
from clearline.training.questions import question_about

DAY: Final = 86_400 * SECOND
MINUTE: Final = 60 * SECOND
LONG_AGO: Final = dict(
    zip(ELSEWHERE, (367, 356), strict=True)
)  # days: one ran out two days ago, one ends in nine
LESSONS: Final = 6  # agents who missed a rule lately


def teach(at: Instant, watches: Watches) -> None:
    """Enters it, once."""
    officer = Person.objects.filter(role=Role.OFFICER).order_by("pk").first()
    supervisor = Person.objects.filter(role=Role.SUPERVISOR).order_by("pk").first()
    course = judging().rulebook.courses.get(GATED)
    if officer is None or supervisor is None or course is None or Assignment.objects.exists():
        return
    _passed_long_ago(at, watches)
    late = Wanted(
        supervisor, course, Assignment.Because.HAND, day_of(at) - timedelta(days=6), "Before the new season"
    )
    assigned(officer, [late], at - 20 * DAY, watches)
    looked_after(judging(), at - DAY, watches)
    _newcomer(course, at - DAY + 60 * MINUTE, watches)
    teaching.listened(judging().rulebook, at, watches)
    _lessons(at, watches)
    requiring.required(officer, GATED, judging().rulebook, at, watches)


def _passed_long_ago(at: Instant, watches: Watches) -> None:
    """Before the house kept its own courses: a training that another system told of."""
    events = [
        Event(f"{agent}.{GATED}", "course.passed", at - days * DAY, {"course": GATED}, {"agent": agent})
        for agent, days in LONG_AGO.items()
    ]
    append([Received("former-lms", one, "demo") for one in events], at, watches)


def _newcomer(course: Course, at: Instant, watches: Watches) -> None:
    """Whoever came last has passed at the second go."""
    rows = Assignment.objects.filter(
        course=course.id, because=Assignment.Because.ROLE, person__role=Role.AGENT
    )
    row = rows.select_related("person").order_by("-person__pk").first()
    if row is None:
        return
    book = judging().rulebook
    for place, knows in enumerate((False, True)):
        begun = at + place * 30 * MINUTE
        attempt = testing.begun(row.person, course, begun, f"demo {place}")
        asked = [one for name, _ in attempt.drawn if (one := course.question(name))]
        answers = {one.id: one.key if knows or number > 1 else () for number, one in enumerate(asked)}
        testing.answered(row.person, attempt, answers, book, begun + 6 * MINUTE, watches)


def _lessons(at: Instant, watches: Watches) -> None:
    """The latest finding of each of some agents, a lesson ten minutes later, and half of them done the same day."""
    book = judging().rulebook
    agents = list(Person.objects.filter(role=Role.AGENT).exclude(agent=None).order_by("pk"))
    rows = Finding.objects.filter(STANDING, timeline__kind="call", raised__lt=at - 300 * MINUTE).order_by(
        "-raised"
    )
    latest = [rows.filter(agent=one.agent).first() for one in agents]
    for number, row in enumerate([one for one in latest if one is not None][:LESSONS]):
        given = teaching.given([row], book, row.raised + 10 * MINUTE, watches)
        for lesson in given if number % 2 else ():
            _done(lesson, row.raised + 200 * MINUTE, watches)


def _done(lesson: MicroLesson, at: Instant, watches: Watches) -> None:
    book = judging().rulebook
    question = question_about(book, lesson.rule, lesson.uid)
    teaching.done(lesson.person, lesson, list(question.key) if question else [], book, at, watches)
