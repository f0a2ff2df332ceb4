"""Pages of evidence: the log, its checkpoints and witnesses, the proof of each entry, and its way out of the house."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from clearline.evidence import clearline_verify, pages, queries
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import Order
from clearline.evidence.exporting import export as export_pack
from clearline.evidence.forms import ExportForm, KeptForm
from clearline.evidence.models import Checkpoint, Entry
from clearline.evidence.pages import Above
from clearline.evidence.witnesses import FILE, cosigned_now
from clearline.seal import merkle
from clearline.seal.errors import Unproven
from clearline.ui.clock import now

KEPT = 20  # checkpoints that are shown


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    keys, signed, wrong = pages.keys(), queries.latest(), pages.wrong()
    size = queries.head_size()
    shown = {
        "size": size,
        "signed": signed,
        "waiting": size - (signed.size if signed else 0),
        "wrong": wrong,
        "ring": [(link, pages.fingerprint(link.key)) for link in reversed(keys.ring.links)],
        "witnesses": [] if wrong else pages.watched(),
        "now": now(),
    }
    return render(request, "evidence/overview.html", shown)


@require_safe
def entries(request: HttpRequest, above: Above) -> HttpResponse:
    start, kind = request.GET.get("from", ""), request.GET.get("kind", "")
    part = pages.part(above, request.user, kind, int(start) if start.isdecimal() else None)
    shown = {"part": part, "kinds": list(pages.kinds()), "kind": kind}
    return render(request, "evidence/entries.html", shown)


@require_safe
def entry(request: HttpRequest, index: int, above: Above) -> HttpResponse:
    row, signed = _entry(request, index, above), queries.latest()
    shown: dict[str, Any] = {"entry": row, "leaf": queries.leaf(row).decode(), "signed": signed}
    if signed and index < signed.size:
        leaf, hashes = merkle.leaf_hash(queries.leaf(row)), queries.inclusion(index, signed.size)
        root = merkle.root(signed.size, queries.tree(signed.size))
        steps = list(pages.climb(leaf, index, signed.size, hashes))
        shown |= {"hash": leaf.hex(), "steps": steps, "root": root.hex()}
        shown["holds"] = (steps[-1].reached if steps else leaf.hex()) == pages.told(signed).root.hex()
    return render(request, "evidence/entry.html", shown)


@require_safe
def proof(request: HttpRequest, index: int, above: Above) -> HttpResponse:
    row, signed = _entry(request, index, above), queries.latest()
    if signed is None or row.index >= signed.size:
        raise Http404("not signed yet: ask again in a second")
    return _text(str(queries.receipt(index, signed)), f"{index}.tlog-proof")


@require_safe
def growth(request: HttpRequest) -> HttpResponse:
    newest = queries.latest()
    form = KeptForm(request.GET if "kept" in request.GET else None)
    shown: dict[str, Any] = {
        "form": form,
        "newest": newest,
        "checkpoints": Checkpoint.objects.order_by("-size")[:KEPT],
    }
    if newest and form.is_valid():
        old = form.cleaned_data["kept"]
        ring = pages.keys().ring
        try:
            form.note.signed_by([ring.key(old.size)])
            hashes, wrong = pages.grown(old, newest)
        except Unproven as fault:
            hashes, wrong = [], f"This log has not signed it: {fault}"
        shown |= {"old": old, "hashes": hashes, "wrong": wrong}
    return render(request, "evidence/growth.html", shown)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    signed = queries.latest()
    if signed is None:
        raise Http404("nothing was signed yet")
    return _text(signed.note, "checkpoint")


@require_safe
def ring(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _text(str(pages.keys().ring), "log.vkey")


@require_safe
def program(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _text(Path(clearline_verify.__file__).read_text(encoding="utf-8"), "clearline_verify.py")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, above: Above) -> HttpResponseBase:
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _packed(request, above, **{name: form.cleaned_data[name] for name in ("what", "name")})
        except EvidenceError as error:
            form.add_error(None, str(error))
    return render(request, "evidence/export.html", {"form": form}, status=400 if form.errors else 200)


def _packed(request: HttpRequest, above: Above, what: str, name: str) -> FileResponse:
    """A pack as one file, which is gone from the disk once it is sent."""
    at = now()
    with tempfile.TemporaryDirectory(prefix="clearline-") as folder:
        path = Path(folder) / "pack.zip"
        order = Order(above.chosen(what, name), path, zipped=True, actor=str(request.user.uid))  # type: ignore[union-attr]
        made = export_pack(order, pages.keys(), at, partial(cosigned_now, settings.HOME.path / FILE, at=at))
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"evidence-{made.entry}.zip")


def _entry(request: HttpRequest, index: int, above: Above) -> Entry:
    found = Entry.objects.filter(above.seen(request.user, singly=True), index=index).first()
    if found is None:
        raise Http404("there is no such entry, or it is not yours to see")
    return found


def _text(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
