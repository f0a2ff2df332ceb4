"""Pages about oneself: the account, what one's role may do, and one's tokens."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clearline.people import queries, tokens
from clearline.people.errors import Refused
from clearline.people.forms import TokenForm
from clearline.people.models import Role
from clearline.people.needs import needs, who
from clearline.people.permissions import told
from clearline.ui.clock import now


@needs("keep an account")
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    return render(
        request,
        "people/me.html",
        {
            "second_factor": queries.has_second_factor(asks),
            "may": [(deed, reach.value) for deed, reach in told(Role(asks.role))],
            "looks": queries.looks(asks).filter(about=asks)[:20],
        },
    )


@needs("keep an account")
def own_tokens(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    form = TokenForm(request.POST if request.method == "POST" else None, owner=asks)
    words = ""
    if form.is_valid():
        sent = form.cleaned_data
        expires = at + sent["days"] * tokens.DAY
        try:
            _, words = tokens.make(asks, name=sent["name"], scopes=sent["scopes"], expires=expires, at=at)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            form = TokenForm(owner=asks)
    shown = {"form": form, "words": words, "tokens": queries.tokens(asks), "now": at}
    answer = render(request, "people/tokens.html", shown, status=400 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@needs("keep an account")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    asks = who(request)
    token = queries.tokens(asks).filter(pk=pk).first()
    if token is None:
        raise Http404("no token of yours")
    tokens.revoke(asks, token, now())
    return redirect("tokens")
