"""Samples: what was drawn, how far it is graded, and a new one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.models import Person, Team
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Event
from clearline.record.queries import staff
from clearline.record.watching import Watches
from clearline.review.actions import sampling
from clearline.review.forms import SampleForm
from clearline.review.models import Sample
from clearline.review.queries import grades as queries
from clearline.review.views.cards import card_of, cards, titles
from clearline.ui.clock import now


@needs("see samples")
@require_safe
@never_cache
def samples(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    rows = list(queries.samples(asks)[: queries.SHOWN])
    shown = {
        "rows": [(one, _team(one)) for one in rows],
        "titles": titles(),
        "draws": may(asks, sampling.DEED),
    }
    return render(request, "review/samples.html", shown)


@needs("see samples")
@never_cache
def sample(request: HttpRequest, sample: str) -> HttpResponse:
    """By POST it is drawn, where that was not done at once."""
    asks = who(request)
    try:
        row = queries.sample(asks, sample)
    except Sample.DoesNotExist:
        raise Http404("no sample of that name, or not yours to see") from None
    if request.method == "POST":
        _draw(request, asks, row)
        return redirect("sample", sample=row.uid)
    rows = queries.listed(queries.grades(asks).filter(sample=row), sampling.MOST)
    names = staff.names(asks, (one.grade.agent for one in rows))
    steps = Event.objects.filter(source="clearline", name__startswith=f"sample.{row.uid}.")
    return render(
        request,
        "review/sample.html",
        {
            "row": row,
            "team": _team(row),
            "title": titles().get(row.card, row.card),
            "rows": [(one, names.get(one.grade.agent, "")) for one in rows],
            "graders": Person.objects.filter(uid__in=row.graders).order_by("name"),
            "entries": {one.type.partition(".")[2]: one.entry for one in steps},
            "draws": may(asks, sampling.DEED) and row.drawn is None,
        },
    )


@needs("draw samples")
@never_cache
def new_sample(request: HttpRequest) -> HttpResponse:
    """The seed is committed to the log first; then, in a transaction of its own, the calls are drawn."""
    asks, at = who(request), now()
    form = SampleForm(asks, cards(), at, request.POST or None)
    if form.is_valid():
        wanted = form.wanted()
        if Sample.objects.filter(uid=wanted.uid).exists():
            return redirect("sample", sample=wanted.uid)
        try:
            row = sampling.seeded(asks, wanted, at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            _draw(request, asks, row)
            return redirect("sample", sample=row.uid)
    return render(request, "review/new_sample.html", {"form": form}, status=400 if form.errors else 200)


def _draw(request: HttpRequest, asks: Person, row: Sample) -> None:
    try:
        sampling.drawn(asks, row, card_of(row.card), now(), Watches(judging))
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Drawn: {row.size} of {row.population} calls wait for their graders.")


def _team(row: Sample) -> str:
    """The name of its team."""
    if not row.team:
        return "all teams"
    found = Team.objects.filter(uid=row.team).first()
    return found.name if found else "a team that is no more"
