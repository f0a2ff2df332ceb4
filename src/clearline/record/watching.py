"""The watchers of timelines that this process has in hand."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from clearline.engine.entities import START, Listener
from clearline.engine.events import Event, Instant
from clearline.engine.monitor import Monitor, in_order
from clearline.engine.verdicts import Change, Duty, Finding
from clearline.record.identities import duty_uid, finding_uid
from clearline.record.judging import Judging
from clearline.record.models import EventOn, Timeline

AT_ONCE = 2_000  # timelines in a question to the database
IN_HAND = 5_000  # watchers; 1,000 running calls, and what they touch


@dataclass(slots=True)
class Watch:
    """A timeline's monitor and what it has found; it holds for the timeline at a length, and is dropped at any other."""

    timeline: int
    length: int
    erased: Instant | None  # when content was last taken away from what it has read
    monitor: Monitor | None
    findings: dict[str, Finding] = field(default_factory=dict)  # by uid, as they stand
    found: dict[str, int] | None = None  # the rows of those in the database, once they were looked up
    waiting: dict[str, tuple[int, bool]] | None = (
        None  # the rows of duties, and whether they are overdue there
    )

    def take_up(self, events: Sequence[Event]) -> None:
        """Takes in all that was stored before."""
        if self.monitor:
            self._fold(self.monitor.take_up(events))

    def step(self, event: Event) -> bool:
        """Takes in a stored event; whether any finding came or went."""
        self.length += 1
        return self._fold(self.monitor.step(event)) if self.monitor else False

    def foresee(self, event: Event) -> None:
        """Takes in an event that will be stored in the same transaction, so that others are judged after it."""
        if self.monitor:
            self._fold(self.monitor.step(event))

    def advance(self, at: Instant) -> bool:
        """What the clock changes by itself; whether any finding came or went."""
        return self._fold(self.monitor.advance(at)) if self.monitor else False

    def duties(self, now: Instant) -> dict[str, Duty]:
        """Everything due, by uid."""
        due = self.monitor.due(now) if self.monitor else []
        return {duty_uid(self.timeline, one): one for one in due}

    def _fold(self, changes: Iterable[Change]) -> bool:
        before = len(self.findings)
        touched = False
        for change in changes:
            if change.finding is None:
                continue
            touched = True
            uid = finding_uid(self.timeline, change.finding)
            if change.what == "withdrawn":
                self.findings.pop(uid, None)
            else:
                self.findings[uid] = change.finding
        return touched or len(self.findings) != before


class Watches:
    """Watchers by timeline, the latest used kept."""

    def __init__(self, judging: Callable[[], Judging]) -> None:
        self._judging = judging
        self._by = judging()
        self._held: OrderedDict[int, Watch] = OrderedDict()
        self._listeners: OrderedDict[int, Listener] = OrderedDict()
        self._ahead: set[int] | None = None  # timelines that may be ahead of what is committed
        self.told: Callable[[Sequence[Event]], None] | None = None  # hears of events once they are on disk

    @property
    def judging(self) -> Judging:
        """By what is judged now; when the rules have changed, watchers that went by others are forgotten."""
        now = self._judging()
        if now is not self._by:
            self._by = now
            self._held.clear()
        return now

    def of(self, timeline: Timeline) -> Watch:
        """The watcher of a timeline, made from its stored events where none is in hand that is up to date."""
        if not self._is_up_to_date(timeline):
            self.open([timeline])
        return self._held[timeline.pk]

    def open(self, timelines: Sequence[Timeline]) -> None:
        """Takes these timelines in hand, with one question to the database for all that are not."""
        missing = [one for one in timelines if not self._is_up_to_date(one)]
        events = stored_of([one for one in missing if one.length])
        for timeline in missing:
            watch = Watch(timeline.pk, 0, timeline.erased, self.judging.monitor(timeline.kind))
            watch.take_up(events.get(timeline.pk, []))
            watch.length = timeline.length  # erased events count, too
            self._held[timeline.pk] = watch
        for timeline in timelines:
            self._held.move_to_end(timeline.pk)

    def _is_up_to_date(self, timeline: Timeline) -> bool:
        watch = self._held.get(timeline.pk)
        return watch is not None and (watch.length, watch.erased) == (timeline.length, timeline.erased)

    def listener(self, timeline: Timeline) -> Listener:
        """What must be remembered of the words on a timeline to know the next secret; after a restart, nothing."""
        return self._listeners.get(timeline.pk, START)

    def remember(self, timeline: Timeline, listener: Listener) -> None:
        self._listeners[timeline.pk] = listener
        self._listeners.move_to_end(timeline.pk)

    def events(self, timeline: Timeline) -> list[Event]:
        """The events of a timeline that stand, in order; from the watcher in hand where there is one."""
        watch = self._held.get(timeline.pk)
        return watch.monitor.events if watch and watch.monitor else in_order(stored(timeline))

    @contextmanager
    def undone_together(self, timelines: Callable[[], Iterable[int]] = tuple) -> Iterator[None]:
        """Around a transaction, which may hold any number of watchers; where it is rolled back, its own are forgotten.

        So are those of the transactions within it.
        """
        outer, self._ahead = self._ahead, set()
        done = False
        try:
            yield
            done = True
        finally:
            ahead, self._ahead = self._ahead.union(timelines()), outer
            if not done:
                self.drop(ahead)
            elif outer is not None:
                outer |= ahead
            if outer is None:
                self._trim()

    def _trim(self) -> None:
        for held in (self._held, self._listeners):
            while len(held) > IN_HAND:
                held.popitem(last=False)

    def drop(self, timelines: Iterable[int]) -> None:
        """Forgets watchers: they were ahead of what was committed, or are done."""
        for pk in timelines:
            self._held.pop(pk, None)
            self._listeners.pop(pk, None)


def stored(timeline: Timeline) -> list[Event]:
    """The events of a timeline in their order, as far as they are not erased."""
    return stored_of([timeline]).get(timeline.pk, [])


def stored_of(timelines: Sequence[Timeline]) -> dict[int, list[Event]]:
    """The same for many, by the timeline's row."""
    found: dict[int, list[Event]] = defaultdict(list)
    for start in range(0, len(timelines), AT_ONCE):
        some = [timeline.pk for timeline in timelines[start : start + AT_ONCE]]
        rows = EventOn.objects.filter(timeline__in=some, event__body__isnull=False).order_by(
            "at", "event__seq", "event__source", "event__name"
        )
        for timeline, body in rows.values_list("timeline", "event__body"):
            found[timeline].append(read(bytes(body or b"")))
    return found


def read(body: bytes) -> Event:
    """An event as it was stored."""
    return msgspec.json.decode(body, type=Event)
