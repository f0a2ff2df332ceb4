"""How prompts fared: how many a call had, what became of them, and how early they came."""

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Final, NamedTuple

from clearline.engine.events import SECOND, Event, Instant
from clearline.live.prompts import Outcome
from clearline.live.running import GONE, PANEL, SHOWN
from clearline.live.seeing import Sees, sees
from clearline.people.models import Person
from clearline.record.models import Call, EventOn
from clearline.record.watching import read

RECENT: Final = 7 * 86_400 * SECOND
MOST: Final = 5_000  # the newest prompts that are looked at


class Fared(NamedTuple):
    """Prompts of a time; shares are of those of which it is known what became of them."""

    calls: int
    prompts: int
    followed: float
    withdrawn: float
    aside: float
    seconds: float | None  # before the deadline, in the middle of all that had one

    @property
    def a_call(self) -> float:
        return self.prompts / self.calls if self.calls else 0.0


def fared(who: Person, since: Instant) -> Fared | None:
    """What became of the prompts in the calls that somebody may see; None where there were none."""
    places = EventOn.objects.filter(timeline__kind=PANEL, at__gte=since, event__type__in=(SHOWN, GONE))
    within: Sees = sees(who)
    if within.agents is not None:
        mine = Call.objects.filter(agent__in=within.agents, started__gte=since - RECENT)
        places = places.filter(timeline__subject__in=mine.values("timeline__subject"))
    bodies = places.order_by("-at").values_list("event__body", flat=True)[:MOST]
    return told(read(bytes(body)) for body in bodies if body is not None)


def told(events: Iterable[Event]) -> Fared | None:
    """The same of events."""
    calls: set[str] = set()
    outcomes: Counter[str] = Counter()
    left: list[float] = []
    prompts = 0
    for event in events:
        calls.add(event.subjects.get(PANEL, ""))
        if event.type == SHOWN:
            prompts += 1
            left += [event.data["left"]] if isinstance(event.data.get("left"), int | float) else []
        else:
            outcomes[str(event.data.get("outcome"))] += 1
    if not prompts:
        return None
    known = outcomes.total() or 1
    return Fared(
        len(calls),
        prompts,
        outcomes[Outcome.FOLLOWED] / known,
        outcomes[Outcome.WITHDRAWN] / known,
        outcomes[Outcome.SET_ASIDE] / known,
        median(left) if left else None,
    )
