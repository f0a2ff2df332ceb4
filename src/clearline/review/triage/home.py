"""What triage has to say on somebody's own page: to an agent what was said of their findings, to others what waits for them."""

from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest

from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person, Role
from clearline.people.permissions import may
from clearline.record.judging import judging
from clearline.record.models import Duty, Finding
from clearline.review.models import Triage
from clearline.review.triage import queries

RECENT: Final = 28 * 86_400 * SECOND
SHOWN: Final = 5
COUNTED: Final = 100


class Said(NamedTuple):
    """What people made of one finding, with the title of its rule; its duty, while a dispute waits."""

    triage: Triage
    finding: Finding
    title: str
    due: Duty | None = None


def people_say(who: Person, at: Instant) -> tuple[str, dict[str, Any]] | None:
    """A card, or nothing where there is nothing to say."""
    if who.role == Role.AGENT:
        told: dict[str, Any] = {"said": _of(who, at)}
    else:
        told = _waiting(who, at)
    return ("review/triage/home.html", told | {"now": at}) if any(told.values()) else None


def _of(who: Person, at: Instant) -> list[Said]:
    """Decisions and answers about the agent's own findings, the newest first."""
    if not who.agent:
        return []
    since = Q(decided__gte=at - RECENT) | Q(answered__gte=at - RECENT)
    rows = Triage.objects.filter(since, agent=who.agent).select_related("decided_by", "answered_by")
    last = Greatest(Coalesce("decided", 0), Coalesce("answered", 0))
    made = list(rows.order_by(last.desc(), "-pk")[:SHOWN])
    found = queries.named(who, [one.finding for one in made])
    return [Said(one, found[one.finding], _title(found[one.finding])) for one in made if one.finding in found]


def _waiting(who: Person, at: Instant) -> dict[str, Any]:
    """Disputes without an answer, and critical findings without a decision."""
    if not may(who, "decide findings"):
        return {}
    waiting = [Said(row, one, _title(one), due) for row, one, due in queries.disputes(who)]
    grave = queries.undecided(who).filter(severity="critical", at__gte=at - RECENT)
    count = len(grave.values_list("pk")[: COUNTED + 1])
    told = f"over {COUNTED}" if count > COUNTED else str(count)
    return {"disputes": waiting[:SHOWN], "grave": told if count else ""}


def _title(one: Finding) -> str:
    rules = judging().rulebook.rules
    return rules[one.rule].title if one.rule in rules else one.rule
