"""Pages of requests about one's own data."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Contact, Export, RightsRequest
from clearline.record.rights import actions, erasing, exporting, queries
from clearline.record.rights.forms import AnswerForm, RequestForm
from clearline.record.watching import Watches
from clearline.ui.clock import now

SHOWN = 100
STEPS: Mapping[str, Callable[..., RightsRequest]] = {
    "confirm": actions.confirmed,
    "extend": actions.extended,
    "close": actions.closed,
}


@needs("see rights requests")
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    found = [(one, queries.duties(one)) for one in queries.requests(who(request))[:SHOWN]]
    return render(request, "record/rights/requests.html", {"requests": found, "now": now()})


@needs("answer rights requests")
def new_request(request: HttpRequest) -> HttpResponse:
    """A request of the contact in ?contact=7."""
    try:
        contact = queries.contact(who(request), request.GET.get("contact", ""))
    except Contact.DoesNotExist:
        raise Http404("there is no such contact") from None
    form = RequestForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if form.is_valid():
        at = now()
        try:
            made = actions.received(
                who(request),
                contact,
                form.cleaned_data["kind"],
                form.codes,
                form.when(at),
                at=at,
                watches=Watches(judging),
            )
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("rights_request", uid=made.uid)
    shown = {"form": form, "contact": contact}
    return render(request, "record/rights/new.html", shown, status=400 if form.errors else 200)


@needs("see rights requests")
@require_safe
def rights_request(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _page(request, _found(request, uid), AnswerForm())


@needs("answer rights requests")
@require_POST
def step(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One step that needs no words: `do` is confirm, extend or close."""
    found = _found(request, uid)
    deed = STEPS.get(request.POST.get("do", ""))
    if deed is None:
        raise Http404("there is no such step")
    return _done(request, found, lambda by: deed(by, found, now(), Watches(judging)))


@needs("answer rights requests")
@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    found, form = _found(request, uid), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 400)
    told = (form.cleaned_data["outcome"], form.cleaned_data["words"])
    return _done(
        request, found, lambda by: actions.answered(by, found, *told, at=now(), watches=Watches(judging))
    )


@needs("answer rights requests")
@require_POST
def make_export(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    return _done(request, found, lambda by: exporting.exported(by, found, now()))


@never_cache
@needs("answer rights requests")
@require_POST
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file; by POST, since to take it leaves an entry in the log."""
    try:
        found = queries.export(who(request), uid)
        held = exporting.opened(who(request), found, now())
    except (Export.DoesNotExist, RefusedError):
        raise Http404("there is no such file, or no longer") from None
    answer = HttpResponse(held, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="request-{found.request.uid}.zip"'
    return answer


@needs("erase", fresh=True)
def erase(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What would go and what has to stay; by POST it is done."""
    found = _found(request, uid)
    if request.method == "POST":
        return _done(request, found, lambda by: actions.erased_for(by, found, now(), Watches(judging)))
    at = now()
    plan = erasing.plan(found.contact, judging().rulebook, found.places, at)
    gone: dict[str, int] = {}
    for part in plan.gone:
        gone[part.klass.title] = gone.get(part.klass.title, 0) + 1
    shown = {"request_": found, "plan": plan, "gone": gone.items(), "kept": plan.told(at)}
    return render(request, "record/rights/erase.html", shown)


def _page(request: HttpRequest, found: RightsRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
    shown = {
        "request_": found,
        "duties": queries.duties(found),
        "exports": found.exports.order_by("-made"),
        "answers_it": may(who(request), "answer rights requests") and found.closed is None,
        "form": form,
        "now": now(),
    }
    return render(request, "record/rights/request.html", shown, status=status)


def _done(request: HttpRequest, found: RightsRequest, deed: Callable[[Person], Any]) -> HttpResponse:
    try:
        deed(who(request))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Done, and entered into the log.")
    return redirect("rights_request", uid=found.uid)


def _found(request: HttpRequest, uid: UUID) -> RightsRequest:
    try:
        return queries.request(who(request), uid)
    except RightsRequest.DoesNotExist:
        raise Http404("there is no such request") from None
