"""Pages of corrective actions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.audits.actions import correcting
from clearline.audits.forms import ActionForm, WordsForm
from clearline.audits.models import Action, Nonconformity
from clearline.audits.queries import actions as queries
from clearline.audits.queries.audits import audits, entries
from clearline.audits.views import choosing
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.queries import findings
from clearline.record.views.looking import not_logged
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("keep an account")
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """All of them, for others their own."""
    asks, at = who(request), now()
    shown = {
        "running": queries.running(asks),
        "over": queries.over(asks),
        "today": day_of(at),
        "opens": may(asks, "open actions"),
    }
    return render(request, "audits/actions.html", shown)


@never_cache
@needs("open actions")
def open_action(request: HttpRequest) -> HttpResponse:
    """For a nonconformity, a finding or an obligation that the address names, or for none of them."""
    asks, at = who(request), now()
    found = _nonconformity(asks, request.GET.get("nonconformity", ""))
    lives = findings.lives(asks, request.GET["finding"]) if request.GET.get("finding") else []
    rule = found.rule if found else lives[0].rule if lives else request.GET.get("rule", "")
    first = {"rule": rule, "cause": found.cause if found else ""}
    form = ActionForm(
        at, choosing.owners(), choosing.rules(), choosing.teams(asks), request.POST or None, initial=first
    )
    if form.is_valid():
        told = form.cleaned_data
        opening = correcting.Opening(
            title=told["title"],
            owner=next(one for one in choosing.owners() if str(one.uid) == told["owner"]),
            due=told["due"],
            steps=form.steps_said(),
            cause=told["cause"],
            rule=told["rule"],
            team=told["team"],
            finding=lives[0].uid if lives else "",
            obligation=request.GET.get("obligation", "")[:80],
            nonconformity=found,
        )
        try:
            made = correcting.opened(asks, opening, at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{made.uid} is open. Its day is a duty from now on.")
            return redirect("action", action=made.uid)
    shown = {"form": form, "found": found, "finding": lives[0] if lives else None}
    return render(request, "audits/open_action.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("keep an account")
@require_safe
def action(request: HttpRequest, action: str) -> HttpResponse:
    asks, at = who(request), now()
    row = _found(asks, action)
    if refused := not_logged(request, f"corrective action {row.uid}", at):
        return refused
    own = row.owner_id == asks.pk
    return render(
        request,
        "audits/action.html",
        {
            "row": row,
            "today": day_of(at),
            "rule": choosing.titled([row.rule])[0][1] if row.rule else "",
            "does": own and row.state == "open",
            "decides": not own and row.state == "completed" and may(asks, "approve actions"),
            "waits": own and row.state == "completed",
            "checks": queries.checks(row),
            "words": WordsForm(),
            "entries": entries("action", row.uid),
        },
    )


@never_cache
@needs("keep an account")
@require_POST
def action_step(request: HttpRequest, action: str) -> HttpResponse:
    """`do` is what its owner, or the second person, does."""
    asks, at, watches = who(request), now(), Watches(judging)
    row, do = _found(asks, action), request.POST.get("do", "")
    words = request.POST.get("words", "")
    steps: dict[str, Callable[[], Action]] = {
        "complete": lambda: correcting.completed(asks, row, words, at, watches),
        "approve": lambda: correcting.approved(asks, row, at, watches),
        "send back": lambda: correcting.sent_back(asks, row, words, at, watches),
    }
    if do.startswith("step ") and do[5:].isdecimal():
        steps[do] = lambda: correcting.step_done(asks, row, int(do[5:]), at, watches)
    if do not in steps:
        raise Http404("there is no such step")
    try:
        steps[do]()
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    else:
        messages.success(request, "Done, and entered into the log.")
    return redirect("action", action=row.uid)


def _nonconformity(asks: Person, key: str) -> Nonconformity | None:
    if not key.isdecimal():
        return None
    return Nonconformity.objects.filter(pk=int(key), audit__in=audits(asks)).select_related("audit").first()


def _found(asks: Person, uid: str) -> Action:
    row = queries.action(asks, uid)
    if row is None:
        raise Http404("no corrective action of that number, or not yours to see")
    return row
