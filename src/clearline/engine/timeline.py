"""The events of one subject that stand, in order, and the moments that they make."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from clearline.engine.entities import START, Listener
from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.engine.hearing import Heard, Hearing, Moment, gathered

MEMORY = 16  # utterances back that an entity may reach


class Entry(NamedTuple):
    """An event that stands, what it shows, and what was listened to up to it."""

    order: tuple[Instant, int, str]
    event: Event
    heard: tuple[Heard, ...] = ()
    listener: Listener = START
    spoken: tuple[Event, ...] = ()  # the latest utterances, its own too


class Timeline:
    """Keeps events in order; an event may replace or void an earlier one, also before that one has come."""

    def __init__(self, hearing: Hearing) -> None:
        self.hearing = hearing
        self.entries: list[Entry] = []
        self.moments: list[Moment] = []
        self._gone: set[str] = set()  # ids that were replaced or voided
        self._seen: set[str] = set()

    @property
    def start(self) -> Instant | None:
        return self.entries[0].event.at if self.entries else None

    def add(self, event: Event) -> int | None:
        """Takes an event in. The index of the first moment that differs now; None if nothing does."""
        if event.id in self._seen:
            return None
        self._seen.add(event.id)
        length = len(self.entries)
        place = self._without({event.replaces, event.voids} - {""})
        if event.id not in self._gone and not event.voids:
            at = bisect_left(self.entries, event.order, key=lambda entry: entry.order)
            self.entries.insert(at, Entry(event.order, event))
            place = min(place, at)
        if place == length == len(self.entries) - 1 and (appended := self._append()) is not None:
            return appended
        return self._hear_again(place)

    def take_up(self, events: Sequence[Event], standing: Sequence[Event]) -> None:
        """Takes in all events of a timeline that is new here, with one pass over the words of those that stand."""
        self._seen = {event.id for event in events}
        self._gone = {name for event in events for name in (event.replaces, event.voids) if name}
        spoken: tuple[Event, ...] = ()
        for event, (listener, heard) in zip(standing, self.hearing.apart(standing, START), strict=True):
            if event.type == UTTERANCE:
                spoken = (*spoken, event)[-MEMORY:]
            self.entries.append(Entry(event.order, event, heard, listener, spoken))
        self.moments = gathered(one for entry in self.entries for one in entry.heard)

    def listening(self) -> tuple[Listener, tuple[Event, ...]]:
        """The listener after the last event, and the latest utterances."""
        return self._before(len(self.entries))

    def _without(self, ids: set[str]) -> int:
        self._gone |= ids
        places = [place for place, entry in enumerate(self.entries) if entry.event.id in ids] if ids else []
        for place in reversed(places):
            del self.entries[place]
        return places[0] if places else len(self.entries)

    def _append(self) -> int | None:
        """The usual case: the last entry is new, and all that it shows comes after all that was shown."""
        moments = self._heard(len(self.entries) - 1)
        if moments and self.moments and moments[0].order <= self.moments[-1].order:
            return None
        self.moments.extend(moments)
        return len(self.moments) - len(moments)

    def _hear_again(self, place: int) -> int:
        for index in range(place, len(self.entries)):
            self._heard(index)
        before, self.moments = self.moments, gathered(one for entry in self.entries for one in entry.heard)
        same = 0
        while same < min(len(before), len(self.moments)) and before[same] == self.moments[same]:
            same += 1
        return same

    def _heard(self, index: int) -> list[Moment]:
        event = self.entries[index].event
        listener, spoken = self._before(index)
        listener, moments = self.hearing.moments([event], listener, spoken)
        heard = tuple(one for moment in moments for one in moment.heard)
        if event.type == UTTERANCE:
            spoken = (*spoken, event)[-MEMORY:]
        self.entries[index] = Entry(event.order, event, heard, listener, spoken)
        return moments

    def _before(self, index: int) -> tuple[Listener, tuple[Event, ...]]:
        before = self.entries[index - 1] if index else None
        return (before.listener, before.spoken) if before else (START, ())
