"""Findings and questions: the queue of those to decide, the list of all, and one with its proof and what people made of it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.people.models import Person
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.filters import FindingFilter
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.queries import findings as one_finding
from clearline.record.queries import lists, staff
from clearline.record.queries.parts import Part
from clearline.record.views.links import address
from clearline.record.views.looking import not_logged
from clearline.record.views.telling import LISTS, place, told
from clearline.record.watching import Watches
from clearline.review.models import Triage
from clearline.review.triage import actions, queries
from clearline.review.triage.deciding import Deed, done
from clearline.review.triage.forms import AssignForm, DisputeForm, MergeForm, ReasonForm
from clearline.ui.clock import now


@needs("see findings")
@require_safe
@never_cache
def findings(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    form = FindingFilter(asks, request.GET)
    part: Part[Finding] = lists.findings(asks, form.wanted()) if form.is_valid() else Part([])
    return render(
        request,
        "review/triage/findings.html",
        {
            "form": form,
            "part": part,
            "told": told(part, "finding or question", "findings and questions"),
            "words": LISTS.get(form.data.get("sort") or lists.NEWEST, LISTS[""]),
            "rows": _rows(asks, part.rows),
            "decides": may(asks, "decide findings"),
        },
        status=200 if form.is_valid() else 400,
    )


@needs("decide findings")
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What nobody has decided about, the gravest and oldest first."""
    asks = who(request)
    parts = [(one, _rows(asks, one.rows)) for one in queries.queue(asks)]
    shown = {"parts": parts, "empty": not any(rows for _, rows in parts), "decides": True}
    return render(request, "review/triage/queue.html", shown)


@needs("see findings")
@require_safe
@never_cache
def disputes(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    rows = queries.disputes(asks)
    names = staff.names(asks, (one.agent for one, _, _ in rows))
    shown = [(triage, row, duty, names.get(row.agent, ""), _title(row.rule)) for triage, row, duty in rows]
    return render(
        request,
        "review/triage/disputes.html",
        {"rows": shown, "now": now(), "decides": may(asks, "decide findings")},
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
        "review/triage/finding.html",
        {
            "row": latest,
            "told": one_finding.told(latest),
            "lives": lives,
            "rule": judging().rulebook.rules.get(latest.rule),
            "agent": names.get(latest.agent, ""),
            "place": place(latest.timeline),
            **_triage(asks, latest),
        },
    )


@needs("decide findings")
@require_POST
@never_cache
def finding_step(request: HttpRequest, finding: str) -> HttpResponse:
    """`do` is what somebody decides."""
    asks, told = who(request), request.POST
    row = _found(asks, finding)
    deed = Deed(told.get("do", ""), told.get("words", ""), told.get("into", ""), told.get("to", ""))
    return _stepped(request, row, lambda: done(asks, row, deed, now(), Watches(judging)))


@needs("dispute findings")
@require_POST
@never_cache
def dispute(request: HttpRequest, finding: str) -> HttpResponse:
    """The agent whose finding it is says what is wrong about it."""
    asks = who(request)
    row, words = _found(asks, finding), request.POST.get("words", "")
    return _stepped(request, row, lambda: actions.disputed(asks, row, words, now(), Watches(judging)))


def _stepped(request: HttpRequest, row: Finding, step: Callable[[], Triage | None]) -> HttpResponse:
    try:
        made = step()
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    else:
        if made is None:
            raise Http404("there is no such step")
        messages.success(request, "Done, and entered into the log.")
    return redirect("finding", finding=row.uid)


def _triage(asks: Person, row: Finding) -> dict[str, Any]:
    """What people made of it, and what this one may do."""
    triage = queries.triaged([row.uid]).get(row.uid)
    others = queries.beside(row)
    titles = {one.rule: _title(one.rule) for one in others}
    own = bool(asks.agent) and asks.agent == row.agent
    standing = row.withdrawn is None
    alone = triage is not None and queries.alone(triage)
    decided = triage is not None and triage.state in queries.DECIDED and not alone
    waits = triage is not None and triage.disputed is not None and triage.answered is None
    target = (
        Finding.objects.filter(uid=triage.into).order_by("-pk").first() if triage and triage.into else None
    )
    decides = may(asks, "decide findings") and not own
    return {
        "triage": triage,
        "into": _title(target.rule) if target else "",
        "alone": alone,
        "done": queries.entries(row.uid),
        "decides": decides and standing and not decided,
        "proposed": triage is not None and triage.state == Triage.State.PROPOSED,
        "second": triage is not None and triage.proposed_by_id not in {None, asks.pk},
        "reopens": decides and standing and decided,
        "answers": decides and waits,
        "waits": waits,
        "disputes": own and standing and not waits,
        "reason": ReasonForm(),
        "dispute_form": DisputeForm(),
        "assign_form": AssignForm(_deciders(asks, row)) if decides else None,
        "merge_form": MergeForm(others, titles) if others else None,
        "acts": address("open_action") if may(asks, "open actions") else "",
    }


def _deciders(asks: Person, row: Finding) -> list[Person]:
    """Whoever could decide about it."""
    people = Person.objects.filter(is_active=True).exclude(agent=row.agent or None).order_by("name")
    return [one for one in people if may(one, "decide findings") and one != asks][:50]


def _rows(asks: Person, rows: Iterable[Finding]) -> list[tuple[Finding, str, str, Any, Triage | None]]:
    rows = list(rows)
    names = staff.names(asks, (one.agent for one in rows))
    made = queries.triaged(one.uid for one in rows)
    return [
        (one, _title(one.rule), names.get(one.agent, ""), place(one.timeline), made.get(one.uid))
        for one in rows
    ]


def _title(rule: str) -> str:
    known = judging().rulebook.rules
    return known[rule].title if rule in known else rule


def _found(asks: Person, uid: str) -> Finding:
    lives = one_finding.lives(asks, uid)
    if not lives:
        raise Http404("no finding of that name, or not yours to see")
    return lives[0]
