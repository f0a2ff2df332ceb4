"""One running call: its monitor, the words that may still change, and the picture of it."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from clearline.engine.entities import START, Listener
from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event, Instant
from clearline.engine.explain import clock_from, explain
from clearline.engine.forms.form import State
from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.engine.rules import Rule
from clearline.engine.sentences import Form
from clearline.engine.storing import storable
from clearline.engine.verdicts import Change, Duty, Finding, Guard
from clearline.formats.streaming.frames import name_of
from clearline.live import wire
from clearline.live.prompts import AT_ONCE, Prompts, Turn
from clearline.rulebook.rulebook import Rulebook

PANEL: Final = "panel"
"""The kind of timeline of what the people in a call were shown and said about it; its subject is the call's."""
SHOWN, GONE, ASIDE, NOTE = "prompt.shown", "prompt.gone", "prompt.set_aside", "note.sent"
EARLY: Final = 2 * SECOND  # how much later than they end words come, where all clocks agree
LATELY: Final = 8  # events by which it is told whether a call's clock is ours
STALE: Final = 15 * SECOND  # how long partial words stand of which nothing more is heard
AT_A_TIME: Final = 4  # partial utterances that stand at once
LONGEST: Final = 2_000  # characters of one
DONE: Final = 5  # things done that are shown
_RECORDING: Final = {"recording.started": "on", "recording.resumed": "on"} | dict.fromkeys(
    ("recording.paused", "recording.stopped"), "off"
)
_EARLIER: Final = frozenset({Form.BEFORE, Form.BEFORE_EACH})


@dataclass(slots=True)
class Rules:
    """By what calls are judged: what a process compiles once."""

    rulebook: Rulebook
    program: Program
    known: Mapping[str, Mapping[str, Any]]


class Perhaps(NamedTuple):
    """Words that may still change, as they stand in the monitor, and when they were heard."""

    event: Event
    heard: Instant


