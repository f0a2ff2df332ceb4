"""The page of scrubs: a file is brought, gone through, and fetched again without those who may not be called."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.gate.models import Scrub
from clearline.gate.scrubs import queries, tasks
from clearline.gate.scrubs.forms import ScrubForm
from clearline.people.actions import looked
from clearline.people.needs import needs, who
from clearline.ui.clock import now

SHOWN = 20


@never_cache
@needs("scrub files")
def scrubs(request: HttpRequest) -> HttpResponse:
    form = ScrubForm(request.POST or None, request.FILES or None)
    asks = who(request)
    if request.method == "POST" and form.is_valid():
        tasks.upload(asks, form.cleaned_data["file"], form.attempt, now())
        messages.success(request, "It is being gone through. This page shows how far it is.")
        return redirect("scrubs")
    rows = list(queries.scrubs(asks)[:SHOWN])
    running = any(row.state in {Scrub.State.WAITING, Scrub.State.RUNNING} for row in rows)
    there = {row.uid for row in rows if tasks.place(row.uid, tasks.CLEAN).exists()}
    shown = {"form": form, "rows": rows, "running": running, "there": there}
    if request.headers.get("HX-Request") == "true":
        return render(request, "gate/scrubs_listed.html", shown)
    return render(request, "gate/scrubs.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("scrub files")
@require_safe
def scrub_file(request: HttpRequest, uid: UUID) -> FileResponse:
    """The leads that are left: whoever fetches them leaves an entry in the log."""
    row = _done(request, uid)
    looked(who(request), f"clean leads of scrub {row.uid}", now())
    return _file(row, tasks.CLEAN, f"clean-{row.uid}.csv")


@never_cache
@needs("scrub files")
@require_safe
def scrub_report(request: HttpRequest, uid: UUID) -> FileResponse:
    """The report, to be kept."""
    row = _done(request, uid)
    return _file(row, tasks.REPORT, f"report-{row.uid}.html")


def _done(request: HttpRequest, uid: UUID) -> Scrub:
    row = queries.scrubs(who(request)).filter(uid=str(uid), state=Scrub.State.DONE).first()
    if row is None:
        raise Http404("there is no such scrub, or it is not yours to see")
    return row


def _file(row: Scrub, name: str, called: str) -> FileResponse:
    path = tasks.place(row.uid, name)
    if not path.exists():
        raise Http404("the file is gone")
    return FileResponse(path.open("rb"), as_attachment=True, filename=called)
