"""The retaliation watch: how four things changed for each agent since a day, beside all the others. Blind: nobody is asked for by name.

It is worked out for everybody, always, so that neither the database nor its log learns who is watched; the page of a report, which
only its readers open, takes one line of it. It shows where to look. It proves nothing, and what happens outside of Clearline it does not see.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from statistics import median
from typing import Final, NamedTuple

from django.db.models import Count

from clearline.engine.events import SECOND, Instant
from clearline.record.days import bounds
from clearline.record.models import Call, Finding
from clearline.record.models.judged import STANDING
from clearline.record.watching import read
from clearline.review.models import Grade, Grading, Triage

SPAN: Final = 90 * 86_400 * SECOND  # before and after
ENOUGH: Final = 10  # of what is divided by, on each side
PEERS: Final = 19  # others, below which nothing is said to stand out
ODD: Final = 0.05  # of all, by chance alone

Counts = Mapping[str, tuple[float, float]]
"""By agent: so much, of so many."""


class Measure(NamedTuple):
    """One thing that could be done to somebody; `harm` is 1 where more of it is worse for them, and -1 where less is."""

    title: str
    harm: int
    before: Counts
    after: Counts


class Line(NamedTuple):
    """How it changed for one agent; `change` of the others is their median."""

    title: str
    before: float
    after: float
    others: float
    worse: int  # others for whom it changed as much to the worse, or more,
    of: int  # of so many
    odd: bool


def lines(measures: Iterable[Measure], agent: str) -> list[Line]:
    """What can be said of an agent; measures of which there is too little say nothing."""
    found = []
    for one in measures:
        changes = _changes(one)
        if agent not in changes:
            continue
        own = changes.pop(agent)
        others = [after - before for before, after in changes.values()]
        if not others:
            continue
        harm = one.harm * (own[1] - own[0])
        worse = sum(one.harm * change >= harm for change in others)
        odd = harm > 0 and len(others) >= PEERS and (1 + worse) / (1 + len(others)) <= ODD
        found.append(Line(one.title, *own, median(others), worse, len(others), odd))
    return found


def measured(since: date, at: Instant) -> list[Measure]:
    """All four, for all agents: up to 90 days before that day, and up to 90 from it on."""
    day = bounds(since)[0]
    before, after = (day - SPAN, day), (day, min(at, day + SPAN))
    sides = [_side(*one) for one in (before, after)]
    names = (
        ("Findings in a call", 1),
        ("Calls that somebody was asked to grade", 1),
        ("Findings that people confirmed, of those they decided", 1),
        ("Score that graders gave", -1),
    )
    return [
        Measure(title, harm, first, second)
        for (title, harm), first, second in zip(names, *sides, strict=True)
    ]


def _side(since: Instant, until: Instant) -> tuple[Counts, Counts, Counts, Counts]:
    calls = _counted(Call.objects.filter(started__gte=since, started__lt=until).values_list("agent"))
    found = _counted(
        Finding.objects.filter(STANDING, timeline__kind="call", at__gte=since, at__lt=until).values_list(
            "agent"
        )
    )
    asked = _counted(Grade.objects.filter(asked__gte=since, asked__lt=until).values_list("agent"))
    decided = Triage.objects.filter(decided__gte=since, decided__lt=until)
    confirmed = _counted(decided.filter(state=Triage.State.CONFIRMED).values_list("agent"))
    dismissed = _counted(decided.filter(state=Triage.State.DISMISSED).values_list("agent"))
    people = {one for one in calls if one}
    return (
        {one: (found.get(one, 0), calls[one]) for one in people},
        {one: (asked.get(one, 0), calls[one]) for one in people},
        {one: (confirmed.get(one, 0), confirmed.get(one, 0) + dismissed.get(one, 0)) for one in people},
        _scores(since, until),
    )


def _scores(since: Instant, until: Instant) -> Counts:
    rows = Grading.objects.filter(done__gte=since, done__lt=until, event__body__isnull=False)
    sums: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for agent, body in rows.values_list("grade__agent", "event__body"):
        score = read(bytes(body or b"")).data.get("score")
        if isinstance(score, int | float):
            total, count = sums[agent]
            sums[agent] = (total + score, count + 1)
    return sums


def _counted(rows: object) -> dict[str, int]:
    return dict(rows.annotate(count=Count("pk")).order_by())  # type: ignore[attr-defined]


def _changes(one: Measure) -> dict[str, tuple[float, float]]:
    """Before and after by agent, where both sides have enough to divide by."""
    return {
        agent: (one.before[agent][0] / one.before[agent][1], one.after[agent][0] / one.after[agent][1])
        for agent in one.before.keys() & one.after.keys()
        if min(one.before[agent][1], one.after[agent][1]) >= ENOUGH
    }
