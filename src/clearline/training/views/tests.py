"""Taking a test: one page of questions, then what was right and why; and the certificate."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.training.actions import testing
from clearline.training.asking import Asked, answer, asked
from clearline.training.models import Attempt, Certificate
from clearline.training.queries import mine
from clearline.training.views.mine import found_course
from clearline.ui.clock import now


@never_cache
@needs("learn")
@require_POST
def begin_test(request: HttpRequest, course: str) -> HttpResponse:
    return redirect("test", attempt=testing.begun(who(request), found_course(course), now()).uid)


@never_cache
@needs("learn")
def test(request: HttpRequest, attempt: str) -> HttpResponse:
    """The questions; once they are answered, how it went."""
    asks, row = who(request), Attempt.objects.filter(uid=attempt, person=who(request)).first()
    if row is None:
        raise Http404("no test of that name, or not yours")
    course = judging().rulebook.courses.get(row.course)
    if row.finished is not None:
        return _result(request, row, course)
    if course is None or course.version != row.version:
        messages.warning(request, "The course was changed since: begin the test again.")
        return redirect("course", course=row.course) if course else redirect("training")
    sent = request.POST if request.method == "POST" else None
    rows, given = [], {}
    for number, (name, order) in enumerate(row.drawn, 1):
        question = course.question(name)
        if question is None:
            continue
        given[name], error = answer(question, sent) if sent is not None else ([], "")
        rows.append(asked(question, number, order, given[name], error=error))
    missing = sum(bool(one.error) for one in rows)
    if sent is not None and not missing:
        try:
            testing.answered(asks, row, given, judging().rulebook, now(), Watches(judging))
        except RefusedError as error:
            messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return redirect("course", course=row.course)
        return redirect("test", attempt=row.uid)
    shown = {"course": course, "attempt": row, "rows": rows, "missing": missing}
    return render(request, "training/test.html", shown, status=400 if missing else 200)


def _result(request: HttpRequest, row: Attempt, course: Course | None) -> HttpResponse:
    """With the questions, as long as the course asks them as it did."""
    same = course is not None and course.version == row.version
    rows = _told(row, course) if course is not None and same else []
    certificate = Certificate.objects.filter(
        person=row.person_id, course=row.course, passed=row.finished or 0
    ).first()
    shown = {"course": course, "attempt": row, "rows": rows, "certificate": certificate}
    return render(request, "training/result.html", shown)


def _told(row: Attempt, course: Course) -> list[Asked]:
    return [
        asked(question, number, order, row.answers.get(name, []), told=True)
        for number, (name, order) in enumerate(row.drawn, 1)
        if (question := course.question(name)) is not None
    ]


@never_cache
@needs("learn")
@require_safe
def certificate(request: HttpRequest, certificate: str) -> HttpResponse:
    row = mine.certificate(who(request), certificate)
    if row is None:
        raise Http404("no certificate of that name, or not yours to see")
    at = now()
    course = judging().rulebook.courses.get(row.course)
    shown = {"row": row, "valid": row.until > at, "course": course, "own": row.person_id == who(request).pk}
    return render(request, "training/certificate.html", shown)
