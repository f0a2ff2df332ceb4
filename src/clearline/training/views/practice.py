"""Two minutes a day: one question after the other, each with its reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.training.actions import practising
from clearline.training.asking import answer, asked
from clearline.training.views.sides import sides
from clearline.ui.clock import now


@never_cache
@needs("learn")
def practice(request: HttpRequest) -> HttpResponse:
    """The next question of today; after an answer, what was right."""
    asks, at = who(request), now()
    book = judging().rulebook
    left = practising.today(asks, book, at)
    shown: dict[str, Any] = {
        "sides": sides(asks, "practice"),
        "today": left,
        "row": None,
        "a_day": practising.A_DAY,
    }
    if request.method != "POST":
        if left.next is not None:
            shown |= {"row": asked(left.next.question), "course": book.courses[left.next.course]}
        return render(request, "training/practice.html", shown)
    course, name = request.POST.get("course", ""), request.POST.get("question", "")
    found = book.courses.get(course)
    question = found.question(name) if found else None
    if found is None or question is None:
        messages.warning(request, "This question is not asked any more.")
        return redirect("practice")
    given, error = answer(question, request.POST)
    if error:
        shown |= {"row": asked(question, answer=given, error=error), "course": found}
        return render(request, "training/practice.html", shown, status=400)
    try:
        practising.practised(asks, course, name, given, book, at)
    except RefusedError as refused:
        messages.warning(request, f"{str(refused)[:1].upper()}{str(refused)[1:]}.")
        return redirect("practice")
    shown |= {"row": asked(question, answer=given, told=True), "course": found}
    shown["today"] = practising.today(asks, book, at)
    return render(request, "training/practice.html", shown)
