"""Calls: the list of them, and one with all that is known of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.filters import CallFilter
from clearline.record.judging import judging
from clearline.record.models import Call
from clearline.record.queries import call as one_call
from clearline.record.queries import lists, recordings, staff
from clearline.record.queries.parts import Part
from clearline.record.views import players
from clearline.record.views.links import address
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import LISTS, lasted, lines, masked_contact, told
from clearline.ui.clock import now

SHOWN = 20  # recordings of calls without a page


@needs("see calls")
@require_safe
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    form = CallFilter(asks, request.GET)
    part: Part[Call] = lists.calls(asks, form.wanted()) if form.is_valid() else Part([])
    names = staff.names(asks, (one.agent for one in part.rows))
    newest = form.is_valid() and not form.narrowed and part.first
    waiting = list(recordings.without_call(asks)[: SHOWN + 1]) if newest else []
    return render(
        request,
        "record/calls.html",
        {
            "form": form,
            "part": part,
            "waiting": waiting[:SHOWN],
            "more": len(waiting) > SHOWN,
            "told": told(part, "call"),
            "days": address("days") if may(asks, "see coverage") else "",
            "words": LISTS.get(form.data.get("sort") or lists.NEWEST, LISTS[""]),
            "rows": [
                (one, names.get(one.agent, ""), masked_contact(one.contact), lasted(one)) for one in part.rows
            ],
        },
        status=200 if form.is_valid() else 400,
    )


@needs("see calls")
@require_safe
@never_cache
def call(request: HttpRequest, call: str) -> HttpResponse:
    """The look at it is logged before anything is shown."""
    asks, at = who(request), now()
    try:
        found = one_call.call(asks, call)
    except Call.DoesNotExist:
        raise Http404("no call of that name, or not yours to see") from None
    if refused := not_logged(request, f"call {found.timeline.subject}", at, found.agent):
        return refused
    remembered = one_call.remembered(found, judging())
    recorded = recordings.of_call(asks, found)
    people = staff.names(asks, [found.agent, *(leg["party"] for leg in found.legs)])
    return render(
        request,
        "record/call.html",
        {
            "call": found,
            "agent": people.get(found.agent, ""),
            "contact": masked_contact(found.contact),
            "legs": [(people.get(leg["party"], leg["party"]), leg["from"], leg["to"]) for leg in found.legs],
            "shown": remembered,
            "lines": lines(remembered),
            "recordings": [row for row in recorded if not row.muted],
            "players": players.players(recorded, remembered),
            "calibrate": address("open_calibration") if may(asks, "open calibrations") else "",
            "now": at,
        },
    )
