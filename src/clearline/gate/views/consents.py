"""The registry of consents: what was agreed to, in which words, and what shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.gate.filters import ConsentFilter
from clearline.people.actions import looked
from clearline.people.needs import needs, who
from clearline.record.models import Consent
from clearline.record.queries import consents as queries
from clearline.record.queries.parts import Part
from clearline.record.views.telling import LISTS, masked_contact, told
from clearline.ui.clock import now


@never_cache
@needs("see consents")
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    form = ConsentFilter(request.GET)
    part: Part[Consent] = queries.consents(asks, form.wanted()) if form.is_valid() else Part([])
    if part.rows:
        looked(asks, f"consents in the registry: {len(part.rows)}", now())
    return render(
        request,
        "gate/consents.html",
        {
            "form": form,
            "part": part,
            "told": told(part, "consent"),
            "words": LISTS["-at"],
            "rows": [(one, masked_contact(one.consent.contact)) for one in queries.evidence(part.rows)],
        },
        status=200 if form.is_valid() else 400,
    )
