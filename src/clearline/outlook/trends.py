"""Drift: each rule on each team and campaign, watched by a chart whose false alarms are counted, and what changed when it did."""

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

from django.db import transaction

from clearline.engine.events import Instant
from clearline.outlook.models import Trend
from clearline.outlook.weeks import Scope, Week, counted
from clearline.statistics.drift import Chart, changed, surprising, usual, watched

WEEKS: Final = 26  # that are looked at
WATCHED: Final = 8  # of them the newest: what is usual comes from those before
FEWEST: Final = 4  # weeks that say what is usual; with fewer there is nothing to watch
RATE: Final = 0.05  # of false alarms over the eight weeks of one chart
FALSE: Final = 0.1  # of the trends that are named, the share that chance makes


def reckoned(at: Instant) -> list[Trend]:
    """All trends of now, in place of those of the night before."""
    weeks = counted(at, WEEKS)
    while weeks and not weeks[0].calls:  # before the first call there was no shop
        weeks.pop(0)
    split = len(weeks) - WATCHED
    if split < FEWEST:
        made: list[Trend] = []
    else:
        pairs = {pair for week in weeks for pair in week.broken}
        made = [_trend(rule, scope, weeks, split, at) for rule, scope in sorted(pairs)]
    for index in surprising([one.chance for one in made], FALSE):
        made[index].drifts = made[index].alarm is not None
    with transaction.atomic():
        Trend.objects.all().delete()
        return Trend.objects.bulk_create(made, 500)


def _trend(rule: str, scope: Scope, weeks: Sequence[Week], split: int, at: Instant) -> Trend:
    calls = [week.calls[scope] for week in weeks]
    hits = [min(week.broken[rule, scope], week.calls[scope]) for week in weeks]
    base = usual(hits[:split], calls[:split])
    # The seed comes from what is watched, so that a night that is reckoned again says the same.
    seed = crc32(f"{rule} {scope.kind} {scope.name}".encode())
    found = watched(Chart.CUSUM, hits[split:], calls[split:], base, seed=seed, rate=RATE)
    return Trend(
        rule=rule,
        scope=scope.kind,
        name=scope.name,
        made=at,
        first=weeks[0].monday,
        hits=hits,
        calls=calls,
        base_weeks=split,
        spread=base.spread,
        path=list(found.path),
        limit=found.limit,
        rate=found.rate,
        chance=found.chance,
        alarm=None if found.alarm is None else weeks[split + found.alarm].monday,
        change=_change(hits, calls, weeks) if found.alarm is not None else None,
    )


def _change(hits: list[int], calls: list[int], weeks: Sequence[Week]) -> dict[str, Any] | None:
    found = changed(hits, calls)
    if found is None:
        return None
    return {
        "at": weeks[found.at].monday,
        "before": found.before,
        "after": found.after,
        "earliest": weeks[found.earliest].monday,
        "latest": weeks[found.latest].monday,
    }
