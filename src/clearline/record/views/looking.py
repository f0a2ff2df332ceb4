"""No look without an entry: a page with somebody's words is shown only once the look at it stands in the log."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clearline.engine.events import Instant
from clearline.evidence.errors import EvidenceError
from clearline.people.actions import looked
from clearline.people.needs import who
from clearline.record.queries.staff import agent_person

_LOG = logging.getLogger(__name__)


def not_logged(request: HttpRequest, what: str, at: Instant, agent: str = "") -> HttpResponse | None:
    """Logs a look at what an agent did; an answer without anything in it where that can't be."""
    try:
        looked(who(request), what, at, about=agent_person(agent))
    except (DatabaseError, EvidenceError) as error:
        _LOG.error("a look could not be logged, and nothing was shown: %s", type(error).__name__)
        return render(request, "record/not_logged.html", status=503)
    return None