@dataclass(slots=True)
class Running:
    """A call, as far as it is known. Everything is told in the order in which it comes, late or not."""

    call: str
    rules: Rules
    monitor: Monitor = field(init=False)
    prompts: Prompts = field(init=False)
    reports: deque[wire.Report] = field(default_factory=deque)  # to be sent, beside pictures
    heard: Instant = 0
    _listener: Listener = START
    _unheard: list[Event] = field(default_factory=list)  # words that it has still to listen to
    _seen: set[str] = field(default_factory=set)
    _perhaps: dict[str, Perhaps] = field(
        default_factory=dict
    )  # by the id of the words to come, the oldest first
    _partials: int = 0
    _late: deque[Instant] = field(
        default_factory=partial(deque, maxlen=LATELY)
    )  # how long after it had happened it came
    _found: list[Finding] = field(default_factory=list)
    _states: dict[str, State] = field(default_factory=dict)
    _talk: list[wire.Spoken] = field(default_factory=list)
    _unsaid: list[str] = field(default_factory=list)
    _asked: set[tuple[str, str]] = field(default_factory=set)  # deeds that the switch was asked for
    _shown: int = 0  # prompts' turns so far
    _agent: str = ""
    _recording: str = ""
    _started: Instant | None = None
    _ended: bool = False
    _number: int = 0
    _last: wire.Picture | None = None

    def __post_init__(self) -> None:
        self.monitor = Monitor(self.rules.program, self.rules.known)
        missed = partial(
            _missed, self._found
        )  # nothing in it leads back here: a call that is over is gone at once
        self.prompts = Prompts(self.monitor.tried, self.monitor.applies, missed)

    def take_up(self, events: Sequence[Event], now: Instant) -> None:
        """Takes in all that was stored of the call before; what was said of it then is not said again."""
        happened = [event for event in events if not _is_panel(event)]
        self._seen.update(event.id for event in events)
        for event in events:
            if _is_panel(event):
                self._panel(event)
            else:
                self._show(event, event.at + _length(event))
        self._unheard += [event for event in happened if event.type == UTTERANCE]
        self._fold(self.monitor.take_up(happened))
        self._late.clear()
        if events:
            self._late.append(min(EARLY, now - max(one.at + _length(one) for one in events)))
        self._heed(now)
        self._talk = self._talk[-wire.REMEMBERED :]
        self.reports = deque(one for one in self.reports if isinstance(one, wire.Deed))

    def happened(self, event: Event, heard: Instant, *, stored: bool = False) -> None:
        """Something that stays; known again when it comes twice. What was stored has no secrets left in it."""
        if event.id not in self._seen:
            self._take(event, heard, stored=stored)
            self._heed(heard)

    def perhaps(self, event: Event, heard: Instant) -> None:
        """Words that may still change."""
        if event.id in self._seen or self._ended:
            return
        text = str(event.data.get("text", ""))[:LONGEST]
        shown, _ = storable(replace(event, data={**event.data, "text": text}), self._listening())
        before = self._perhaps.pop(event.id, None)
        self._partials += 1
        name = f"{event.id}~{self._partials}"
        stands = replace(shown, id=name, replaces=before.event.id if before else "", voids="")
        self._perhaps[event.id] = Perhaps(stands, heard)
        if len(self._perhaps) > AT_A_TIME:
            self._drop(next(iter(self._perhaps)))
        self._place(event, heard)
        self._fold(self.monitor.step(stands))
        self._heed(heard)

    def tick(self, now: Instant) -> None:
        """What the clock alone changes."""
        self._heed(now)

    def against(self, event: Event, now: Instant) -> tuple[wire.Broken, ...]:
        """Which rules these words, or this deed, would break now; those that can't be told count, too."""
        event = replace(event, at=max(self.clock(now), self._latest()))
        found = self.monitor.what_if(storable(event, self._listening())[0])
        return tuple(self._broken(one) for one in found)

    def picture(self, now: Instant) -> wire.Picture | None:
        """All that there is to show; None where nothing is otherwise than in the picture before."""
        perhaps = tuple(_spoken(one.event, name) for name, one in self._perhaps.items())
        drawn = wire.Picture(
            call=self.call,
            number=self._number,
            drawn=0,
            heard=0,
            started=self._started or 0,
            skew=self.skew,
            agent=self._agent,
            ended=self._ended,
            due=self.prompts.shown,
            more=self.prompts.waiting,
            done=tuple(self.prompts.done.values())[-DONE:],
            guarded=() if self._ended else tuple(self._guarded(now)),
            broken=tuple(self._broken(one) for one in sorted(self._found, key=_when) if not _unheard(one)),
            states=tuple(self._stated()),
            talk=(*self._talk, *perhaps),
            unsaid=tuple(self._unsaid),
            recording=self._recording,
        )
        if self._last == drawn:
            return None
        self._number += 1
        self._talk.clear()
        self._unsaid.clear()
        self._last = replace(drawn, number=self._number, talk=perhaps, unsaid=())
        return replace(drawn, number=self._number, drawn=now, heard=self.heard)

    @property
    def skew(self) -> Instant:
        """What is added to our clock to have the call's: nothing, unless its latest times can't be by the same clock."""
        late = min(self._late, default=0)
        return 0 if 0 <= late <= EARLY else -late

    def clock(self, now: Instant) -> Instant:
        return now + self.skew

    @property
    def wakes(self) -> Instant | None:
        """By our clock, when the clock alone changes something; a deadline's own moment is still in time."""
        if self._ended:
            return None
        wakes = [one.heard + STALE + 1 for one in self._perhaps.values()]
        if self.monitor.wakes is not None:
            wakes.append(self.monitor.wakes + 1 - self.skew)
        return min(wakes, default=None)

    def _take(self, event: Event, heard: Instant, *, stored: bool) -> None:
        """Steps the monitor: with the words as they may be stored, in the place of those that could still change."""
        self._seen.add(event.id)
        if _is_panel(event):
            self._panel(event)
            return
        if not stored:
            event, listener = storable(event, self._listening())
            self._listener = listener if event.type == UTTERANCE else self._listener
        elif event.type == UTTERANCE:
            self._unheard.append(event)
        self._show(event, heard)
        if event.id in self._perhaps and (event.replaces or event.voids):
            self._drop(event.id)
        elif event.id in self._perhaps:
            event = replace(event, replaces=self._perhaps.pop(event.id).event.id)
        self._fold(self.monitor.step(event))
        if self._ended:  # nobody said what the last words were
            for name in [*self._perhaps]:
                self._drop(name)

    def _show(self, event: Event, heard: Instant) -> None:
        if event.type == UTTERANCE:
            self._talk.append(_spoken(event, event.id))
        self._unsaid += [name for name in (event.replaces, event.voids) if name]
        self._place(event, heard)
        self._note(event)

    def _listening(self) -> Listener:
        """The listener after all words so far; what stored ones were about can be heard in what is left of them."""
        for event in self._unheard:
            by, text = str(event.data.get("by", "")), str(event.data.get("text", ""))
            self._listener, _ = self._listener.hear(by, text)
        self._unheard.clear()
        return self._listener

    def _drop(self, name: str) -> None:
        """Words that could still change, and of which nothing more was heard, were not said."""
        gone = self._perhaps.pop(name).event
        self._fold(self.monitor.step(Event(f"{gone.id}~void", "void", gone.at, voids=gone.id)))

    def _place(self, event: Event, heard: Instant) -> None:
        self._late.append(heard - event.at - _length(event))
        self.heard = max(self.heard, heard)

    def _note(self, event: Event) -> None:
        self._agent = event.subjects.get("agent", self._agent)
        self._started = event.at if self._started is None else min(self._started, event.at)
        self._recording = _RECORDING.get(event.type, self._recording)
        self._ended = self._ended or event.type == self.rules.program.kind.ends

    def _panel(self, event: Event) -> None:
        if event.type == ASIDE:
            turn = self.prompts.set_aside(str(event.data.get("rule", "")))
            if turn is not None:
                self._report(turn, event.at)

    def _heed(self, now: Instant) -> None:
        """What is due by the call's clock, and who has to be told."""
        for name in [name for name, one in self._perhaps.items() if now - one.heard > STALE]:
            self._drop(name)
        clock = self.clock(now)
        if not self._ended:
            self._fold(self.monitor.advance(clock))
        due = [] if self._ended else self.monitor.due(clock)
        self._ask(due, clock)
        for turn in self.prompts.heed(due, clock, perhaps=bool(self._perhaps), ended=self._ended):
            self._report(turn, clock)

    def _ask(self, due: Iterable[Duty], clock: Instant) -> None:
        for duty in due:
            deed = self.rules.rulebook.rules[duty.rule.id].deed
            trigger = duty.trigger.event.id.partition("~")[0] if duty.trigger else ""
            if deed and not duty.overdue and (duty.rule.id, trigger) not in self._asked:
                self._asked.add((duty.rule.id, trigger))
                self.reports.append(wire.Deed(self.call, deed, duty.rule.id, clock, duty.deadline))

    def _report(self, turn: Turn, clock: Instant) -> None:
        self._shown += 1
        line = turn.line
        entry = self.rules.rulebook.rules[line.rule]
        data: dict[str, Any] = {"rule": line.rule, "version": entry.version}
        if turn.outcome is None:
            data |= {"text": line.text, "perhaps": turn.perhaps}
            data |= {"left": seconds(line.deadline - clock)} if line.deadline is not None else {}
        else:
            data |= {"outcome": turn.outcome.value, "after": seconds(clock - turn.since)}
        kind = SHOWN if turn.outcome is None else GONE
        name = name_of(self.call, clock, self._shown)
        event = Event(name, kind, clock, data, {PANEL: self.call}, self._shown)
        self.reports.append(wire.Shown(self.call, event))

    def _fold(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.state is not None:
                self._states[change.rule.id] = change.state
            if change.finding is not None and change.what == "raised":
                self._found.append(change.finding)
            elif change.finding is not None and change.finding in self._found:
                self._found.remove(change.finding)

    def _guarded(self, now: Instant) -> Iterable[wire.Line]:
        """What must not be done now, as far as something in this call makes it so; the worst first."""
        found: dict[str, tuple[float, wire.Line]] = {}
        for guard in self.monitor.guards(self.clock(now)):
            rule = guard.rule
            if rule.prompt and rule.id not in self.prompts.aside and (weight := _weight(guard)):
                line = wire.Line(rule.id, rule.prompt, rule.severity, guard.until)
                found.setdefault(rule.id, (weight, line))
        due = {line.rule for line in self.prompts.shown}
        ranked = sorted(found.values(), key=lambda one: -one[0])
        return [line for _, line in ranked if line.rule not in due][:AT_ONCE]

    def _stated(self) -> Iterable[wire.State]:
        rules = self.rules.rulebook.rules
        for name, state in self._states.items():
            rule = rules[name].rule
            came_up = state in {State.BROKEN, State.DUE} or self.monitor.tried(rule)
            if came_up and self.monitor.applies(rule) is not False:
                yield wire.State(name, rules[name].title, state.name.lower())

    def _broken(self, found: Finding) -> wire.Broken:
        rule = found.rule
        told = explain(found, clock_from(self._started or found.breach.at))
        return wire.Broken(rule.id, rule.title, rule.severity, found.breach.at, told, bool(found.doubts))

    def _latest(self) -> Instant:
        events = self.monitor.events
        return events[-1].at + 1 if events else 0


def _is_panel(event: Event) -> bool:
    return bool(event.subjects.get(PANEL)) and "call" not in event.subjects


def seconds(span: Instant) -> float:
    return round(span / SECOND, 2)


def _weight(guard: Guard) -> float:
    """How much a guard is about this moment: what was triggered or has an end most, what holds in all calls not at all."""
    worst = {"critical": 3.0, "serious": 2.0, "minor": 1.0}[guard.rule.severity]
    if guard.trigger is not None or guard.until is not None:
        return worst * 4
    if guard.sentence.during is not None:
        return worst * 2
    return worst if guard.sentence.form in _EARLIER else 0.0


def _length(event: Event) -> Instant:
    taken = event.data.get("seconds")
    return round(taken * SECOND) if isinstance(taken, int | float) and 0 <= taken < 3600 else 0


def _missed(found: Iterable[Finding], rule: Rule, deadline: Instant | None) -> bool:
    return any(one.rule is rule and one.breach.at == deadline for one in found)


def _unheard(found: Finding) -> bool:
    """Whether it asks what was said while nobody heard: the agent is told of the hole, not of all rules that it leaves open."""
    mark = found.breach.deed or found.breach.trigger
    return mark is not None and mark.event.type == UNHEARD


def _when(found: Finding) -> tuple[Instant, str]:
    return found.breach.at, found.rule.id


def _spoken(event: Event, name: str) -> wire.Spoken:
    data = event.data
    return wire.Spoken(
        name, str(data.get("by", "unknown")), str(data.get("text", "")), event.at, "~" in event.id
    )
