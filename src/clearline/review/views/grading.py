"""Grading: what waits for somebody, and one call with the questions beside its words."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.queries import call as one_call
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import Line, Words, lines
from clearline.record.watching import Watches
from clearline.review.actions import grading as actions
from clearline.review.automatic import automatic
from clearline.review.forms import AnswersForm
from clearline.review.models import Grading
from clearline.review.queries import grades as queries
from clearline.review.views.cards import card_of, titles
from clearline.ui.clock import now


@needs("grade calls")
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    waiting = list(queries.queue(asks)[: queries.SHOWN])
    return render(request, "review/queue.html", {"waiting": waiting, "titles": titles(), "now": now()})


@needs("grade calls")
@never_cache
def grade_call(request: HttpRequest, grade: str) -> HttpResponse:
    """Somebody's own part; the look at it is logged before anything is shown."""
    asks, at = who(request), now()
    try:
        own = queries.own(asks, grade)
    except Grading.DoesNotExist:
        raise Http404("nothing of that name is yours to grade") from None
    if own.done is not None:
        return redirect("grade", grade=grade)
    row, call = own.grade, own.grade.call
    if refused := not_logged(request, f"call {call.timeline.subject}, to grade it", at, call.agent):
        return refused
    card = card_of(row.card)
    form = AnswersForm(card.questions, request.POST or None)
    told = automatic(call, card, judging())
    if form.is_valid():
        try:
            actions.given(asks, row, card, form.said(), told, at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Graded, and entered into the log.")
            following = queries.queue(asks).first()
            return (
                redirect("grade_call", following.grade.uid) if following else redirect("grade", grade=grade)
            )
    shown = one_call.remembered(call, judging())
    talk = lines(shown)
    asked = [(one, None if row.blind else told.get(one.question.id)) for one in form.asked]
    return render(
        request,
        "review/grade_call.html",
        {
            "grade": row,
            "card": card,
            "call": call,
            "form": form,
            "asked": asked,
            "shown": shown,
            "lines": [plain(one) for one in talk if one.row.what != "missed"] if row.blind else talk,
            "left": queries.queue(asks).count(),
        },
        status=400 if form.errors else 200,
    )


def plain(line: Line) -> Line:
    """A row of the talk that does not show what was found in it."""
    return line._replace(words=[Words("".join(one.text for one in line.words))])
