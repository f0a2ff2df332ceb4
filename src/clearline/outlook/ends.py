"""What ends by itself: certificates, copies of lists, tested numbers; read by the engine, as rules read them.

A state that `lasts` and that a rule in force speaks of, on a timeline of the house's own: of an agent, a campaign, the organisation.
Those of contacts, as consent and relationships, end by the thousand and ask nobody to do anything.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Final, NamedTuple

from clearline.engine.events import SECOND, Event, Instant
from clearline.people.models import Person
from clearline.people.permissions import Reach, may, reach
from clearline.record.judging import judging
from clearline.record.models import EventOn
from clearline.record.queries.reach import agents
from clearline.record.watching import read

KINDS: Final = ("organisation", "campaign", "agent", "person")
WITHIN: Final = 42 * 86_400 * SECOND  # so long before it ends it is shown
GONE: Final = (
    28 * 86_400 * SECOND
)  # and so long after: what ended earlier and was not renewed is no plan any more


class End(NamedTuple):
    """A state that ends, or has ended: on whom, which one, for what (a course, a list, a number)."""

    kind: str
    subject: str
    state: str
    title: str
    key: str
    until: Instant


def ends(who: Person, at: Instant) -> list[End]:
    """What ends within six weeks or has ended in the last four, as far as somebody's role reaches; the nearest end first."""
    found = [one for kind in KINDS for one in _of(kind, who, at)]
    return sorted(found, key=lambda one: (one.until, one.kind, one.subject, one.state, one.key))


def _of(kind: str, who: Person, at: Instant) -> list[End]:
    titles = _lasting(kind)
    if not titles:
        return []
    subjects = _within(kind, who)
    rows = EventOn.objects.filter(timeline__kind=kind, event__type__in=_types(kind, titles))
    if subjects is not None:
        rows = rows.filter(timeline__subject__in=subjects)
    events: dict[str, list[Event]] = defaultdict(list)
    for one in rows.select_related("event", "timeline").order_by("at"):
        if one.event.body is not None:
            events[one.timeline.subject].append(read(bytes(one.event.body)))
    found = []
    for subject, some in events.items():
        monitor = judging().monitor(kind)
        if monitor is None:
            continue
        monitor.take_up(some)
        for state, key, until in monitor.lasting():
            if at - GONE <= until <= at + WITHIN:
                found.append(End(kind, subject, state, titles[state], "" if key is None else str(key), until))
    return found


def _lasting(kind: str) -> dict[str, str]:
    """The states that end by themselves, of those that rules in force speak of; with what they are called."""
    program = judging().program(kind)
    if program is None:
        return {}
    lasting = (one.definition for one in program.states.values() if one.definition.lasts)
    return {one.name: one.title or one.name for one in lasting}


def _types(kind: str, states: Collection[str]) -> set[str]:
    """The events that such a state begins or ends with."""
    program = judging().program(kind)
    listeners = program.listeners.items() if program else ()
    return {name for (name, _), some in listeners if any(one.owner in states for one in some)}


def _within(kind: str, who: Person) -> list[str] | None:
    """Whose of these somebody may see; None for everybody's."""
    if kind == "agent":
        return agents(who, "see duties")
    if kind == "campaign":
        return None if may(who, "see campaigns") else []
    return None if reach(who, "see duties") is Reach.ALL else [str(who.uid)] if kind == "person" else []
