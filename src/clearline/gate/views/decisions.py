"""Decisions of the gate: the list, those about one number or contact, and one with all that decided it."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.gate.attempts import Answer
from clearline.gate.attempts import Decision as Told
from clearline.gate.dialled import in_full
from clearline.gate.filters import DecisionFilter
from clearline.gate.forms import SearchForm
from clearline.gate.models import Decision
from clearline.gate.queries import decisions as queries
from clearline.gate.views import telling
from clearline.people.actions import looked
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.judging import judging
from clearline.record.models import Contact
from clearline.record.queries import staff
from clearline.record.queries.parts import Part
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import LISTS, masked_contact, told
from clearline.ui.clock import now
from clearline.ui.wording import masked


@never_cache
@needs("see decisions")
def decisions(request: HttpRequest) -> HttpResponse:
    """By POST those about a number or a contact, so that what is searched stands in no address or history."""
    asks = who(request)
    search = SearchForm(request.POST if request.method == "POST" else None)
    form = DecisionFilter(asks, request.GET)
    part: Part[Decision] = Part([])
    if search.is_valid():
        words = search.cleaned_data["words"]
        part = Part(queries.about(asks, words, [in_full(words)]))
        looked(asks, f"decisions found by a search: {len(part.rows)}", now())
    elif form.is_valid():
        part = queries.decisions(asks, form.wanted())
    shown = {
        "form": form,
        "search": search,
        "searched": search.is_valid(),
        "part": part,
        "told": told(part, "decision"),
        "words": LISTS["-at"],
        "rows": _rows(asks, part.rows),
    }
    wrong = not form.is_valid() or (search.is_bound and not search.is_valid())
    return render(request, "gate/decisions.html", shown, status=400 if wrong else 200)


@never_cache
@needs("see decisions")
@require_safe
def decision(request: HttpRequest, decision: str) -> HttpResponse:
    """It names a number, so that the look at it is logged first."""
    asks, at = who(request), now()
    try:
        row = queries.decision(asks, decision)
    except Decision.DoesNotExist:
        raise Http404("no decision of that name, or not yours to see") from None
    if refused := not_logged(request, f"decision {row.uid}", at, row.agent):
        return refused
    found = queries.told(row)
    contact = queries.contacts(asks, [row]).get(row.contact)
    full = may(asks, "see contact details")
    return render(
        request,
        "gate/decision.html",
        {
            "row": row,
            "told": found,
            "number": row.number if full else masked(row.number),
            "contact": masked_contact(contact),
            "agent": staff.names(asks, [row.agent]).get(row.agent, ""),
            "asks_override": row.answer != Answer.ALLOW and found and may(asks, "ask for overrides"),
            **(shown(found) if found else {}),
        },
    )


def shown(told: Told) -> dict[str, Any]:
    """What the page of a decision says of it."""
    rules = judging().rulebook.rules
    return {
        "reasons": [(one, rules.get(one.rule)) for one in told.reasons],
        "notes": [(one, rules.get(one.rule)) for one in told.notes],
        "facts": telling.facts(told.facts),
        "attempt": telling.attempt(told.attempt),
        "there": telling.there(told.at, told.facts.get("zones", ())),
        "opens": telling.there(told.not_before, told.facts.get("zones", ())) if told.not_before else [],
        "lists": telling.lists(told.lists),
        # The gate has looked ahead to when these are lifted, and found no moment at which it may be called.
        "vain": told.answer is Answer.DENY and all(one.until is not None for one in told.reasons),
    }


def _rows(asks: Person, rows: Iterable[Decision]) -> list[tuple[Decision, str, str, tuple[str, str], str]]:
    """Each with the title of its weightiest rule, its number as far as it is shown, its contact and its agent."""
    found = list(rows)
    titles = judging().rulebook.rules
    known: dict[str, Contact] = queries.contacts(asks, found)
    names = staff.names(asks, (one.agent for one in found))
    return [
        (
            one,
            titles[one.rule].title if one.rule in titles else one.rule,
            masked(one.number) if one.number else "",
            masked_contact(known.get(one.contact)),
            names.get(one.agent, ""),
        )
        for one in found
    ]
