"""Pages of rules, each rendered from its pack, and of the obligations that they serve."""

import altair as alt
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.judging import judging
from clearline.record.queries import firing
from clearline.record.queries import rules as queries
from clearline.record.queries.rules import Asked
from clearline.record.views.links import address, timeline_address
from clearline.record.views.looking import not_logged
from clearline.ui.charts import Drawing, draw
from clearline.ui.clock import now
from clearline.ui.wording import written


@needs("see rules")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    words = {
        name: request.GET.get(name, "") for name in ("words", "jurisdiction", "severity", "status", "on")
    }
    asked = Asked(**words, here=request.GET.get("here") == "on")
    fired = firing.counts(who(request), now())
    groups = [
        (one, [(rule, None if fired is None else fired.get(rule.id, 0)) for rule in one.rules])
        for one in queries.listed(judging(), asked)
    ]
    return render(
        request,
        "record/rules.html",
        {
            "asked": asked,
            "choices": queries.choices(judging().rulebook),
            "groups": groups,
            "count": sum(len(rows) for _, rows in groups),
            "all_packs": judging().packs is None,
            "fires": fired is not None,
            "findings": address("findings"),
            "own_rules": address("own_rules") if may(who(request), "see own rules") else "",
        },
    )


@needs("see rules")
@require_safe
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    told = queries.told(judging(), rule)
    if told is None:
        raise Http404
    asks = who(request)
    shown = {"told": told, "weeks": firing.WEEKS}
    if may(asks, "see findings"):
        weeks = firing.by_week(asks, rule, now())
        last = firing.last(asks, rule)
        seen = f"findings of rule {rule}: {', '.join(one.uid[:12] for one in last)}"
        if last and (refused := not_logged(request, seen, now())):
            return refused
        shown |= {
            "fires": True,
            "fired": sum(one.findings for one in weeks),
            "chart": _chart(weeks) if any(one.findings for one in weeks) else None,
            "versions": firing.by_version(asks, rule, now()),
            "last": [(one, address("finding", one.uid), timeline_address(one.timeline)) for one in last],
        }
    return render(request, "record/rule.html", shown)


@needs("see rules")
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What the law and the standards ask, and what serves each of it."""
    place, by = request.GET.get("jurisdiction", ""), request.GET.get("by", "")
    places, ways = queries.coverage_choices()
    book = judging().rulebook
    rows = queries.coverage(book, place, by)
    return render(
        request,
        "record/coverage.html",
        {
            "rows": rows,
            "place": place,
            "by": by,
            "places": places,
            "ways": ways.items(),
            "counts": [(ways[key], count) for key, count in queries.counted(rows).items()],
        },
    )


def _chart(weeks: list[firing.Fired]) -> Drawing:
    rows = [(written(one.monday, "day"), one.findings) for one in weeks]
    days = [day for day, _ in rows]
    chart = (
        alt.Chart(alt.InlineData([{"week": day, "findings": findings} for day, findings in rows]))
        .mark_bar()
        .encode(
            x=alt.X("week:O", sort=days, title="week from", axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("findings:Q", title="findings", axis=alt.Axis(tickMinStep=1)),
        )
        .properties(height=160)
    )
    most = max(rows, key=lambda row: row[1])
    return draw(
        chart,
        title="Findings by week",
        told=f"{sum(count for _, count in rows):,} in twelve weeks, the most in the week from {most[0]}: {most[1]:,}.",
        columns=("Week from", "Findings"),
        rows=rows,
    )
