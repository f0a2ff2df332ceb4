"""Pages of connections: who sends us what happens elsewhere, and what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clearline.engine.events import Instant
from clearline.intake import actions, queries
from clearline.intake.forms import ConnectionForm, SecretForm
from clearline.intake.models import Connection
from clearline.intake.streams.protocols import PLACE as LIVE
from clearline.intake.streams.protocols import PROTOCOLS
from clearline.intake.webhooks import PLACE
from clearline.people.errors import Refused
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.ui.clock import now

WHERE = {  # the sender shows or asks for the secret
    "shopify": "Shopify shows it under Settings, Notifications, Webhooks, below the list.",
    "woocommerce": "You make it up yourself, and enter it in WooCommerce under Settings, Advanced, Webhooks.",
    "stripe": "Stripe shows it at the endpoint, under Developers, Webhooks: it begins with whsec_.",
    "zendesk": "Zendesk shows it at the webhook, in the Admin Center under Apps and integrations, Webhooks.",
    "hubspot": "It is the client secret of your app, under Settings, Integrations, Private apps.",
    "twilio": "It is the auth token of your account, on the first page of Twilio's console.",
    "audiohook": "You make it up yourself, in base64, and enter it in Genesys as the client secret; the API key there is the connection's name.",
}


@needs("see settings")
@require_safe
@never_cache
def connections(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    shown = {"connections": queries.connections(asks), "manages": may(asks, "change settings")}
    return render(request, "intake/connections.html", shown)


@needs("change settings", fresh=True)
@sensitive_post_parameters("secret")
@never_cache
def connect(request: HttpRequest) -> HttpResponse:
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        told["prefix"] = told.pop("before_ids")
        try:
            row = actions.made(who(request), **told, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Made. Give the sender the address below.")
            return redirect("connection", connection=row.name)
    return render(request, "intake/connect.html", {"form": form}, status=400 if form.errors else 200)


@needs("see settings")
@require_safe
@never_cache
def connection(request: HttpRequest, connection: str) -> HttpResponse:
    return _shown(request, _found(request, connection), SecretForm())


@needs("change settings", fresh=True)
@sensitive_post_parameters("secret")
@require_POST
def rotate(request: HttpRequest, connection: str) -> HttpResponse:
    row, form = _found(request, connection), SecretForm(request.POST)
    if form.is_valid():
        try:
            actions.rotated(who(request), row.name, form.cleaned_data["secret"], now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The new secret is in force; the one before it is taken, too.")
            return redirect("connection", connection=row.name)
    return _shown(request, row, form)


@needs("change settings", fresh=True)
@require_POST
def drop(request: HttpRequest, connection: str) -> HttpResponse:
    return _done(request, connection, actions.dropped, "The older secret is taken no more.")


@needs("change settings", fresh=True)
@require_POST
def remove(request: HttpRequest, connection: str) -> HttpResponse:
    return _done(request, connection, actions.removed, f"{connection} was removed; what it sent stays.")


def _found(request: HttpRequest, name: str) -> Connection:
    row = queries.connections(who(request)).filter(name=name).first()
    if row is None:
        raise Http404("no such connection")
    return row


def _shown(request: HttpRequest, row: Connection, form: SecretForm) -> HttpResponse:
    shown = {
        "connection": row,
        "address": _address(request, row.kind),
        "where": WHERE[row.kind],
        "legible": queries.newest(row) is not None,
        "manages": may(request.user, "change settings"),
        "form": form,
    }
    return render(request, "intake/connection.html", shown, status=400 if form.errors else 200)


def _address(request: HttpRequest, kind: str) -> str:
    if kind not in PROTOCOLS:
        return request.build_absolute_uri(f"{PLACE}{kind}")
    return request.build_absolute_uri(f"{LIVE}{kind}").replace("http", "ws", 1)  # a stream's


def _done(
    request: HttpRequest, name: str, deed: Callable[[Person, str, Instant], None], told: str
) -> HttpResponse:
    row = _found(request, name)
    deed(who(request), row.name, now())
    messages.success(request, told)
    still = queries.connections(who(request)).filter(name=name).exists()
    return redirect("connection", connection=name) if still else redirect("connections")
