"""Pages of orders and subscriptions: what became of one, and what rules say of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.record.judging import judging
from clearline.record.models import Timeline
from clearline.record.queries import orders as queries
from clearline.record.queries.cursors import read_cursor
from clearline.record.queries.history import history
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import happened, masked_contact
from clearline.ui.clock import now


@never_cache
@needs("see contacts")
@require_safe
def order(request: HttpRequest, order: str) -> HttpResponse:
    return _page(request, "order", order)


@never_cache
@needs("see contacts")
@require_safe
def subscription(request: HttpRequest, subscription: str) -> HttpResponse:
    return _page(request, "subscription", subscription)


def _page(request: HttpRequest, kind: str, subject: str) -> HttpResponse:
    """The look at it is logged before anything is shown."""
    asks, at = who(request), now()
    try:
        known = queries.known(asks, kind, subject)
    except Timeline.DoesNotExist:
        raise Http404(f"no {kind} of that name, or not yours to see") from None
    if refused := not_logged(request, f"{kind} {subject}", at):
        return refused
    place = request.GET.get("from", "")
    events, older = history(asks, kind, subject, read_cursor(place))
    titles = {rule.id: rule.title for rule in judging().rulebook.rules.values()}
    return render(
        request,
        "record/order.html",
        {
            "known": known,
            "timeline": known.timeline,
            "contact": masked_contact(known.timeline.contact),
            "findings": [(one, titles.get(one.rule, one.rule)) for one in known.findings],
            "duties": [(one, titles.get(one.rule, one.rule)) for one in known.duties],
            "events": happened(events),
            "older": str(older or ""),
            "newest": place == "",
            "now": at,
        },
    )
