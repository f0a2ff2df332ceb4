"""Writing a course: kept as a draft, looked at as it will be read, published."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.training.asking import asked
from clearline.training.models import CourseDraft
from clearline.training.writing import actions
from clearline.training.writing.files import Said, of_course
from clearline.training.writing.forms import CourseForm
from clearline.ui import markdown
from clearline.ui.clock import now


@never_cache
@needs("write courses")
def write_course(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return _written(request, CourseForm(request.POST or None), None)


@never_cache
@needs("write courses")
def edit_course(request: HttpRequest, course: str) -> HttpResponse:
    """The draft where there is one, else the course as it is taught."""
    first = _first(course)
    if first is None:
        raise Http404("no such course is taught or drafted here")
    told = {name: getattr(first, name) for name in first.__struct_fields__}
    return _written(request, CourseForm(request.POST or None, initial=told, known=True), first)


@never_cache
@needs("write courses")
@require_POST
def course_step(request: HttpRequest, course: str) -> HttpResponse:
    """`do` is whether it is published, or taught no more."""
    asks, at, watches = who(request), now(), Watches(judging)
    try:
        if request.POST.get("do") == "remove":
            actions.removed(asks, course, at, watches)
            messages.success(
                request,
                "It is taught no more. What was assigned is withdrawn with that reason, and what was passed stays.",
            )
        else:
            draft = CourseDraft.objects.filter(slug=course, state=CourseDraft.State.DRAFT).first()
            if draft is None:
                raise Http404("there is no draft of this course")
            actions.published(asks, draft, at, watches)
            messages.success(request, "Published. Whoever passed an older version is asked to take it again.")
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return redirect("edit_course", course=course)
    return redirect("courses")


def _written(request: HttpRequest, form: CourseForm, first: Said | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        said = form.said(first)
        actions.drafted(who(request), said, now())
        return redirect("edit_course", course=said.slug)
    shown: dict[str, Any] = {"form": form, "slug": first.slug if first else ""}
    if first is not None and not form.errors:
        shown |= _preview(first)
    return render(request, "training/writing/course.html", shown, status=400 if form.errors else 200)


def _preview(said: Said) -> dict[str, Any]:
    found = actions.tried(said)
    course = found.course
    states = CourseDraft.objects.filter(slug=said.slug).values_list("state", flat=True)
    return {
        "faults": found.faults,
        "sound": found.sound,
        "drafted": CourseDraft.State.DRAFT in states,
        "own": CourseDraft.State.PUBLISHED in states,
        "lessons": [(one.title, markdown.html(one.text)) for one in course.lessons] if course else [],
        "rows": [asked(one, number, told=True) for number, one in enumerate(course.questions, 1)]
        if course
        else [],
    }


def _first(slug: str) -> Said | None:
    draft = CourseDraft.objects.filter(slug=slug, state=CourseDraft.State.DRAFT).first()
    if draft is not None:
        return actions.said(draft)
    course = judging().rulebook.courses.get(slug)
    return of_course(course) if course else None
