"""Pages of contacts; whoever opens one leaves an entry in the evidence log."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.formats.phones import home
from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.forms import SearchForm
from clearline.record.judging import judging
from clearline.record.local_times import local_times
from clearline.record.models import Contact, ContactPoint
from clearline.record.queries import contacts as queries
from clearline.record.queries import staff
from clearline.record.queries.contacts import Found
from clearline.record.queries.cursors import read_cursor
from clearline.record.queries.history import history
from clearline.record.views.links import address, proof, timeline_address
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import happened
from clearline.ui.clock import now
from clearline.ui.wording import masked


@never_cache
@needs("see contacts")
def contacts(request: HttpRequest) -> HttpResponse:
    """The latest, or those that were searched for: by POST, so that what is searched stands in no address or history."""
    asks = who(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    searched = form.is_valid()
    found = queries.search(asks, form.cleaned_data["words"], _regions()) if searched else queries.latest(asks)
    if searched or found.contacts:
        shown = ", ".join(str(one.pk) for one in found.contacts) or "none"
        told = f"contacts {'found by a search' if searched else 'in the list'}: {shown}"
        if refused := not_logged(request, told, now()):
            return refused
    last = queries.last_seen(found.contacts, asks)
    full = may(asks, "see contact details")
    rows = [
        (one, _name(one, full=full), [_masked(point) for point in one.points.all()], last.get(one.pk))
        for one in found.contacts
    ]
    return render(
        request,
        "record/contacts.html",
        {"form": form, "rows": rows, "told": _told(found, searched=searched), "searched": searched},
    )


@never_cache
@needs("see contacts")
@require_safe
def contact(request: HttpRequest, contact: int) -> HttpResponse:
    """One contact; numbers and addresses stay masked until somebody asks for one."""
    asks, at = who(request), now()
    found = _contact(asks, contact)
    if refused := not_logged(request, f"contact {found.pk}", at):
        return refused
    known = queries.known(asks, found)
    full = may(asks, "see contact details")
    names = staff.names(asks, (one.agent for one in known.calls))
    events, older = history(asks, "contact", found.subject, read_cursor(request.GET.get("from", "")))
    return render(
        request,
        "record/contact.html",
        {
            "contact": found,
            "name": _name(found, full=full),
            "subject": found.subject if full else masked(found.subject),
            "known": known,
            "points": [
                (one, _masked(one), address("contact_point", found.pk, one.pk) if full else "")
                for one in known.points
            ],
            "times": local_times(found, known.points, at),
            "consents": [(one, proof(one.granted), proof(one.revoked)) for one in known.consents],
            "orders": [(one, timeline_address(one.timeline)) for one in known.orders],
            "subscriptions": [(one, timeline_address(one)) for one in known.subscriptions],
            "calls": [(one, timeline_address(one.timeline), names.get(one.agent, "")) for one in known.calls],
            "findings": [(one, address("finding", one.uid)) for one in known.findings],
            "duties": [(one, timeline_address(one.timeline)) for one in known.duties],
            "events": happened(events),
            "older": str(older or ""),
            "newest": request.GET.get("from", "") == "",
            "now": at,
            "begins": found.erased is None and may(asks, "answer rights requests"),
            "rights": may(asks, "see rights requests") and address("rights"),
            "holds": may(asks, "place holds") and address("holds"),
            "own_list": may(asks, "keep the own list") and address("ask_not_to_call", found.pk),
        },
    )


@never_cache
@needs("see contact details")
@require_POST
def point(request: HttpRequest, contact: int, point: int) -> HttpResponse:
    """One number or address in full, in the place where it was masked."""
    asks = who(request)
    try:
        found = queries.point(asks, point, contact)
    except ContactPoint.DoesNotExist:
        raise Http404 from None
    if refused := not_logged(request, f"{found.get_kind_display().lower()} of contact {contact}", now()):
        return refused
    if request.headers.get("HX-Request") == "true":
        return render(request, "record/point.html", {"point": found})
    return render(request, "record/point_page.html", {"point": found, "contact": found.contact})


def _contact(asks: Person, pk: int) -> Contact:
    try:
        return queries.contact(asks, pk)
    except Contact.DoesNotExist:
        raise Http404 from None


def _regions() -> set[str]:
    shop = judging().known.get("shop", {})
    return {home(), *(place[:2] for place in shop.get("customers", ()))}


def _name(contact: Contact, *, full: bool) -> str:
    """The name, or as much of it as an agent sees."""
    if contact.erased is not None:
        return f"Erased contact {contact.pk}"
    if not contact.name:
        return f"Contact {contact.pk}, no name"
    return contact.name if full else " ".join(f"{word[:1]}•••" for word in contact.name.split())


def _masked(point: ContactPoint) -> str:
    return "an address" if point.kind == ContactPoint.Kind.POST else masked(point.value)


def _told(found: Found, *, searched: bool) -> str:
    count = len(found.contacts)
    if found.more:
        return f"the first {count}; type more of it" if searched else f"the latest {count}"
    return f"{count} found" if searched else f"{count} in all"
