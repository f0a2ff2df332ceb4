"""Findings and questions: the list of them, and one with its proof."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.record.filters import FindingFilter
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.queries import findings as one_finding
from clearline.record.queries import lists, staff
from clearline.record.queries.parts import Part
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import LISTS, place, told
from clearline.ui.clock import now


@needs("see findings")
@require_safe
@never_cache
def findings(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    form = FindingFilter(asks, request.GET)
    part: Part[Finding] = lists.findings(asks, form.wanted()) if form.is_valid() else Part([])
    names = staff.names(asks, (one.agent for one in part.rows))
    titles = judging().rulebook.rules
    rows = [
        (
            one,
            titles[one.rule].title if one.rule in titles else one.rule,
            names.get(one.agent, ""),
            place(one.timeline),
        )
        for one in part.rows
    ]
    return render(
        request,
        "record/findings.html",
        {
            "form": form,
            "part": part,
            "told": told(part, "finding or question", "findings and questions"),
            "words": LISTS.get(form.data.get("sort") or lists.NEWEST, LISTS[""]),
            "rows": rows,
        },
        status=200 if form.is_valid() else 400,
    )


@needs("see findings")
@require_safe
@never_cache
def finding(request: HttpRequest, finding: str) -> HttpResponse:
    """It quotes what was said, so that the look at it is logged first."""
    asks, at = who(request), now()
    lives = one_finding.lives(asks, finding)
    if not lives:
        raise Http404("no finding of that name, or not yours to see")
    latest = lives[0]
    if refused := not_logged(request, f"finding {latest.rule} on {latest.timeline}", at, latest.agent):
        return refused
    names = staff.names(asks, [latest.agent])
    return render(
        request,
        "record/finding.html",
        {
            "row": latest,
            "told": one_finding.told(latest),
            "lives": lives,
            "rule": judging().rulebook.rules.get(latest.rule),
            "agent": names.get(latest.agent, ""),
            "place": place(latest.timeline),
        },
    )
