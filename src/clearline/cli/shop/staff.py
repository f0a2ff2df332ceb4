"""Who works in the shop's call centre: agents in teams, and the people who look after them."""

from functools import cache
from typing import NamedTuple

from clearline.cli.shop.contacts import world_once

SLIPS = (0.012, 0.05, 0.2, 0.03, 0.08, 0.05, 0.13)  # of calls, agent by agent
WEEK = 7


class Team(NamedTuple):
    """Agents who do the same work in the same hours."""

    name: str
    sort: str  # service, sales
    area: str  # US, EU
    opens: int  # hours in UTC
    closes: int


class Agent(NamedTuple):
    """Somebody who takes calls, and how often they slip."""

    id: str
    name: str
    team: Team | None  # none: an assistant that is no person
    slips: float
    since: int = 0  # the day of the shop they came on
    better: int = 1 << 30  # the day from which they slip rarely

    @property
    def kind(self) -> str:
        return "human" if self.team else "ai"

    @property
    def first(self) -> str:
        return self.name.partition(" ")[0]

    def share(self, day: int) -> float:
        """The share of calls in which they slip, on a day of the shop."""
        if day >= self.better:
            return 0.015
        return self.slips + (0.15 if self.since and day < self.since + WEEK else 0)


class Worker(NamedTuple):
    """Somebody of the centre who may log in."""

    name: str
    email: str
    role: str
    team: str = ""
    leads: tuple[str, ...] = ()
    agent: str = ""


@cache
def staff(agents: int, days: int) -> tuple[Agent, ...]:
    """The agents of a centre, the assistant last; the third gets better, the last one is new."""
    data = world_once()["centre"]
    shares = [team for team in teams() for _ in range(_share(team.name))]
    names = data["agents"]
    people = max(agents - 1, len(teams()))
    found = []
    for number in range(people):
        turn, place = divmod(number, len(names))
        name = names[place] if not turn else f"{names[place]} {'I' * (turn + 1)}"
        found.append(
            Agent(
                id=f"a-{number + 1:03d}",
                name=name,
                team=shares[number % len(shares)],
                slips=SLIPS[number % len(SLIPS)],
                since=days // 2 if number == people - 1 else 0,
                better=max(2 * WEEK, min(3 * WEEK, days - WEEK)) if number == 2 else 1 << 30,
            )
        )
    return (*found, Agent("a-juniper", data["assistant"], None, 0.06))


def workers(agents: int) -> list[Worker]:
    """Everybody who may log in, agents included; addresses are of example.com."""
    found = [
        Worker(one["name"], _address(one["name"]), one["role"], leads=tuple(one.get("leads", ())))
        for one in world_once()["people"]
    ]
    found += [
        Worker(agent.name, _address(agent.name), "agent", agent.team.name, (), agent.id)
        for agent in staff(agents, 3 * WEEK)
        if agent.team
    ]
    return found


@cache
def teams() -> tuple[Team, ...]:
    """The teams of the centre."""
    return tuple(
        Team(one["name"], one["sort"], one["area"], one["opens"], one["closes"])
        for one in world_once()["centre"]["teams"]
    )


def _share(team: str) -> int:
    return next(int(one["share"]) for one in world_once()["centre"]["teams"] if one["name"] == team)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"
