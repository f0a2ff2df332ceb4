"""What the gate has to say on somebody's own page: what is about to go wrong before the next call, and nothing else."""

from typing import Any, NamedTuple

from clearline.engine.events import Instant
from clearline.gate.lists import queries as lists
from clearline.gate.queries import campaigns, overrides
from clearline.gate.queries.campaigns import Glance
from clearline.people.models import Person
from clearline.people.permissions import may


class Near(NamedTuple):
    """A campaign that is near the limit, and when it passes it at this pace."""

    one: Glance
    passes: Instant | None


def before_the_call(who: Person, at: Instant) -> tuple[str, dict[str, Any]] | None:
    """Campaigns near 3 %, lists that go stale or wait, overrides that wait for a second person."""
    told: dict[str, Any] = {
        "now": at,
        "near": [
            Near(one, None if one.window.over else one.window.passes()) for one in campaigns.near(who, at)
        ],
    }
    if may(who, "load lists"):
        dated = [(row, lists.due(row)) for row in lists.current()]
        told["stale"] = [(row, by) for row, by in dated if by is not None and by - lists.SOON <= at]
        told["held"] = list(lists.held())
    if may(who, "approve overrides"):
        told["waiting"] = [one for one in overrides.waiting(who, at) if one.asked_by_id != who.pk]
    found = any(told.get(name) for name in ("near", "stale", "held", "waiting"))
    return ("gate/home.html", told) if found else None
