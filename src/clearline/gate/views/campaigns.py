"""Campaigns: all at a glance, and one with its share of abandoned calls, what is left, and where it leads."""

from collections.abc import Mapping
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.gate.queries import campaigns as queries
from clearline.gate.views.charts import abandoned
from clearline.people.needs import needs, who
from clearline.record.judging import judging
from clearline.record.models import Campaign
from clearline.record.queries.campaigns import DAY, RECENT, Window, windows
from clearline.ui.clock import now
from clearline.ui.wording import lasting, written


class Forecast(NamedTuple):
    """What will become of the share, in a sentence, and what to do about it."""

    tone: str  # of a notice: good, warning, bad, plain
    told: str
    deed: str


@never_cache
@needs("see campaigns")
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    rows = [(one, _refused(one.fared.refused)) for one in queries.running(asks, at)]
    return render(request, "gate/campaigns.html", {"rows": rows, "over": queries.over(asks), "now": at})


@never_cache
@needs("see campaigns")
@require_safe
def campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    asks, at = who(request), now()
    try:
        row = queries.campaign(asks, campaign)
    except Campaign.DoesNotExist:
        raise Http404("no campaign of that name") from None
    (glance,) = queries.glances([row], at)
    titles = judging().rulebook.rules
    refused = sorted(glance.fared.refused.items(), key=lambda one: -one[1])
    return render(
        request,
        "gate/campaign.html",
        {
            "row": row,
            "glance": glance,
            "window": glance.window,
            "forecast": forecast(glance.window),
            "chart": abandoned(glance.window) if glance.window.days else None,
            "agreed": queries.agreed(row),
            "refused": [
                (rule, titles[rule].title if rule in titles else "the gate itself", count)
                for rule, count in refused
            ],
            "before": [one for one in windows(row, at) if one.first != glance.window.first],
        },
    )


def forecast(window: Window) -> Forecast:
    """What the pace of the last days leads to."""
    end, passes = written(window.until, "day"), window.passes()
    if window.over:
        return Forecast(
            "bad",
            f"The share has passed 3 %: {window.share * 100:.2f} % of the answered calls were abandoned.",
            f"Stop the dialer, or dial only as many as agents are free, until {end}: then a new period begins.",
        )
    answered, _ = window.pace()
    if not answered:
        told = f"Nobody has answered a call of this campaign in the last {RECENT} days."
        return Forecast("plain", told, f"This period ends on {end}.")
    if passes is None:
        told = f"At the pace of the last {RECENT} days the share stays under 3 % until this period ends on {end}."
        return Forecast(
            "good", told, f"As many as {window.left_at_end():,} more may be abandoned until then."
        )
    soon = "today" if passes // DAY == window.at // DAY else f"on {written(passes, 'day')}"
    return Forecast(
        "warning",
        f"At the pace of the last {RECENT} days the share passes 3 % {soon}, "
        f"{lasting(window.until - passes)} before this period ends.",
        f"Slow the dialer: {_more(window.left)} now, and {max(window.left_at_end(), 0):,} until {end} "
        "if calls go on to be answered at this pace.",
    )


def _more(left: int) -> str:
    return "no more may be abandoned" if left <= 0 else f"only {left:,} more may be abandoned"


def _refused(rules: Mapping[str, int]) -> list[tuple[str, int]]:
    """Refusals by the pack of the weightiest rule, the most first."""
    book, found = judging().rulebook, dict[str, int]()
    for rule, count in rules.items():
        entry = book.rules.get(rule)
        title = book.packs[entry.pack].title if entry else "other reasons"
        found[title] = found.get(title, 0) + count
    return sorted(found.items(), key=lambda one: -one[1])
