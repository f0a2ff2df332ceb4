"""The page of the switch: which one it is, what came of asking it, and a button to try it out."""

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clearline.live.switches import actions
from clearline.live.switches.asking import told
from clearline.live.switches.connected import CLOSED
from clearline.live.switches.forms import SwitchForm
from clearline.live.switches.queries import peer
from clearline.live.switches.queries import switch as found
from clearline.people.errors import Refused
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.ui.clock import now


@needs("see settings")
@require_safe
@never_cache
def switch(request: HttpRequest) -> HttpResponse:
    return _shown(request, SwitchForm())


@needs("change settings", fresh=True)
@sensitive_post_parameters("secret")
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    form = SwitchForm(request.POST)
    if form.is_valid():
        try:
            actions.connect(who(request), **form.cleaned_data, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Connected. Try it out before the next call.")
            return redirect("switch")
    return _shown(request, form)


@needs("change settings", fresh=True)
@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """No call is touched: it is only asked whether it is there and knows us."""
    row = found(who(request))
    one = peer(row, now) if row else None
    if row is not None:
        trouble = async_to_sync(told)(one.greet) if one else CLOSED
        if trouble:
            messages.error(request, trouble)
        else:
            messages.success(request, "It is there, and knows us.")
    return redirect("switch")


@needs("change settings", fresh=True)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    actions.remove(who(request), now())
    messages.success(request, "Removed. Agents pause recordings by hand.")
    return redirect("switch")


def _shown(request: HttpRequest, form: SwitchForm) -> HttpResponse:
    asks = who(request)
    context = {"switch": found(asks), "manages": may(asks, "change settings"), "form": form}
    return render(request, "live/switch.html", context, status=400 if form.errors else 200)
