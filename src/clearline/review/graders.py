"""Who may grade whose calls, and how calls are shared out among graders."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.rulebook.scorecards import Scorecard
from clearline.statistics.sampling import lot

DEED: Final = "grade calls"


class Whose(NamedTuple):
    """An agent's person and team; neither, where the agent is nobody here."""

    person: int | None = None
    team: int | None = None


def whose(agents: Sequence[str]) -> dict[str, Whose]:
    """By the telephony's id."""
    rows = Person.objects.filter(agent__in=set(agents)).values_list("agent", "pk", "team")
    found = {str(agent): Whose(person, team) for agent, person, team in rows}
    return {agent: found.get(agent, Whose()) for agent in agents}


def fit(grader: Person, agent: Whose, card: Scorecard) -> bool:
    """Nobody grades themselves and, where the card says so, nobody an agent of a team that they lead or are in."""
    if not may(grader, DEED) or grader.pk == agent.person:
        return False
    near = agent.team is not None and (agent.team == grader.team_id or agent.team in grader.led)
    return not (card.independent and near)


def shared_out(
    calls: Sequence[tuple[str, str]],
    twice: int,
    graders: Sequence[Person],
    card: Scorecard,
    seed: bytes,
) -> dict[str, list[Person]]:
    """Graders for each of these calls (id and agent), two for the first `twice`; whoever has the fewest comes first.

    Among those who have as few the seed decides, so that this, too, can be done again and nobody can choose.
    """
    people = whose([agent for _, agent in calls])
    load = dict.fromkeys((one.pk for one in graders), 0)
    given: dict[str, list[Person]] = {}
    for number, (call, agent) in enumerate(calls):
        able = sorted(
            (one for one in graders if fit(one, people[agent], card)),
            key=lambda one: (load[one.pk], lot(seed, f"{call} {one.uid}")),
        )
        given[call] = able[: 2 if number < twice else 1]
        for one in given[call]:
            load[one.pk] += 1
    return given


def lacking(
    agents: Mapping[str, Whose], graders: Sequence[Person], card: Scorecard, needed: int
) -> list[str]:
    """The agents whose calls fewer of these people may grade than are needed."""
    return [
        agent for agent, one in agents.items() if sum(fit(person, one, card) for person in graders) < needed
    ]
