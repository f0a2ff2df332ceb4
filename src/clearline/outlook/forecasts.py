"""Forecasts: what the coming week will probably bring to each rule and team, and which campaign will pass its limit; and their settling.

Each is said by what was known at one instant, and settled when its time is over; nothing is changed between.
"""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from django.db import transaction

from clearline.engine.events import Instant
from clearline.outlook.models import Forecast
from clearline.outlook.weeks import Kind, Scope, Week, counted, monday, week_of
from clearline.record.models import Campaign
from clearline.record.queries.campaigns import DAY, LIMIT, RECENT, current, window
from clearline.statistics.forecasting import Days, coming, passing, rates, recent

WEEKS: Final = 12  # of the past that are looked at
FEWEST: Final = 3  # weeks with calls, before anything is said
LATELY: Final = 4  # weeks whose calls say how many come
ABANDONED: Final = "abandoned-three-percent"
EVEN: Final = 0.5
PERIODS: Final = 3  # days with calls, before anything is said of a campaign


def said(at: Instant, known: Instant | None = None) -> list[Forecast]:
    """Forecasts of the week that begins next after `known` (by default now), and of the running period of each campaign; those that stand stay."""
    known = at if known is None else known
    found = [*_breaches(at, known), *_campaigns(at, known)]
    standing = set(Forecast.objects.filter(uid__in=[one.uid for one in found]).values_list("uid", flat=True))
    return Forecast.objects.bulk_create([one for one in found if one.uid not in standing], 500)


def settled(at: Instant) -> int:
    """Writes beside each forecast whose time is over what came; how many were settled."""
    over = list(Forecast.objects.filter(settled=None, until__lte=at))
    weeks: dict[Instant, Week] = {}
    for one in over:
        if one.kind == Forecast.Kind.BREACH:
            week = weeks.setdefault(one.since, week_of(one.since))
            one.count = week.broken[one.rule, Scope(Kind(one.scope), one.name)]
            one.came = one.count > 0
        else:
            one.came = _passed(one)
        one.settled = at
    with transaction.atomic():
        Forecast.objects.bulk_update(over, ["settled", "came", "count"], 500)
    return len(over)


def _breaches(at: Instant, known: Instant) -> Iterator[Forecast]:
    """Each rule on each team: told by itself as far as it has calls, and by the other teams as far as it has not."""
    weeks = [week for week in counted(known, WEEKS, known) if week.calls]
    if len(weeks) < FEWEST:
        return
    since = monday(known, -1)
    teams = sorted({scope for week in weeks for scope in week.calls if scope.kind == Kind.TEAM})
    for rule in sorted({rule for week in weeks for rule, _ in week.broken}):
        hits = {team: recent([week.broken[rule, team] for week in weeks]) for team in teams}
        calls = {team: recent([week.calls[team] for week in weeks]) for team in teams}
        among = rates(list(hits.values()), list(calls.values()))
        for team in teams:
            ahead = sum(week.calls[team] for week in weeks[-LATELY:]) / min(LATELY, len(weeks))
            told = coming(hits[team], calls[team], ahead, among)
            yield Forecast(
                uid=f"{Forecast.Kind.BREACH}:{rule}:{team.name}:{since}",
                kind=Forecast.Kind.BREACH,
                rule=rule,
                scope=team.kind,
                name=team.name,
                known=known,
                made=at,
                since=since,
                until=monday(since, -1),
                said=told.any,
                expected=told.expected,
                low=told.low,
                high=told.high,
                calls=ahead,
            )


def _campaigns(at: Instant, known: Instant) -> Iterator[Forecast]:
    """Each campaign that runs, once a day: whether its share lies over the limit when its period ends."""
    rows = list(Campaign.objects.filter(ended=None))
    for campaign, here in zip(rows, current(rows, known), strict=True):
        days = [one for one in here.days if one.day < known // DAY and one.answered]
        left = range(known // DAY, here.until // DAY)
        if len(days) < PERIODS:
            continue
        pace = round(sum(one.answered for one in days[-RECENT:]) / len(days[-RECENT:]))
        told = passing(
            (sum(one.abandoned for one in days), sum(one.answered for one in days)),
            Days([one.abandoned for one in days], [one.answered for one in days]),
            [pace] * len(left),
            float(LIMIT),
            seed=crc32(f"{campaign.subject} {known // DAY}".encode()),
        )
        likely = next((day for day, chance in zip(left, told, strict=True) if chance > EVEN), None)
        yield Forecast(
            uid=f"{Forecast.Kind.ABANDONED}:{campaign.subject}:{known // DAY}",
            kind=Forecast.Kind.ABANDONED,
            rule=ABANDONED,
            scope=Kind.CAMPAIGN,
            name=campaign.subject,
            known=known,
            made=at,
            since=here.since,
            until=here.until,
            said=told[-1],
            calls=float(pace * len(left)),
            when=None if likely is None else likely * DAY,
        )


def _passed(one: Forecast) -> bool:
    """Whether the period that it spoke of ended over the limit."""
    return window(one.name, one.until - 1).over
