"""Pages of case handlers: the box, a report, what they write. Each asks for the key first."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.culture.models import Holder, Letter, Report
from clearline.culture.speakup import handling, holding, queries, unlocking
from clearline.culture.speakup.attached import TYPES
from clearline.culture.speakup.forms import AcknowledgeForm, AnswerForm, NoteForm, PassphraseForm
from clearline.culture.speakup.keys import ShutError
from clearline.culture.speakup.pace import UNLOCKING
from clearline.culture.speakup.sealing import Opened
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now

WRONG: Final = "That is not the passphrase of your key."


@never_cache
@needs("hold report keys")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What lies in the box for them, once they have unlocked it."""
    holder, private = _key(request, now())
    if holder is None or holder.kind != Holder.Kind.HANDLER or private is None:
        return _locked(request, holder)
    shown = {"cases": queries.cases(holder, private), "holder": holder}
    return _again(request, render(request, "culture/speakup_inbox.html", shown), holder, private)


@never_cache
@needs("hold report keys")
@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """With the passphrase; a handler has looked into the box by it."""
    at, holder = now(), holding.holder_of(who(request))
    if holder is None:
        return _locked(request, None)
    form = PassphraseForm(request.POST)
    try:
        private = _tried(holder, request.POST.get("passphrase", ""), at)
    except ShutError:
        form.add_error("passphrase", WRONG)
    except RefusedError as error:
        form.add_error(None, f"{error}.")
    else:
        response = redirect("speak_up_inbox" if holder.kind == Holder.Kind.HANDLER else "speak_up_holders")
        unlocking.unlock(request, response, holder, private, at)
        return response
    return _locked(request, holder, form)


@never_cache
@needs("hold report keys")
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    response = redirect("speak_up_inbox")
    unlocking.lock(request, response)
    return response


@never_cache
@needs("hold report keys")
@require_safe
def case(request: HttpRequest, report: UUID) -> HttpResponse:
    """One report, its letters and notes."""
    at = now()
    holder, private = _key(request, at)
    one = _opened(holder, private, report)
    if holder is None or private is None or one is None:
        return _locked(request, holder)
    first = one.report.state == Report.State.RECEIVED
    shown = {
        "report": one.report,
        "letters": queries.letters(one),
        "due": queries.due(one.report),
        "answer": AcknowledgeForm() if first else AnswerForm(),
        "first": first,
        "note": NoteForm(auto_id="note_%s"),
        "others": queries.others(holder.person, one),
        "out": queries.kept_out(one),
        "agents": queries.agents(),
        "watch": queries.watch(one, at),
    }
    return _again(request, render(request, "culture/speakup_case.html", shown), holder, private)


@never_cache
@needs("handle reports")
@require_POST
def case_step(request: HttpRequest, report: UUID) -> HttpResponse:
    """`do` is what the handler does."""
    at = now()
    holder, private = _key(request, at)
    one = _opened(holder, private, report)
    words = request.POST.get("words", "")
    if holder is None or private is None or one is None:
        return _locked(request, holder, words=words)
    steps = _steps(request, holder.person, one, words, at)
    do = request.POST.get("do", "")
    if do not in steps:
        raise Http404("there is no such step")
    try:
        steps[do]()
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    else:
        messages.success(request, "Done.")
    return _again(request, redirect("speak_up_case", report=report), holder, private)


@never_cache
@needs("hold report keys")
@require_safe
def case_file(request: HttpRequest, report: UUID, number: int, place: int) -> HttpResponse:
    """A file of a letter, as it was cleaned; always as a download."""
    holder, private = _key(request, now())
    one = _opened(holder, private, report)
    if one is None:
        return _locked(request, holder)
    letter = one.report.letters.filter(number=number, waits=False).exclude(by=Letter.By.NOTE).first()
    files = one.says(letter).files if letter else ()
    if not 0 < place <= len(files):
        raise Http404("there is no such file")
    found = files[place - 1]
    response = HttpResponse(found.content, content_type=TYPES[found.name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="letter-{number}-{found.name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _tried(holder: Holder, passphrase: str, at: Instant) -> bytes:
    """The private key; ShutError with a wrong passphrase, RefusedError where too many come."""
    if not UNLOCKING.takes(at):
        raise RefusedError("Too many passphrases were tried; wait a minute")
    private = holding.unlocked(holder, passphrase)
    if holder.kind == Holder.Kind.HANDLER and holder.trusted is not None:
        holding.looked(holder, at, Watches(judging))
    return private


def _steps(
    request: HttpRequest, by: Person, one: Opened, words: str, at: Instant
) -> dict[str, Callable[[], Any]]:
    watches = Watches(judging)
    return {
        "acknowledge": lambda: handling.acknowledged(by, one, words, at, watches),
        "answer": lambda: handling.answered(by, one, words, at, watches),
        "feedback": lambda: handling.fed_back(by, one, words, at, watches),
        "close": lambda: handling.closed(by, one, at, watches),
        "note": lambda: handling.noted(one, words, at),
        "keep out": lambda: handling.kept_out(
            by, one, queries.holding_person(request.POST.get("person", "")), at, watches
        ),
        "watch": lambda: handling.watched(one, queries.agent(request.POST.get("agent", "")), at),
    }


def _key(request: HttpRequest, at: Instant) -> tuple[Holder | None, bytes | None]:
    holder = holding.holder_of(who(request))
    return holder, unlocking.key_of(request, holder, at) if holder else None


def _opened(holder: Holder | None, private: bytes | None, report: UUID) -> Opened | None:
    """The report, for a handler with a key that opens it; who may not read it is told what nobody can tell from its not being there."""
    if holder is None or private is None or holder.kind != Holder.Kind.HANDLER:
        return None
    one = queries.one(holder, private, report)
    if one is None:
        raise Http404("there is no report of this number that your key opens")
    return one


def _again(request: HttpRequest, response: HttpResponse, holder: Holder, private: bytes) -> HttpResponse:
    """Ten minutes more with each page."""
    unlocking.unlock(request, response, holder, private, now())
    return response


def _locked(
    request: HttpRequest, holder: Holder | None, form: PassphraseForm | None = None, words: str = ""
) -> HttpResponse:
    shown = {"holder": holder, "form": form or PassphraseForm(), "words": words}
    status = 422 if form and form.errors else 200
    return render(request, "culture/speakup_locked.html", shown, status=status)
