"""Pages about who may open reports: appointing, the own key, letting a new key in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.culture.models import Holder
from clearline.culture.speakup import holding, queries, unlocking
from clearline.culture.speakup.forms import AppointForm, NewPassphraseForm
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("hold report keys")
@require_safe
def holders(request: HttpRequest) -> HttpResponse:
    """Who opens reports, whose new key waits, and one's own."""
    asks, at = who(request), now()
    own = holding.holder_of(asks)
    private = unlocking.key_of(request, own, at) if own else None
    shown = {
        "holders": queries.holders(),
        "own": own,
        "unlocked": private is not None,
        "appoints": may(asks, "appoint report holders"),
        "appoint": AppointForm(queries.eligible()),
    }
    return render(request, "culture/speakup_holders.html", shown)


@never_cache
@needs("appoint report holders", fresh=True)
@require_POST
def appoint(request: HttpRequest) -> HttpResponse:
    """Names somebody."""
    asks, form = who(request), AppointForm(queries.eligible(), request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a person, and as what.")
        return redirect("speak_up_holders")
    person = Person.objects.get(uid=form.cleaned_data["person"])
    kind = Holder.Kind(form.cleaned_data["kind"])
    return _done(
        request,
        lambda: holding.appointed(asks, person, kind, now(), Watches(judging)),
        f"{person.name} is appointed, and chooses a passphrase next.",
    )


@never_cache
@needs("appoint report holders", fresh=True)
@require_POST
def release(request: HttpRequest, holder: int) -> HttpResponse:
    """Takes somebody's key back."""
    asks, row = who(request), _found(holder)
    return _done(
        request,
        lambda: holding.released(asks, row, now(), Watches(judging)),
        "They open no reports any more.",
    )


@never_cache
@needs("hold report keys")
@require_POST
def let_in(request: HttpRequest, holder: int) -> HttpResponse:
    """Vouches for a key, and gives it what may be given."""
    at, own, row = now(), holding.holder_of(who(request)), _found(holder)
    private = unlocking.key_of(request, own, at) if own else None
    if own is None or private is None:
        messages.error(request, "Unlock your own key first.")
        return redirect("speak_up_inbox")
    do = holding.shared if row.trusted is not None else holding.let_in
    return _done(
        request,
        lambda: do(own, private, row, at, Watches(judging)),
        f"The key of {row.person.name} counts, and opens what yours opens and they may read.",
    )


@never_cache
@needs("hold report keys", fresh=True)
def key(request: HttpRequest) -> HttpResponse:
    """Makes a key, or another passphrase for it while it is unlocked."""
    at, own = now(), holding.holder_of(who(request))
    private = unlocking.key_of(request, own, at) if own else None
    form = NewPassphraseForm(request.POST or None)
    if own is not None and form.is_valid():
        said = form.cleaned_data["passphrase"]
        try:
            if private is not None:
                holding.passphrase_changed(own, private, said)
            else:
                holding.keyed(own, said, at, Watches(judging))
        except RefusedError as error:
            form.add_error("passphrase", f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            messages.success(
                request, "Your key lies under the new passphrase. Write it down where nobody finds it."
            )
            response = redirect("speak_up_holders")
            unlocking.lock(request, response)
            return response
    shown = {"own": own, "unlocked": private is not None, "form": form}
    return render(request, "culture/speakup_key.html", shown, status=422 if form.errors else 200)


@never_cache
@needs("open the console")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How the channel is used, for everybody, told only where enough is added up."""
    shown = {"years": queries.years(now()), "holds": may(who(request), "hold report keys")}
    return render(request, "culture/speakup_figures.html", shown)


def _done(request: HttpRequest, do: Callable[[], Any], told: str) -> HttpResponse:
    try:
        do()
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    else:
        messages.success(request, told)
    return redirect("speak_up_holders")


def _found(key: int) -> Holder:
    row = Holder.objects.filter(pk=key, released=None).select_related("person").first()
    if row is None:
        raise Http404("nobody holds this key")
    return row
