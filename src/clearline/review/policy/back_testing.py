"""What a draft would have found: it is replayed over calls that are over, and nothing of it becomes a finding."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.monitor import replay
from clearline.engine.program import Program
from clearline.engine.sentences import Form
from clearline.engine.touching import Known
from clearline.engine.verdicts import Verdict
from clearline.people.models import Person
from clearline.record.models import Call
from clearline.record.watching import stored_of

AT_ONCE = 500  # calls in memory
SHOWN = 300  # calls that are named; all are counted
NOT_TRIED = "never came up"
_ALWAYS = (Form.FORBID, Form.LIMIT)  # what is forbidden is kept in each call without it


class Share(msgspec.Struct):
    """Calls in which the rule came up, and what it said of them."""

    name: str
    tried: int = 0
    broken: int = 0
    unknown: int = 0


class Hit(msgspec.Struct):
    """A call that the draft would have flagged, or of which it says something else than the rule in force."""

    call: str
    agent: str
    team: str
    started: Instant
    at: Instant  # of the first breach or question
    state: str
    was: str = ""  # by the rule that it is compared with


class Result(msgspec.Struct):
    """All that a back-test tells."""

    calls: int = 0
    whole: Share = msgspec.field(default_factory=lambda: Share("all"))
    teams: list[Share] = msgspec.field(default_factory=list)
    weeks: list[Share] = msgspec.field(default_factory=list)
    hits: list[Hit] = msgspec.field(default_factory=list)
    changed: list[Hit] = msgspec.field(default_factory=list)
    changes: int = 0  # all of them
    erased: int = 0  # calls whose words are gone: nothing can be said of them


@dataclass(slots=True)
class Test:
    """A rule alone, and the one that it is compared with; what is known from the start."""

    program: Program
    known: Known
    against: Program | None = None
    result: Result = field(default_factory=Result)
    _teams: dict[str, Share] = field(default_factory=dict)
    _weeks: dict[str, Share] = field(default_factory=dict)

    def take(self, call: Call, team: str, events: Sequence[Event]) -> None:
        """Judges one more call."""
        self.result.calls += 1
        if not events:
            self.result.erased += 1
            return
        state, at = said(self.program, events, self.known)
        was = said(self.against, events, self.known)[0] if self.against else state
        week = monday(call.started)
        shares = (
            self.result.whole,
            self._teams.setdefault(team, Share(team)),
            self._weeks.setdefault(week, Share(week)),
        )
        for share in shares:
            share.tried += state != NOT_TRIED
            share.broken += state == "broken"
            share.unknown += state == "unknown"
        hit = Hit(
            call.timeline.subject, call.agent, team, call.started, at, state, was if self.against else ""
        )
        if state in {"broken", "unknown"} and len(self.result.hits) < SHOWN:
            self.result.hits.append(hit)
        if was != state:
            self.result.changes += 1
            if len(self.result.changed) < SHOWN:
                self.result.changed.append(hit)

    def done(self) -> Result:
        """What it came to."""
        self.result.teams = sorted(self._teams.values(), key=lambda one: one.name)
        self.result.weeks = sorted(self._weeks.values(), key=lambda one: one.name)
        return self.result


def run(test: Test, since: Instant, until: Instant, progress: Callable[[float], None]) -> Result:
    """Over all calls that began in the period and are over, newest first; `progress` is told the share that is done."""
    calls = Call.objects.filter(started__gte=since, started__lt=until).exclude(ended=None)
    total, done, teams = max(1, calls.count()), 0, _teams()
    for some in _parts(calls.select_related("timeline").order_by("-started", "-pk").iterator(AT_ONCE)):
        events = stored_of([call.timeline for call in some])
        for call in some:
            test.take(call, teams.get(call.agent, ""), events.get(call.timeline_id, []))
        done += len(some)
        progress(done / total)
    return test.done()


def said(program: Program | None, events: Sequence[Event], known: Known) -> tuple[str, Instant]:
    """The state of a program's one rule at the end of a timeline, and when it first broke or became a question."""
    verdicts: list[Verdict] = replay(program, events, known) if program else []
    if not verdicts:
        return NOT_TRIED, events[0].at
    verdict = verdicts[0]
    found = [*verdict.findings, *verdict.questions]
    state = "broken" if verdict.findings else "unknown" if verdict.questions else verdict.state.value
    if not found and not verdict.tried and verdict.rule.sentences[0].form not in _ALWAYS:
        state = NOT_TRIED
    return state, min((one.breach.at for one in found), default=events[0].at)


def monday(at: Instant) -> str:
    """The day on which the week of an instant begins, in UTC."""
    day = datetime.fromtimestamp(at // SECOND, UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def _teams() -> dict[str, str]:
    """Agents by the telephony's ids, and the teams that they are in today."""
    rows = Person.objects.exclude(agent=None).exclude(team=None).values_list("agent", "team__name")
    return {agent: team for agent, team in rows if agent}


def _parts(calls: Iterator[Call]) -> Iterator[list[Call]]:
    part: list[Call] = []
    for call in calls:
        part.append(call)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
