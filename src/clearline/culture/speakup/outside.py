"""The public pages: anybody, from any device, without an account, a cookie or a script."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clearline.culture.models import Holder
from clearline.culture.speakup import codes, reporting, sealing
from clearline.culture.speakup.attached import FileError, attached
from clearline.culture.speakup.forms import CodeForm, LetterForm, MoreForm, ReportForm
from clearline.culture.speakup.keys import SpeakUpError
from clearline.culture.speakup.pace import POSTING, READING, Pace
from clearline.culture.speakup.sealing import Said
from clearline.culture.speakup.unseen import LARGEST
from clearline.engine.events import Instant
from clearline.people.needs import anyone
from clearline.ui.clock import now

BUSY: Final = "Too much is coming in at the moment. Nothing was taken; come back in some minutes."
TOO_LARGE: Final = "That was more than 12 MB. Nothing was taken; leave files out, or make them smaller."


@anyone
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What this is, who reads it, and what the server can see."""
    shown = {"open": reporting.is_open(), **_readers()}
    return render(request, "culture/speakup_welcome.html", shown)


@csrf_exempt  # there is no session that anybody could misuse
@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A form with a fresh receipt code in it; posted, the report under that code."""
    if not reporting.is_open():
        return render(request, "culture/speakup_welcome.html", {"open": False, **_readers()}, status=503)
    if request.method != "POST":
        return _form(request, ReportForm(_holders()), codes.new())
    if refused := _refused(request, POSTING, now()):
        return refused
    form, code = ReportForm(_holders(), request.POST, request.FILES), _code(request)
    report = _try(form, lambda said: reporting.posted(code, said, form.cleaned_data["named"], now()), request)
    if report is None:
        return _form(request, form, code)
    return render(request, "culture/speakup_posted.html", {"code": code, "day": report.day})


@csrf_exempt
@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest) -> HttpResponse:
    """Answers, for whoever has the receipt code; and a form to write more."""
    if request.method != "POST":
        return render(request, "culture/speakup_code.html", {"form": CodeForm()})
    if refused := _refused(request, READING, now()):
        return refused
    form, code = CodeForm(request.POST), request.POST.get("code", "")
    more = MoreForm(request.POST, request.FILES) if "words" in request.POST else None
    added = None
    try:
        if more is not None and POSTING.takes(now()):
            added = _try(more, lambda said: reporting.added(code, said, now()), request)
        found = reporting.answers(code)
    except codes.CodeError as error:
        form.add_error("code", f"{error}")
        found = None
    if found is None:
        if form.is_valid():
            form.add_error("code", "There is no report under this code. Look at each letter once more.")
        return render(request, "culture/speakup_code.html", {"form": form}, status=404)
    if added is not None or more is None:
        more = MoreForm()
    shown = {
        "found": found,
        "code": code,
        "more": more,
        "added": added is not None,
        "state": found.report.state,
    }
    return render(request, "culture/speakup_answers.html", shown)


def _try(form: LetterForm, do: Callable[[Said], Any], request: HttpRequest) -> Any:
    """What came of a letter; none where it could not be taken, and the form says why."""
    if not form.is_valid():
        return None
    told = form.cleaned_data
    try:
        files = attached([one.read() for one in request.FILES.getlist("attached")])
        return do(Said(told["words"].strip(), told["name"].strip(), files))
    except FileError as error:
        form.add_error(
            "attached",
            f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was taken; choose the files again.",
        )
    except SpeakUpError as error:
        form.add_error(None, f"{error}.")
    return None


def _refused(request: HttpRequest, pace: Pace, at: Instant) -> HttpResponse | None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return render(request, "culture/speakup_refused.html", {"why": TOO_LARGE}, status=413)
    if not pace.takes(at):
        return render(request, "culture/speakup_refused.html", {"why": BUSY}, status=503)
    return None


def _form(request: HttpRequest, form: ReportForm, code: str) -> HttpResponse:
    shown = {"form": form, "code": code, **_readers()}
    return render(request, "culture/speakup_write.html", shown, status=422 if form.errors else 200)


def _code(request: HttpRequest) -> str:
    """The receipt code that the form came with; a new one where that is none."""
    code = request.POST.get("code", "")
    try:
        codes.plain(code)
    except codes.CodeError:
        return codes.new()
    return code


def _holders() -> list[Holder]:
    return list(sealing.in_force())


def _readers() -> dict[str, list[str]]:
    """Who reads reports, by name: whoever speaks up should know to whom."""
    found: dict[str, list[str]] = {"handlers": [], "recovery": []}
    for one in sealing.in_force():
        found["handlers" if one.kind == Holder.Kind.HANDLER else "recovery"].append(one.person.name)
    return found
