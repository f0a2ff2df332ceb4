"""Whose calls they are: agents and teams by the names that whoever asks may know."""

from collections.abc import Iterable

from clearline.people import queries
from clearline.people.models import Person


def names(who: Person, agents: Iterable[str]) -> dict[str, str]:
    """The telephony's id -> the name; an agent who is nobody here, or whom one may not know, has their id."""
    asked = set(agents) - {""}
    known = queries.people(who).filter(agent__in=asked).values_list("agent", "name") if asked else ()
    return {agent: agent for agent in asked} | {agent: name for agent, name in known if agent}


def agents(who: Person) -> list[tuple[str, str]]:
    """Everybody within reach who takes calls: id and name."""
    rows = queries.people(who).exclude(agent=None).order_by("name").values_list("agent", "name")
    return [(agent, name) for agent, name in rows if agent]


def teams(who: Person) -> list[tuple[str, str]]:
    """The teams within reach: uid and name."""
    return [(str(team.uid), team.name) for team in queries.teams(who)]


def of_team(who: Person, team: str) -> list[str]:
    """The agents in a team, as far as they are within reach."""
    rows = queries.people(who).filter(team__uid=team).exclude(agent=None)
    return [agent for agent in rows.values_list("agent", flat=True) if agent]


def agent_person(agent: str) -> Person | None:
    """Whom a look at an agent's call is about."""
    return Person.objects.filter(agent=agent).first() if agent else None
