"""Pages for what went wrong: plain words, nothing of the inside."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("clearline.incidents")


def failed(request: HttpRequest) -> HttpResponse:
    """The page for our own faults; its number leads from the page to the server's log."""
    incident = secrets.token_hex(4)
    log.error(
        "incident %s: %s %s failed; the cause stands beside this line", incident, request.method, request.path
    )
    # Without the request: nothing that the page needs may touch a database that is perhaps the cause.
    return HttpResponse(render_to_string("500.html", {"incident": incident}), status=500)
