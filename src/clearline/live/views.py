"""Running calls: an agent's panel, the wall of whoever leads, one call as it goes on."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.live import streams
from clearline.live.actions import send_note, set_aside
from clearline.live.forms import AsideForm, NoteForm
from clearline.live.here import hub
from clearline.live.hub import Hub, Live, sorted_calls
from clearline.live.queries import RECENT, fared
from clearline.live.seeing import names_of, own, sees, shown
from clearline.people.models import Person, Role
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.views.looking import not_logged
from clearline.ui.clock import now


@needs("see calls")
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """An agent has a panel, whoever leads a wall."""
    return redirect("panel" if who(request).role == Role.AGENT else "wall")


@never_cache
@needs("see calls")
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    asks, here = who(request), hub()
    mine = own(here, asks.agent or "") if here else None
    one = shown(mine, {}) if mine else None
    return render(request, "live/panel.html", {"one": one, "served": here is not None, "agent": True})


@never_cache
@needs("see calls")
@require_safe
def panel_stream(request: HttpRequest) -> HttpResponseBase:
    here = hub()
    return streams.stream(request, here, streams.panel_parts, _of(here, who(request))) if here else _nobody()


@never_cache
@needs("see calls")
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    asks, here = who(request), hub()
    within = sees(asks)
    calls = [one for one in sorted_calls(here.calls.values()) if within.may(one)] if here else []
    names = names_of(asks, {one.agent for one in calls})
    rows = [shown(one, names) for one in calls]
    fares = fared(asks, now() - RECENT)
    context = {"rows": rows, "served": here is not None, "fared": fares}
    return render(request, "live/wall.html", {**context, "unheard": here.ears.deaf if here else ""})


@never_cache
@needs("see calls")
@require_safe
def wall_stream(request: HttpRequest) -> HttpResponseBase:
    here = hub()
    return streams.stream(request, here, streams.wall_parts, lambda _: True) if here else _nobody()


@never_cache
@needs("see calls")
@require_safe
def call(request: HttpRequest, call: str) -> HttpResponse:
    """The look at it is logged before anything is shown; when it is over, the record has it."""
    asks = who(request)
    found = _running(asks, call)
    if found is None:
        return redirect("call", call)
    _, one = found
    if refused := not_logged(request, f"call {call} as it runs", now(), one.agent):
        return refused
    drawn = shown(one, names_of(asks, {one.agent}))
    notes = NoteForm() if may(asks, "send notes") else None
    context = {"one": drawn, "talk": [*one.talk.values()], "form": notes, "agent": False}
    return render(request, "live/call.html", context)


@never_cache
@needs("see calls")
@require_safe
def call_stream(request: HttpRequest, call: str) -> HttpResponseBase:
    asks = who(request)
    found = _running(asks, call)
    if found is None:
        raise Http404("no such call is running, or it is not yours to see")
    if refused := not_logged(request, f"call {call} as it runs", now(), found[1].agent):
        return refused
    return streams.stream(request, found[0], streams.call_parts, lambda name: name == call)


@needs("send notes")
@require_POST
def note(request: HttpRequest, call: str) -> HttpResponse:
    asks = who(request)
    if _running(asks, call) is None:
        raise Http404("no such call is running, or it is not yours to see")
    form = NoteForm(request.POST)
    if form.is_valid():
        send_note(asks, call, form.cleaned_data["text"], now())
        form = NoteForm()
    return render(request, "live/note.html", {"form": form, "call": call, "sent": not form.is_bound})


@needs("set prompts aside")
@require_POST
def aside(request: HttpRequest, call: str) -> HttpResponse:
    asks = who(request)
    found = _running(asks, call)
    if found is None or found[1].agent != asks.agent:
        raise Http404("no such call of yours is running")
    form = AsideForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Say in a few words why it does not apply.", status=422)
    set_aside(asks, call, form.cleaned_data["rule"], form.cleaned_data["reason"], now())
    return HttpResponse(status=204)


def _of(here: Hub, who: Person) -> Callable[[str], bool]:
    """Which calls an agent's panel may be about: their own, and such as are gone."""
    return lambda name: (live := here.calls.get(name)) is None or live.agent == who.agent


def _running(who: Person, call: str) -> tuple[Hub, Live] | None:
    here = hub()
    one = here.calls.get(call) if here else None
    return (here, one) if here and one and sees(who).may(one) else None


def _nobody() -> HttpResponse:
    return HttpResponse("No calls are served here: start Clearline with `clearline serve`.", status=404)
