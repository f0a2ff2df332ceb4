"""Which rules a slip breaks in a call, and which slips a call leaves room for."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from clearline.cli.shop.contacts import DAY
from clearline.cli.shop.dice import Dice
from clearline.cli.shop.scripts import Flags, Test, holds, lines, tests_of, world
from clearline.cli.shop.staff import Agent
from clearline.cli.shop.tale import Plan
from clearline.engine.events import Instant

TEAMS = {"Outreach": ("no-pause", 0.15), "Trail": ("silent-hold", 0.2)}  # what a whole team has got used to

EPOCH = date(1970, 1, 1)


class Habit(NamedTuple):
    """A way to slip, and the rules that it breaks under which conditions."""

    name: str
    weight: float
    since: Mapping[str, Instant]  # rules that were not always there
    ripens: int  # seconds from the end of the call until it is broken
    asks: bool  # a question to a person, no finding
    breaks: tuple[tuple[str, int, tuple[Test, ...]], ...]  # rule, seconds that the call must last, flags


@cache
def habits() -> dict[str, Habit]:
    """All that may go wrong in a call, by name."""
    return {
        name: Habit(
            name,
            float(one["weight"]),
            {rule: (day - EPOCH).days * DAY for rule, day in one.get("since", {}).items()},
            one.get("ripens", 0),
            one.get("asks", False),
            tuple(map(_breaks, one["breaks"])),
        )
        for name, one in world("slips").items()
    }


@cache
def broken(name: str, flags: Flags) -> tuple[tuple[str, int], ...]:
    """The rules that this slip breaks in a call with these flags, where it lasts so many seconds at least."""
    return tuple(
        (rule, longer)
        for rule, longer, tests in habits()[name].breaks
        if all(holds(test, flags) for test in tests)
    )


@cache
def room(script: str, flags: Flags) -> tuple[Habit, ...]:
    """The slips that would break a rule in such a call."""
    names = {
        one.lstrip("!")
        for line in lines(script)
        if all(holds(test, flags) for test in line.tests if not _of_slips(test))
        for test in line.tests
        for one in test
    }
    return tuple(one for name, one in habits().items() if name in names and broken(name, flags))


def slipping(plan: Plan, agent: Agent, share: float, name: str) -> Habit | None:
    """What goes wrong in a call of that name, if anything: by the habit of the team, or by chance."""
    dice = Dice(f"slip/{plan.tale.id}/{name}/{agent.id}")
    used_to, often = TEAMS.get(agent.team.name if agent.team else "", ("", 0.0))
    habit, slips = dice.chance(often), dice.chance(share)
    if not habit and not slips:
        return None
    possible = room(plan.script, plan.flags)
    if habit and any(one.name == used_to for one in possible):
        return habits()[used_to]
    if not slips or not possible:
        return None
    return dice.weighted([(one.weight, one) for one in possible])


def _of_slips(test: Test) -> bool:
    return any(one.lstrip("!") in habits() for one in test)


def _breaks(line: str) -> tuple[str, int, tuple[Test, ...]]:
    head, _, tests = line.partition(" if")
    rule, _, longer = head.partition(" >")
    return rule, int(longer or 0), tests_of(tests, ",")
