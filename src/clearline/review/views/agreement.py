"""How far graders agree, and how well the rules judge beside them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.record.judging import judging
from clearline.review.models import Grade, Sample
from clearline.review.queries import agreement as compared
from clearline.review.queries import grades as queries
from clearline.review.queries.judged import machine as measured
from clearline.review.views.cards import card_of, cards, titles
from clearline.statistics.measured import FEWEST


@needs("see agreement")
@require_safe
@never_cache
def agreement(request: HttpRequest) -> HttpResponse:
    """Of the card in ?card=…, else of the one that was last used."""
    asks, known = who(request), cards()
    wanted = request.GET.get("card") or _last() or (known[0].id if known else "")
    if not wanted:
        return render(request, "review/agreement.html", {"cards": known})
    card = card_of(wanted)
    older = Grade.objects.filter(card=card.id).exclude(version=card.version).exclude(done=None)
    shown = {
        "cards": known,
        "card": card,
        "compared": compared.compared(asks, card),
        "few": compared.FEW,
        "older": older.exclude(kind=Grade.Kind.SINGLE).count(),
    }
    return render(request, "review/agreement.html", shown)


@needs("see agreement")
@require_safe
@never_cache
def machine(request: HttpRequest) -> HttpResponse:
    """For the calls that the sample in ?sample=… was drawn from, else the newest."""
    asks = who(request)
    drawn = (
        Sample.objects.exclude(drawn=None).filter(card__in=judging().rulebook.scorecards).order_by("-drawn")
    )
    samples = list(drawn[: queries.SHOWN])
    uid = request.GET.get("sample", "")
    row = next((one for one in samples if one.uid == uid), None) if uid else next(iter(samples), None)
    if uid and row is None:
        raise Http404("no sample of that name was drawn")
    found = [] if row is None else measured(asks, row, card_of(row.card)) or []
    shown = {
        "samples": samples,
        "row": row,
        "titles": titles(),
        "fewest": FEWEST,
        "few": sum(one.few for one in found),
        "blind": row is None or card_of(row.card).blind,
        "open": 0 if row is None else compared.apart(row),
        "rows": [(one, judging().rulebook.rules[one.question.rule]) for one in found],
    }
    return render(request, "review/machine.html", shown)


def _last() -> str:
    """The card by which several people graded a call last."""
    rows = Grade.objects.exclude(kind=Grade.Kind.SINGLE).filter(card__in=judging().rulebook.scorecards)
    return rows.order_by("-asked").values_list("card", flat=True).first() or ""
