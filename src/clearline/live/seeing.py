"""What pages show of running calls: pictures in the clock of whoever looks, and to each person their own."""

from collections.abc import Iterable
from typing import NamedTuple

from clearline.engine.events import SECOND, Instant
from clearline.live import wire
from clearline.live.hub import Hub, Live
from clearline.people.models import Person
from clearline.record.queries import reach, staff

LATE = 5 * SECOND  # what is nearer is urgent


class Sees(NamedTuple):
    """Whose running calls somebody may see; None: everybody's."""

    agents: frozenset[str] | None

    def may(self, live: Live) -> bool:
        return self.agents is None or (bool(live.agent) and live.agent in self.agents)


def sees(who: Person) -> Sees:
    within = reach.agents(who, "see calls")
    return Sees(None if within is None else frozenset(within))


class Line(NamedTuple):
    """A line of a panel; the deadline is by our clock, in milliseconds, as browsers count."""

    rule: str
    text: str
    severity: str
    deadline: int | None
    late: bool
    at_once: bool


class Shown(NamedTuple):
    """A running call as a page draws it."""

    call: str
    agent: str
    started: Instant
    started_ms: int  # as browsers count
    heard_ms: int
    ended: bool
    due: list[Line]
    more: int
    done: list[Line]
    guarded: list[Line]
    broken: list[wire.Broken]
    questions: list[wire.Broken]
    states: list[wire.State]
    notes: list[wire.Note]
    troubles: list[str]
    recording: str
    near: int  # the nearest deadline in milliseconds: by this the wall is sorted

    @property
    def watched(self) -> bool:
        return bool(self.started)


def shown(live: Live, names: dict[str, str]) -> Shown:
    """One running call, for whoever may see it."""
    picture = live.picture or wire.Picture(live.call, 0, 0, 0, 0, 0)
    due = [_line(one, picture.skew) for one in picture.due]
    deadlines = [one.deadline for one in due if one.deadline is not None and not one.late]
    return Shown(
        call=live.call,
        agent=names.get(live.agent, live.agent),
        started=picture.started,
        heard_ms=live.heard // 1000,
        started_ms=(picture.started - picture.skew) // 1000,
        ended=picture.ended,
        due=due,
        more=picture.more,
        done=[_line(one, 0) for one in reversed(picture.done)],
        guarded=[_line(one, picture.skew) for one in picture.guarded],
        broken=[one for one in picture.broken if not one.question],
        questions=[one for one in picture.broken if one.question],
        states=sorted(picture.states, key=lambda one: (RANK.index(one.state), one.title)),
        notes=live.notes,
        troubles=list(live.troubles.values()),
        recording=picture.recording,
        near=min(deadlines, default=_FAR if not picture.ended else _FAR + 1),
    )


RANK = ("broken", "due", "unknown", "open", "kept")
_FAR = 1 << 52


def own(hub: Hub, agent: str) -> Live | None:
    """The call that an agent is in: the newest that is not over, else the newest."""
    calls = [one for one in hub.calls.values() if agent and one.agent == agent]
    return max(calls, key=lambda one: (one.ended is None, _started(one)), default=None)


def names_of(who: Person, agents: Iterable[str]) -> dict[str, str]:
    return dict(staff.names(who, agents))


def _started(live: Live) -> Instant:
    return live.picture.started if live.picture else 0


def _line(line: wire.Line, skew: Instant) -> Line:
    deadline = None if line.deadline is None else (line.deadline - skew) // 1000
    return Line(line.rule, line.text, line.severity, deadline, line.late, line.at_once)
