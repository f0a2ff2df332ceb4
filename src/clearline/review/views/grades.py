"""Grades: the list of them, and one with all answers side by side once all are done."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import Reach, may, reach
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Call
from clearline.record.queries import call as one_call
from clearline.record.queries import staff
from clearline.record.views.looking import not_logged
from clearline.record.watching import Watches
from clearline.review.actions import grading as actions
from clearline.review.forms import AnswersForm, CalibrationForm, HandOverForm
from clearline.review.models import Grade
from clearline.review.queries import grades as queries
from clearline.review.queries.given import Of, given_of
from clearline.review.scoring import Answered, differing
from clearline.review.views.cards import card_of, cards, titles
from clearline.ui.clock import now


class Beside(NamedTuple):
    """One question with the answers of all."""

    text: str
    answers: list[tuple[str, Answered | None]]  # by whom
    differ: bool
    automatic: Answered | None  # whose rule answered, too
    final: Answered | None


@needs("see grades")
@require_safe
@never_cache
def grades(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    rows = queries.listed(queries.grades(asks))
    names = staff.names(asks, (one.grade.agent for one in rows))
    return render(
        request,
        "review/grades.html",
        {
            "rows": [(one, names.get(one.grade.agent, "")) for one in rows],
            "titles": titles(),
            "waiting": queries.queue(asks).count(),
            "alone": reach(asks, "see grades") is Reach.OWN,
            "calibrates": may(asks, "open calibrations"),
        },
    )


@needs("see grades")
@never_cache
def grade(request: HttpRequest, grade: str) -> HttpResponse:
    """By POST those who differed agree on what stands."""
    asks, at = who(request), now()
    row = _found(asks, grade)
    of = given_of([row])[row.pk]
    alone = reach(asks, "see grades") is Reach.OWN
    if refused := not_logged(request, f"grade of call {row.call.timeline.subject}", at, row.agent):
        return refused
    form = _agreeing(request, asks, row, of)
    if form is not None and form.is_valid():
        try:
            actions.agreed(asks, row, card_of(row.card), form.said(), at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Agreed, and entered into the log.")
            return redirect("grade", grade=row.uid)
    open_to = row.done is not None  # before all are done nobody sees what others answered
    waits = may(asks, "open calibrations") and of.waiting
    other = actions.changed(row, judging().rulebook.scorecards.get(row.card)) and bool(of.by_grader)
    return render(
        request,
        "review/grade.html",
        {
            "grade": row,
            "of": of,
            "standing": queries.standing(row, of),
            "title": titles().get(row.card, row.card),
            "graders": list(of.by_grader) if open_to and not alone else [],
            "beside": _beside(of, alone=alone) if open_to else [],
            "final": of.settled if open_to else None,
            "form": form,
            "agent": staff.names(asks, [row.agent]).get(row.agent, ""),
            "alone": alone,
            "sees_call": _sees(asks, row),
            "own": next((one for one in of.waiting if one == asks), None),
            "releases": may(asks, "release grades") and queries.standing(row, of) == "settled",
            "hand_over": HandOverForm(asks, of.waiting) if waits and not other else None,
            "sets_aside": waits and other,
            "left_open": other and not of.waiting and of.settled is None and not of.erased,
        },
        status=400 if form is not None and form.errors else 200,
    )


@needs("release grades")
@require_POST
@never_cache
def release(request: HttpRequest, grade: str) -> HttpResponse:
    """The agent sees it from now on."""
    asks = who(request)
    row = _found(asks, grade)
    try:
        actions.released(asks, row, now(), Watches(judging))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Released: the agent sees it now.")
    return redirect("grade", grade=row.uid)


@needs("open calibrations")
@require_POST
@never_cache
def hand_over(request: HttpRequest, grade: str) -> HttpResponse:
    """Somebody else grades it."""
    asks = who(request)
    row = _found(asks, grade)
    form = HandOverForm(asks, given_of([row])[row.pk].waiting, request.POST)
    if not form.is_valid():
        messages.error(request, "Say from whom to whom.")
        return redirect("grade", grade=row.uid)
    told = form.cleaned_data
    try:
        actions.handed_over(asks, row, told["grader"], told["to"], card_of(row.card), now(), Watches(judging))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{told['to']} grades it now.")
    return redirect("grade", grade=row.uid)


@needs("open calibrations")
@require_POST
@never_cache
def set_aside(request: HttpRequest, grade: str) -> HttpResponse:
    """Whoever has not graded it by the scorecard of that time does not any more."""
    asks = who(request)
    row = _found(asks, grade)
    card = judging().rulebook.scorecards.get(row.card)
    try:
        actions.set_aside(asks, row, card, now(), Watches(judging))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Set aside: what was answered stands.")
    return redirect("grade", grade=row.uid)


@needs("open calibrations")
@never_cache
def open_calibration(request: HttpRequest) -> HttpResponse:
    """For the call in ?call=…"""
    asks = who(request)
    form = CalibrationForm(asks, cards(), request.POST or None, initial={"call": request.GET.get("call", "")})
    if form.is_valid():
        told = form.cleaned_data
        try:
            call = one_call.call(asks, told["call"])
            made = actions.calibration(
                asks, call, form.chosen, list(told["graders"]), now(), Watches(judging)
            )
        except Call.DoesNotExist:
            form.add_error("call", "no call of that id is yours to see")
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Opened. The call stands in the queue of each of them.")
            return redirect("grade", grade=made.uid)
    return render(request, "review/open_calibration.html", {"form": form}, status=400 if form.errors else 200)


def _agreeing(request: HttpRequest, asks: Person, row: Grade, of: Of) -> AnswersForm | None:
    """The questions to which they answered differently, for those who may agree on them."""
    if row.done is None or row.agreed is not None or of.erased:
        return None
    if not (queries.takes_part(asks, row) or may(asks, "settle grades")):
        return None
    card = judging().rulebook.scorecards.get(row.card)
    if card is None or card.version != row.version:
        return None
    open_ones = [one for name in differing(list(of.by_grader.values())) if (one := card.question(name))]
    return AnswersForm(open_ones, request.POST or None, why=True) if open_ones else None


def _beside(of: Of, *, alone: bool) -> list[Beside]:
    """All answers, question by question; an agent sees what stands in the end."""
    given = list(of.by_grader.values())
    final = of.settled
    first = given[0].answers if given else ()
    open_ones = differing(given)
    return [
        Beside(
            one.text,
            [] if alone else [(who.name, each.answer(one.question)) for who, each in of.by_grader.items()],
            one.question in open_ones,
            one if one.rule and not alone else None,
            final.answer(one.question) if final else None if one.question in open_ones else one,
        )
        for one in first
    ]


def _sees(asks: Person, row: Grade) -> bool:
    """Whether the call's own page is theirs to see."""
    try:
        one_call.call(asks, row.call.timeline.subject)
    except Call.DoesNotExist:
        return False
    return True


def _found(asks: Person, uid: str) -> Grade:
    try:
        return queries.grade(asks, uid)
    except Grade.DoesNotExist:
        raise Http404("no grade of that name, or not yours to see") from None
