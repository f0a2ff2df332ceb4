"""Scorecards as they are read from the packs."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearline.people.needs import needs
from clearline.record.judging import judging
from clearline.rulebook.scorecards import Scorecard


def cards() -> list[Scorecard]:
    """All of them, by title."""
    return sorted(judging().rulebook.scorecards.values(), key=lambda one: (one.title, one.id))


def card_of(name: str) -> Scorecard:
    """One by its id; a page that is not there where there is none."""
    try:
        return judging().rulebook.scorecards[name]
    except KeyError:
        raise Http404("no scorecard of that name") from None


def titles() -> Mapping[str, str]:
    return {one.id: one.title for one in cards()}


@needs("see scorecards")
@require_safe
def scorecards(request: HttpRequest) -> HttpResponse:
    return render(request, "review/scorecards.html", {"cards": cards()})


@needs("see scorecards")
@require_safe
def scorecard(request: HttpRequest, card: str) -> HttpResponse:
    found = card_of(card)
    rules = judging().rulebook.rules
    whole = sum(one.weight for one in found.questions)
    return render(
        request,
        "review/scorecard.html",
        {
            "card": found,
            "pack": judging().rulebook.packs[found.pack],
            "questions": [(one, one.weight / whole, rules.get(one.rule)) for one in found.questions],
        },
    )
