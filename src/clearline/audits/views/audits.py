"""Pages of audits: the plan, one audit with its sample, what it established, and its documents."""

import json
import tempfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.audits.actions import auditing
from clearline.audits.documents.oscal import documents
from clearline.audits.documents.paper import pdf
from clearline.audits.documents.report import paper
from clearline.audits.drawing import population, size
from clearline.audits.forms import AnswerForm, AuditorForm, NonconformityForm, PlanForm
from clearline.audits.models import Action, Audit, Nonconformity, Paper
from clearline.audits.queries import audits as queries
from clearline.audits.queries.estimating import SHOWN, estimate
from clearline.audits.views import choosing
from clearline.evidence import pages
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import Order, export
from clearline.evidence.witnesses import FILE, cosigned_now
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.openings import of_timelines
from clearline.record.queries import reach
from clearline.record.views.looking import not_logged
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("see audits")
@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    shown = {"lines": queries.plan(asks), "plans": may(asks, "plan audits"), "now": now()}
    return render(request, "audits/audits.html", shown)


@never_cache
@needs("plan audits")
def plan_audit(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    form = PlanForm(
        at, choosing.rules(), choosing.teams(asks), request.POST or None, request.GET.get("rule", "")
    )
    if form.is_valid():
        told = form.cleaned_data
        since, until = form.period()
        plan = auditing.Plan(
            told["title"],
            tuple(told["rules"]),
            tuple(told["teams"]),
            since,
            until,
            told["due"],
            told["rate"],
            told["confidence"],
            told["accepts"],
            told["by_risk"],
            told["by_team"],
        )
        try:
            made = auditing.planned(asks, plan, at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{made.uid} stands in the plan. Now give it to an auditor.")
            return redirect("audit", audit=made.uid)
    return render(request, "audits/plan.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@needs("see audits")
@require_safe
def audit(request: HttpRequest, audit: str) -> HttpResponse:
    """It quotes notes about calls, so that the look is logged first."""
    asks, at = who(request), now()
    row = _found(asks, audit)
    if refused := not_logged(request, f"audit {row.uid}", at):
        return refused
    seen = (
        set(reach.calls(asks).values_list("timeline__subject", flat=True))
        if asks.role == "supervisor"
        else None
    )
    counts = queries.counted(row)
    return render(
        request,
        "audits/audit.html",
        {
            "row": row,
            "rules": choosing.titled(row.rules),
            "own": row.auditor_id == asks.pk,
            "plans": may(asks, "plan audits"),
            "exports": may(asks, "export audits"),
            "auditor_form": AuditorForm(choosing.auditors()),
            "papers": [
                (one, seen is None or one.call in seen) for one in row.papers.order_by("answer", "place")
            ],
            "counts": [(word, counts.get(word, 0)) for word in (*Paper.Answer.values, "")],
            "left": counts.get("", 0),
            "shown": row.claim.startswith(SHOWN),
            "size": _size(row) if row.state == "planned" else None,
            "estimate": estimate(row),
            "found": queries.nonconformities(row),
            "entries": queries.entries("audit", row.uid),
            "opens": may(asks, "open actions"),
        },
    )


@never_cache
@needs("conduct audits")
def paper_of(request: HttpRequest, audit: str, call: str) -> HttpResponse:
    """One call of the sample, to be answered; the next one follows."""
    asks = who(request)
    row = _found(asks, audit)
    one = row.papers.filter(call=call).first()
    if one is None or row.auditor_id != asks.pk:
        raise Http404("this call was not drawn, or the audit is not yours")
    form = AnswerForm(request.POST or None, initial={"answer": one.answer, "note": one.note})
    if form.is_valid():
        told = form.cleaned_data
        try:
            auditing.answered(asks, row, call, told["answer"], told["note"], now(), Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            following = row.papers.filter(answer="").order_by("place").first()
            if following is None:
                messages.success(request, "Every call of the sample is answered.")
                return redirect("audit", audit=row.uid)
            return redirect("audit_paper", audit=row.uid, call=following.call)
    shown = {
        "row": row,
        "paper": one,
        "form": form,
        "rules": choosing.titled(row.rules),
        "done": row.papers.exclude(answer="").count(),
        "of": row.papers.count(),
    }
    return render(request, "audits/paper.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("conduct audits")
def nonconformity(request: HttpRequest, audit: str) -> HttpResponse:
    asks = who(request)
    row = _found(asks, audit)
    blamed = row.papers.filter(answer=Paper.Answer.DOES_NOT).order_by("place")
    calls = [(one.call, f"{one.call}: {one.note}") for one in blamed]
    form = NonconformityForm(choosing.titled(row.rules), calls, request.POST or None)
    if form.is_valid():
        made = Nonconformity(**form.cleaned_data)
        try:
            auditing.established(asks, row, made, now(), Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"NC-{made.number} is established. Open a corrective action for it.")
            return redirect("audit", audit=row.uid)
    shown = {"row": row, "form": form}
    return render(request, "audits/nonconformity.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("see audits")
@require_POST
def audit_step(request: HttpRequest, audit: str) -> HttpResponse:
    """`do` is what is done with it: assign, seed, draw, conclude."""
    asks, at, watches = who(request), now(), Watches(judging)
    row, do = _found(asks, audit), request.POST.get("do", "")
    steps: dict[str, Callable[[], Audit]] = {
        "assign": lambda: auditing.assigned(asks, row, _person(request), at, watches),
        "seed": lambda: auditing.seeded(asks, row, at, watches),
        "draw": lambda: auditing.sample_drawn(asks, row, at, watches),
        "conclude": lambda: auditing.concluded(asks, row, at, watches),
    }
    if do not in steps:
        raise Http404("there is no such step")
    try:
        steps[do]()
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    else:
        messages.success(request, "Done, and entered into the log.")
    return redirect("audit", audit=row.uid)


@never_cache
@needs("export audits")
@require_safe
def audit_report(request: HttpRequest, audit: str) -> HttpResponse:
    asks, at = who(request), now()
    row = _found(asks, audit)
    if refused := not_logged(request, f"report of audit {row.uid}", at):
        return refused
    told = queries.whole(row, judging().rulebook, at)
    return _file(pdf(paper(told), at), "application/pdf", f"{row.uid}.pdf")


@never_cache
@needs("export audits")
@require_POST
def audit_pack(request: HttpRequest, audit: str) -> HttpResponseBase:
    """Report, data in OSCAL, the entries of the audit and its actions with their proofs, and the verifier: one ZIP."""
    asks, at = who(request), now()
    row = _found(asks, audit)
    told = queries.whole(row, judging().rulebook, at)
    beside = {"documents/report.pdf": pdf(paper(told), at)}
    if row.frame:
        beside["documents/population.tsv"] = zlib.decompress(row.frame)
    for name, content in documents(told).items():
        beside[f"documents/{name}"] = json.dumps(content, indent=1, ensure_ascii=False).encode()
    actions = list(Action.objects.filter(nonconformity__audit=row).values_list("uid", flat=True))
    chosen = of_timelines(
        f"audit {row.uid}", Q(kind="audit", subject=row.uid) | Q(kind="action", subject__in=actions)
    )
    with tempfile.TemporaryDirectory(prefix="clearline-") as folder:
        path = Path(folder) / "pack.zip"
        order = Order(chosen, path, zipped=True, actor=str(asks.uid), beside=beside)
        try:
            export(order, pages.keys(), at, partial(cosigned_now, settings.HOME.path / FILE, at=at))
        except EvidenceError as error:
            messages.error(request, str(error))
            return redirect("audit", audit=row.uid)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{row.uid}.zip")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _person(request: HttpRequest) -> Person:
    chosen = request.POST.get("auditor", "")
    found = next((one for one in choosing.auditors() if str(one.uid) == chosen), None)
    if found is None:
        raise RefusedError("choose somebody who may conduct audits")
    return found


def _size(row: Audit) -> tuple[int, int | None, str]:
    """How many calls there are today, how many of them would be drawn, or why none."""
    units = population(row)
    try:
        return len(units), size(row, units), ""
    except ValueError as error:
        return len(units), None, str(error)


def _found(asks: Person, uid: str) -> Audit:
    row = queries.audit(asks, uid)
    if row is None:
        raise Http404("no audit of that number, or not yours to see")
    return row
