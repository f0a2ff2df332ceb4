"""Pages of keeping: what laws ask and the shop decided, what is due, and holds."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Hold
from clearline.record.retention import actions, queries
from clearline.record.retention import holds as on_hold
from clearline.record.retention.classes import AREAS, classes
from clearline.record.retention.forms import DecisionForm, DeleteForm, HoldForm, ReleaseForm
from clearline.record.retention.keeping import Schedule
from clearline.ui.clock import now


@needs("see settings")
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    shown = {
        "table": queries.table(asks, judging().rulebook, now()),
        "deletions": queries.deletions(asks),
        "decides": may(asks, "set retention"),
        "sees_holds": may(asks, "see rights requests"),
    }
    return render(request, "record/retention/retention.html", shown)


@needs("set retention")
def decide(request: HttpRequest) -> HttpResponse:
    """One class in one area, named by the query: ?class=words&area=US."""
    klass, area = classes().get(request.GET.get("class", "")), request.GET.get("area", "")
    if klass is None or area not in AREAS:
        raise Http404("there is no such class of record, or no such area")
    book = judging().rulebook
    row = queries.row(Schedule(book), klass, area, now())
    form = DecisionForm(request.POST or None, limits=[one.limit for one in row.asked])
    if form.is_valid():
        told = {"overruled": form.cleaned_data["overruled"], "reason": form.cleaned_data["reason"]}
        try:
            actions.decided(who(request), book, klass=klass.id, area=area, span=form.span, at=now(), **told)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Decided: {klass.title}, {row.name}.")
            return redirect("retention")
    shown = {"klass": klass, "row": row, "form": form}
    return render(request, "record/retention/decide.html", shown, status=400 if form.errors else 200)


@needs("see settings")
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What would be deleted now, and what stands against it."""
    asks, at = who(request), now()
    shown = {
        "preview": queries.preview(asks, judging().rulebook, at),
        "now": at,
        "form": DeleteForm(initial={"until": at}) if may(asks, "set retention") else None,
    }
    return render(request, "record/retention/due.html", shown)


@needs("set retention", fresh=True)
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    form = DeleteForm(request.POST)
    if not form.is_valid():
        raise BadRequest("say what you have looked at")
    try:
        actions.asked_to_delete(who(request), form.cleaned_data["until"], now())
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is being deleted, batch by batch; each batch is an entry in the log.")
    return redirect("retention")


@needs("see rights requests")
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    return _holds(request, HoldForm() if may(who(request), "place holds") else None)


@needs("place holds")
@require_POST
def place_hold(request: HttpRequest) -> HttpResponse:
    form = HoldForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            on_hold.placed(who(request), told["scope"], told["subject"], form.period, told["reason"], now())
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Held: nothing of it is deleted until the hold is released.")
            return redirect("holds")
    return _holds(request, form, 400)


@needs("place holds")
@require_POST
def release_hold(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = ReleaseForm(request.POST)
    try:
        hold = queries.hold(who(request), uid)
    except Hold.DoesNotExist:
        raise Http404("there is no such hold") from None
    try:
        on_hold.released(who(request), hold, form.cleaned_data["why"] if form.is_valid() else "", now())
    except RefusedError as error:
        messages.error(request, str(error))
    return redirect("holds")


def _holds(request: HttpRequest, form: HoldForm | None, status: int = 200) -> HttpResponse:
    shown = {"holds": on_hold.holds(who(request))[: queries.SHOWN], "form": form, "release": ReleaseForm()}
    return render(request, "record/retention/holds.html", shown, status=status)
