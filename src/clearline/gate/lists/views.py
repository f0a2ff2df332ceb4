"""The page of lists: their age, what waits for a person, and who has a copy of the own list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.gate.list_heads import ListError
from clearline.gate.lists import loading, queries, tasks
from clearline.gate.lists.current import lists as opened
from clearline.gate.lists.forms import LoadForm, VendorForm
from clearline.gate.models import Snapshot, Vendor
from clearline.gate.own_list import actions
from clearline.gate.own_list import queries as own
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("see lists")
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    return _page(request, LoadForm())


@needs("load lists")
@require_POST
def load_list(request: HttpRequest) -> HttpResponse:
    form = LoadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 400)
    told = form.cleaned_data
    tasks.upload(
        who(request), told["file"], told["name"], told["made"], told["subscription"], told["areas"], now()
    )
    messages.success(
        request, f"{told['name']} is being read. It becomes current by itself, or waits for you here."
    )
    return redirect("lists")


@needs("load lists")
@require_POST
def confirm_list(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _decided(request, uid, confirm=True)


@needs("load lists")
@require_POST
def refuse_list(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _decided(request, uid, confirm=False)


@needs("load lists")
@require_POST
def enter_vendor(request: HttpRequest) -> HttpResponse:
    form = VendorForm(request.POST)
    try:
        name = form.cleaned_data["name"] if form.is_valid() else ""
        actions.entered(name, str(who(request).uid), now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("lists")


@needs("load lists")
@require_POST
def leave_vendor(request: HttpRequest, pk: int) -> HttpResponse:
    vendor = Vendor.objects.filter(pk=pk, until=None).first()
    if vendor is None:
        raise Http404("there is no such vendor")
    actions.left(vendor, str(who(request).uid), now())
    messages.success(request, f"{vendor.name} has no copy any more.")
    return redirect("lists")


def _decided(request: HttpRequest, uid: UUID, *, confirm: bool) -> HttpResponse:
    row = Snapshot.objects.filter(uid=str(uid)).first()
    if row is None:
        raise Http404("there is no such snapshot")
    actor = str(who(request).uid)
    try:
        if confirm:
            loading.confirm(row, actor, now(), Watches(judging))
        else:
            loading.refuse(row, actor, now())
    except ListError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, f"{row.name} is {'current now' if confirm else 'refused; its file is gone'}."
        )
    return redirect("lists")


def _page(request: HttpRequest, form: LoadForm, status: int = 200) -> HttpResponse:
    asks, at = who(request), now()
    rows = [(row, queries.due(row)) for row in queries.current()]
    shown = {
        "rows": rows,
        "now": at,
        "soon": at + queries.SOON,
        "held": queries.held(),
        "former": queries.former(),
        "coming": [(job, int(job.progress * 100)) for job in queries.coming()],
        "faults": opened().faults,
        "own": own.count(asks),
        "owing": own.owing(asks),
        "keeps": may(asks, "keep the own list"),
        "form": form if may(asks, "load lists") else None,
        "vendor": VendorForm(prefix=None) if may(asks, "load lists") else None,
    }
    return render(request, "gate/lists.html", shown, status=status)
