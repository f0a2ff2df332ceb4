"""Duties: everything that is due, by its deadline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.record.filters import DutyFilter
from clearline.record.judging import judging
from clearline.record.models import Duty
from clearline.record.queries import lists, staff
from clearline.record.queries.parts import Part
from clearline.record.views.telling import LISTS, place, told
from clearline.ui.clock import now

SIDES = (
    ("By deadline", ""),
    ("Overdue", "overdue"),
    ("Within a day", "soon"),
    ("Still in time", "due"),
    ("Without a deadline", "open"),
)


@needs("see duties")
@require_safe
@never_cache
def duties(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    form = DutyFilter(asks, request.GET)
    part: Part[Duty] = lists.duties(asks, form.wanted(), at) if form.is_valid() else Part([])
    names = staff.names(asks, (one.agent for one in part.rows))
    titles = judging().rulebook.rules
    return render(
        request,
        "record/duties.html",
        {
            "form": form,
            "part": part,
            "told": told(part, "duty", "duties"),
            "words": LISTS["-at" if form.data.get("when") == "open" else "deadline"],
            "sides": _sides(request),
            "rows": [
                (
                    one,
                    titles[one.rule].title if one.rule in titles else one.rule,
                    names.get(one.agent, ""),
                    place(one.timeline),
                )
                for one in part.rows
            ],
            "now": at,
        },
        status=200 if form.is_valid() else 400,
    )


def _sides(request: HttpRequest) -> list[tuple[str, str]]:
    """Links to the sides of the list, with what else is asked for."""
    sides = []
    for label, when in SIDES:
        query = request.GET.copy()
        for name in ("from", "when"):
            query.pop(name, None)
        if when:
            query["when"] = when
        sides.append((label, f"{reverse('duties')}{'?' if query else ''}{query.urlencode()}"))
    return sides
