"""My training, and the courses with their lessons."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.judging import judging
from clearline.rulebook.courses import Course
from clearline.training.actions.looking_after import taught
from clearline.training.actions.practising import today
from clearline.training.models import Attempt
from clearline.training.queries import mine
from clearline.training.views.sides import sides
from clearline.ui import markdown
from clearline.ui.clock import now


@never_cache
@needs("learn")
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """What is due, the next thing first; and what was earned."""
    asks, at = who(request), now()
    book = judging().rulebook
    shown = {
        "sides": sides(asks, "training"),
        "due": mine.due(asks, book, at),
        "short": mine.short(asks, book, at),
        "held": mine.held(asks, at),
        "today": today(asks, book, at),
    }
    return render(request, "training/mine.html", shown)


@never_cache
@needs("learn")
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """All that is taught here."""
    asks, at = who(request), now()
    held = {one.row.course: one for one in mine.held(asks, at)}
    due = {one.row.course: one for one in mine.due(asks, judging().rulebook, at)}
    rows = [(one, held.get(one.id), due.get(one.id)) for one in taught(judging())]
    shown = {"sides": sides(asks, "courses"), "rows": rows, "writes": may(asks, "write courses")}
    return render(request, "training/courses.html", shown)


@never_cache
@needs("learn")
@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    asks, at = who(request), now()
    found = found_course(course)
    book = judging().rulebook
    attempts = Attempt.objects.filter(person=asks, course=found.id).order_by("-began")
    shown = {
        "course": found,
        "rules": [book.rules[name] for name in sorted(_rules(found)) if name in book.rules],
        "due": next((one for one in mine.due(asks, book, at) if one.row.course == found.id), None),
        "held": next((one for one in mine.held(asks, at) if one.row.course == found.id), None),
        "attempts": attempts.exclude(finished=None)[:10],
        "running": attempts.filter(finished=None, version=found.version).first(),
        "writes": may(asks, "write courses"),
    }
    return render(request, "training/course.html", shown)


@never_cache
@needs("learn")
@require_safe
def lesson(request: HttpRequest, course: str, lesson: int) -> HttpResponse:
    found = found_course(course)
    if not 1 <= lesson <= len(found.lessons):
        raise Http404("the course has no such lesson")
    shown = {
        "course": found,
        "lesson": found.lessons[lesson - 1],
        "text": markdown.html(found.lessons[lesson - 1].text),
        "number": lesson,
        "before": lesson - 1,
        "after": lesson + 1 if lesson < len(found.lessons) else 0,
    }
    return render(request, "training/lesson.html", shown)


def found_course(name: str) -> Course:
    """The course as it is taught now."""
    found = judging().rulebook.courses.get(name)
    if found is None:
        raise Http404("no such course is taught here")
    return found


def _rules(course: Course) -> set[str]:
    book = judging().rulebook
    return {*course.rules, *(rule.id for rule in book.rules.values() if rule.lesson == course.id)}
