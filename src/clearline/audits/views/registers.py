"""The registers: what was decided, on a page; both as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.audits.documents.paper import Paper, pdf
from clearline.audits.registers import Recipients, decisions, of_decisions, of_processing
from clearline.engine.events import SECOND, Instant
from clearline.people.needs import needs, who
from clearline.record.views.looking import not_logged
from clearline.ui.clock import now

YEAR = 366 * 86_400 * SECOND
SHOWN = 100


@needs("export audits")
@require_safe
@never_cache
def registers(request: HttpRequest) -> HttpResponse:
    """It quotes reasons, so that the look is logged first."""
    at = now()
    if refused := not_logged(request, "register of decisions", at):
        return refused
    return render(request, "audits/registers.html", {"rows": decisions(at - YEAR, at)[:SHOWN]})


@needs("export audits")
@require_safe
@never_cache
def processing(request: HttpRequest, recipients: Recipients) -> HttpResponse:
    at = now()
    return _sent(request, of_processing(who(request), at, recipients), "register-of-processing.pdf", at)


@needs("export audits")
@require_safe
@never_cache
def decided(request: HttpRequest) -> HttpResponse:
    at = now()
    return _sent(request, of_decisions(at - YEAR, at), "register-of-decisions.pdf", at)


def _sent(request: HttpRequest, paper: Paper, name: str, at: Instant) -> HttpResponse:
    if refused := not_logged(request, f"{paper.title.lower()}, as PDF", at):
        return refused
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(pdf(paper, at), content_type="application/pdf", headers=headers)
