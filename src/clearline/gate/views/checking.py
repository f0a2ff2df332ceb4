"""The page where somebody asks whether a number may be called; the answer has a page of its own."""

import logging

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from clearline.evidence.errors import EvidenceError
from clearline.gate.actions.deciding import Asking, decide
from clearline.gate.forms import CheckForm
from clearline.gate.queries import decisions as queries
from clearline.people.models import Role
from clearline.people.needs import needs, who
from clearline.record.errors import RecordError
from clearline.ui.clock import now
from clearline.ui.wording import masked

_LOG = logging.getLogger(__name__)
SHOWN = 5  # of the last answers


@never_cache
@needs("check numbers")
def check(request: HttpRequest) -> HttpResponse:
    """Nothing is reserved; an agent asks as the one who would speak."""
    asks = who(request)
    form = CheckForm(asks, request.POST or None)
    if form.is_valid():
        agent = (asks.agent or "") if asks.role == Role.AGENT else ""
        asking = Asking(form.attempt(agent), str(asks.uid), check=True)
        try:
            (answered,) = decide([asking], now())
        except (DatabaseError, EvidenceError, RecordError) as error:
            _LOG.error("a check could not be logged, and nothing was answered: %s", type(error).__name__)
            messages.error(request, "The answer can't be written into the log, so there is none: don't call.")
        else:
            return redirect("decision", decision=answered.decision.uid)
    last = queries.checked(asks)[:SHOWN]
    shown = {"form": form, "last": [(one, masked(one.number) if one.number else "") for one in last]}
    return render(request, "gate/check.html", shown, status=400 if form.errors else 200)
