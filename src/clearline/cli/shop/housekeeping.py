"""What happens in a centre beside the calls: people come on and go off, pass courses; lists are loaded, campaigns begin."""

from collections.abc import Sequence

from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.dice import Dice
from clearline.cli.shop.staff import Agent
from clearline.cli.shop.tale import days_from
from clearline.engine.events import Event

COURSES = ("recording-consent", "card-data", "sales-opening", "sales-terms", "opting-out", "renewals")
GATED = "opting-out"
ELSEWHERE = ("a-005", "a-006")  # agents who passed this one long before, as learning.py tells
ORGANISATION = {"organisation": "heron"}
ENDS = "-08"  # of the next month: a campaign's last calls have been made by then
REGISTRY = ("us-national", 6)  # the list, and how many days lie between two loads


def brought_along(staff: Sequence[Agent], first: int) -> list[Event]:
    """Who was there already, with the courses they had passed, and the campaigns under way."""
    events = []
    for number, agent in enumerate(staff):
        if not agent.since:
            day = first - 40 - number
            events.append(_joined(agent, day))
            events += [
                _passed(agent, day + 1 + place, course)
                for place, course in enumerate(COURSES)
                if course != GATED or agent.id not in ELSEWHERE
            ]
    months = sorted({days_from((first - back) * DAY, 0)[:7] for back in (0, 31, 62)})
    events += [one for month in months for one in _campaigns(month, first - 1)]
    events += [one for month in months[:-2] for one in _ended(month, first - 1)]
    return [*events, _emergencies(first - 1)]


def of_the_day(staff: Sequence[Agent], day: int, first: int) -> list[Event]:
    """Shifts, lists and courses of one day."""
    events = []
    for agent in staff:
        if agent.since and agent.since == day - first:
            events.append(_joined(agent, day))
            events += [_passed(agent, day, course) for course in COURSES[:2]]
        if agent.better == day - first:
            events += [_passed(agent, day, course) for course in COURSES]
        if agent.team and agent.since <= day - first and (day + 3) % 7 != 6:
            hours = (agent.team.opens, agent.team.closes)
            for at, kind in zip(hours, ("shift.started", "shift.ended"), strict=True):
                name = f"{agent.id}.{day}.{kind}"
                data = {"team": agent.team.name}
                events.append(Event(name, kind, day * DAY + at * HOUR, data, {"agent": agent.id}))
    events.append(_emergencies(day))
    if day % REGISTRY[1] == 0:
        entries = 249_000_000 + Dice(f"registry/{day}").between(0, 900_000)
        loaded = {"list": REGISTRY[0], "entries": entries}
        events.append(Event(f"list.{day}", "list.loaded", day * DAY + 4 * HOUR, loaded, dict(ORGANISATION)))
    date = days_from(day * DAY, 0)
    if date.endswith("-01"):
        events += _campaigns(date[:7], day)
    if date.endswith(ENDS):
        events += _ended(days_from((day - 8) * DAY, 0)[:7], day)
    return events


def _joined(agent: Agent, day: int) -> Event:
    data = {"name": agent.name, "team": agent.team.name if agent.team else "", "kind": agent.kind}
    return Event(f"{agent.id}.joined", "agent.joined", day * DAY + 8 * HOUR, data, {"agent": agent.id})


def _passed(agent: Agent, day: int, course: str) -> Event:
    score = Dice(f"{agent.id}/{course}/{day}").between(78, 100)
    data = {"course": course, "score": score}
    at = day * DAY + 12 * HOUR
    return Event(f"{agent.id}.{course}.{day}", "course.passed", at, data, {"agent": agent.id})


def _campaigns(month: str, day: int) -> list[Event]:
    offers = world_once()["goods"]["offers"]
    return [
        Event(
            f"m-{number}-{month}.started",
            "campaign.started",
            day * DAY + 9 * HOUR,
            {"name": f"{str(offer).capitalize()}, {month}", "purpose": "marketing", "offer": offer},
            {"campaign": f"m-{number}-{month}"},
        )
        for number, offer in enumerate(offers, start=1)
    ]


def _ended(month: str, day: int) -> list[Event]:
    at = day * DAY + 10 * HOUR
    names = [f"m-{number}-{month}" for number in range(1, len(world_once()["goods"]["offers"]) + 1)]
    return [Event(f"{name}.ended", "campaign.ended", at, {}, {"campaign": name}) for name in names]


def _emergencies(day: int) -> Event:
    """Somebody has looked: no place has declared one."""
    looked: dict[str, list[str]] = {"places": []}
    at = day * DAY + 5 * HOUR
    return Event(f"emergencies.{day}", "emergencies.checked", at, looked, dict(ORGANISATION))
