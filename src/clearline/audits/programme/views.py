"""Pages of the programme: the gap matrix, one obligation, the evidence of a control, the safe harbour, changing law."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.audits.programme import adding, matrix, watching
from clearline.audits.programme.controls import Control, spans
from clearline.audits.programme.evidence import Evidence, gathered
from clearline.audits.programme.forms import EvidenceForm, WithdrawForm
from clearline.audits.programme.harbour import harbour
from clearline.audits.programme.matrix import Asked, Cell, Row, Shown, Standing
from clearline.audits.programme.reading import known
from clearline.people.models import Person, Role
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.views.links import proof
from clearline.record.views.telling import place
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("see programme")
@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The gap matrix."""
    asks, by = who(request), judging()
    rows = matrix.matrix(asks, by, now())
    asked = Asked(**{name: request.GET.get(name, "")[:80] for name in Asked._fields})
    shown = [one for one in rows if asked.fits(one)]
    packs = {name for one in rows for name in one.needed.packs}
    return render(
        request,
        "audits/programme.html",
        {
            "rows": [(one, [(cell, _cell_url(one, cell)) for cell in one.cells]) for one in shown],
            "counts": list(matrix.counts(shown).items()),
            "asked": asked,
            "places": sorted({one.needed.row.jurisdiction for one in rows}),
            "packs": sorted((by.rulebook.packs[name].title, name) for name in packs),
            "severities": ("critical", "serious", "minor"),
            "standings": list(Standing),
            "answered": by.packs is not None,
        },
    )


@never_cache
@needs("see programme")
@require_safe
def obligation(request: HttpRequest, obligation: str) -> HttpResponse:
    """One obligation with every control, and what shows each."""
    asks, by = who(request), judging()
    row = matrix.obligation(asks, by, obligation, now())
    if row is None:
        raise Http404("no obligation of that name concerns this shop")
    return render(
        request,
        "audits/programme_obligation.html",
        {
            "row": row,
            "keeps": may(asks, "keep programme"),
            "opens": may(asks, "open actions"),
            "plans": may(asks, "plan audits"),
            "changes": [
                one
                for one in watching.changes(by, day_of(now()))
                if row.needed.row.id in dict(one.obligations)
            ],
        },
    )


@never_cache
@needs("keep programme")
def control(request: HttpRequest, control: str) -> HttpResponse:
    """The evidence of one control, and a form for more."""
    asks, by, at = who(request), judging(), now()
    one = known(by.rulebook).get(control)
    if one is None:
        raise Http404("there is no control of that name")
    withdraws = request.POST.get("do") == "withdraw"
    form = EvidenceForm(one, _who(one), day_of(at), None if withdraws else request.POST or None)
    out = WithdrawForm(request.POST if withdraws else None)
    if form.is_valid() or (withdraws and out.is_valid()):
        try:
            if withdraws:
                adding.withdrawn(asks, one, out.cleaned_data["reason"], at, Watches(judging))
            else:
                adding.added(asks, [adding.Piece(one, **form.cleaned_data)], at, Watches(judging))
        except RefusedError as error:
            (out if withdraws else form).add_error(None, str(error))
        else:
            messages.success(request, "Entered into the log.")
            return redirect("control", control=one.id)
    evidence = gathered(spans(by.rulebook), at)
    shown = {
        "control": one,
        "shown": _shown(one, evidence),
        "given": evidence.given.get(one.id, [])[::-1],
        "form": form,
        "out": out if evidence.given.get(one.id) and one.id not in evidence.withdrawn else None,
        "now": at,
        "serves": [each for each in matrix.in_force(by) if one in each.controls[one.kind]],
    }
    return render(
        request, "audits/programme_control.html", shown, status=400 if form.errors or out.errors else 200
    )


@never_cache
@needs("see programme")
@require_safe
def safe_harbour(request: HttpRequest) -> HttpResponse:
    """Each element of 16 CFR 310.4(b)(3), and since when it is lost."""
    asks, at = who(request), now()
    found = harbour(asks, judging(), at)
    assert found is not None
    shown = {
        "found": found,
        "now": at,
        "keeps": may(asks, "keep programme"),
        "opens": may(asks, "open actions"),
        "wrong": [(one, place(one.timeline)) for one in found.wrong],
    }
    return render(request, "audits/programme_harbour.html", shown)


@never_cache
@needs("see programme")
@require_safe
def changing(request: HttpRequest) -> HttpResponse:
    """The watch list."""
    day = day_of(now())
    found = watching.changes(judging(), day)
    shown = {
        "coming": [one for one in found if one.on > day],
        "came": [one for one in found[::-1] if one.on <= day],
        "today": day,
    }
    return render(request, "audits/programme_changes.html", shown)


def _cell_url(row: Row, cell: Cell) -> str:
    """The proof of a cell: of one control at once, of several where they are told one by one."""
    whole = f"{reverse('obligation', args=[row.needed.row.id])}#{cell.kind}"
    if len(cell.shown) != 1:
        return whole
    (one,) = cell.shown
    if cell.kind == "rule" and one.fired.findings:
        return f"{reverse('findings')}?rule={one.control.id}&found=standing"
    if cell.kind == "rule":
        return reverse("rule", args=[one.control.id])
    return (proof(one.proof.entry) if one.proof else "") or whole


def _shown(one: Control, evidence: Evidence) -> Shown:
    return matrix.training(one, evidence) if one.kind == "training" else matrix.given(one, evidence)


def _who(one: Control) -> list[tuple[str, str]]:
    """Whom evidence may name: agents for a course, for a task all others."""
    people: Iterable[Person] = Person.objects.filter(is_active=True).order_by("name")
    if one.kind == "training":
        return [(each.agent, each.name) for each in people if each.agent]
    return [(str(each.uid), each.name) for each in people if each.role != Role.AGENT]
