"""Which calls an audit may draw, and how: the population frozen as lines, hashed, and drawn by a seed that was logged before."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from clearline.audits.models import Audit
from clearline.people.models import Person
from clearline.record.models import Call, Finding
from clearline.record.models.judged import STANDING
from clearline.statistics.sampling import Drawn, draw, draw_by_risk, plan
from clearline.statistics.strata import draw_in_strata, plan_in_strata

RISKY = {"critical": 8.0, "serious": 5.0, "minor": 3.0}  # a call without a finding of the audited rules: 1


class Unit(NamedTuple):
    """A call that may be drawn: its id, its team today, how risky it is."""

    call: str
    team: str
    risk: float

    @property
    def line(self) -> str:
        """As it is hashed."""
        return f"{self.call}\t{self.team}\t{self.risk:g}\n"


def population(audit: Audit) -> list[Unit]:
    """All evaluated calls of the period and the teams, by their ids."""
    calls = Call.objects.filter(
        started__gte=audit.since, started__lt=audit.until, state=Call.State.EVALUATED
    ).order_by("timeline__subject")
    teams = dict(Person.objects.exclude(agent=None).exclude(team=None).values_list("agent", "team__name"))
    if audit.teams:
        calls = calls.filter(agent__in=[agent for agent, team in teams.items() if team in audit.teams])
    risks: dict[int, float] = {}
    if audit.by_risk:
        found = Finding.objects.filter(STANDING, rule__in=audit.rules, timeline__call__in=calls)
        for timeline, severity in found.values_list("timeline", "severity"):
            risks[timeline] = max(risks.get(timeline, 1.0), RISKY.get(severity, 1.0))
    rows = calls.values_list("timeline__subject", "agent", "timeline")
    return [
        Unit(call, teams.get(agent, ""), risks.get(timeline, 1.0))
        for call, agent, timeline in rows.iterator()
    ]


def frame(units: Iterable[Unit]) -> bytes:
    """The population as it is kept."""
    return zlib.compress("".join(unit.line for unit in units).encode())


def framed(kept: bytes) -> list[Unit]:
    """The population that was kept."""
    rows = (line.split("\t") for line in zlib.decompress(kept).decode().splitlines())
    return [Unit(call, team, float(risk)) for call, team, risk in rows]


def digest(units: Iterable[Unit]) -> str:
    """SHA-256 of the population's lines: who has the same calls has the same."""
    told = hashlib.sha256()
    for unit in units:
        told.update(unit.line.encode())
    return told.hexdigest()


def size(audit: Audit, units: list[Unit]) -> int:
    """How many calls the plan wants to be looked at; ValueError where so few calls could not show it."""
    if audit.by_team:
        return sum(_shared_out(audit, units).values())
    return plan(len(units), audit.rate, audit.confidence, audit.accepts).size


def drawn(audit: Audit, units: list[Unit], seed: bytes) -> list[Drawn]:
    """The sample; the same for the same calls and seed, whoever draws."""
    if audit.by_team:
        teams: dict[str, list[str]] = {}
        for unit in units:
            teams.setdefault(unit.team, []).append(unit.call)
        return draw_in_strata(teams, _shared_out(audit, units), seed)
    wanted = size(audit, units)
    if audit.by_risk:
        return draw_by_risk({unit.call: unit.risk for unit in units}, wanted, seed)
    return draw([unit.call for unit in units], wanted, seed)


def _shared_out(audit: Audit, units: list[Unit]) -> dict[str, int]:
    return plan_in_strata(Counter(unit.team for unit in units), audit.rate, audit.confidence)
