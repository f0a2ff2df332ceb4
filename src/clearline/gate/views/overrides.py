"""Overrides: what waits for a second person, and what was decided."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.gate.actions import overriding
from clearline.gate.forms import OverrideForm
from clearline.gate.models import Decision, Override
from clearline.gate.queries import decisions
from clearline.gate.queries import overrides as queries
from clearline.people.actions import looked
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Contact
from clearline.record.queries import reach
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import masked_contact
from clearline.record.watching import Watches
from clearline.ui.clock import now


@never_cache
@needs("see overrides")
@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    waiting, decided = queries.waiting(asks, at), queries.decided(asks, at)
    if waiting or decided:
        looked(asks, f"overrides: {len(waiting) + len(decided)}", at)
    contacts = _contacts(asks, [*waiting, *decided])
    return render(
        request,
        "gate/overrides.html",
        {
            "waiting": [(one, _titles(one), _contact(contacts, one)) for one in waiting],
            "decided": [
                (one, _titles(one), _contact(contacts, one), queries.standing(one, at)) for one in decided
            ],
            "now": at,
        },
    )


@never_cache
@needs("see overrides")
@require_safe
def override(request: HttpRequest, override: str) -> HttpResponse:
    """It says why somebody is to be called in spite of a rule, so that the look at it is logged first."""
    asks, at = who(request), now()
    row = _found(asks, override)
    if refused := not_logged(request, f"override {row.uid}", at):
        return refused
    return render(
        request,
        "gate/override.html",
        {
            "row": row,
            "rules": _titles(row),
            "contact": _contact(_contacts(asks, [row]), row),
            "standing": queries.standing(row, at),
            "entries": queries.entries(row),
            "decides": may(asks, "approve overrides") and row.asked_by_id != asks.pk,
            "own": row.asked_by_id == asks.pk,
            "now": at,
        },
    )


@never_cache
@needs("ask for overrides")
def ask(request: HttpRequest) -> HttpResponse:
    """For the decision in ?decision=…, which says whom it is for and what stands against it."""
    asks, at = who(request), now()
    try:
        row = decisions.decision(asks, request.GET.get("decision", ""))
    except Decision.DoesNotExist:
        raise Http404("no decision of that name, or not yours to see") from None
    told = decisions.told(row)
    against = [(one.rule, one.title) for one in told.reasons if one.rule] if told else []
    form = OverrideForm(against, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = overriding.asked(
                asks, row, said["rules"], said["reason"], at + form.lasts, at=at, watches=Watches(judging)
            )
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Asked, and entered into the log. Now somebody else has to decide.")
            return redirect("override", override=made.uid)
    shown = {"form": form, "row": row, "against": against}
    return render(request, "gate/ask_override.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("approve overrides")
@require_POST
def decide(request: HttpRequest, override: str) -> HttpResponse:
    """`do` is approve or refuse."""
    asks = who(request)
    row = _found(asks, override)
    deed = {"approve": overriding.approved, "refuse": overriding.refused}.get(request.POST.get("do", ""))
    if deed is None:
        raise Http404("there is no such step")
    try:
        deed(asks, row, now(), Watches(judging))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Done, and entered into the log.")
    return redirect("override", override=row.uid)


def _found(asks: Person, uid: str) -> Override:
    try:
        return queries.override(asks, uid)
    except Override.DoesNotExist:
        raise Http404("no override of that name, or not yours to see") from None


def _titles(row: Override) -> list[tuple[str, str]]:
    rules = judging().rulebook.rules
    return [(one, rules[one].title if one in rules else one) for one in row.rules]


def _contacts(asks: Person, rows: list[Override]) -> dict[str, Contact]:
    subjects = {row.contact for row in rows}
    return {one.subject: one for one in reach.contacts(asks).filter(subject__in=subjects)}


def _contact(contacts: dict[str, Contact], row: Override) -> tuple[str, str]:
    return masked_contact(contacts.get(row.contact))
