"""Clearline's own stream of events: CloudEvents in numbered frames, acknowledged once they are stored.

`{"hello": {"call": "c-17", "resume": true}}` begins; the answer `{"ack": 5}` says up to which frame all is stored.
`{"n": 6, "events": [...]}` carries events; with `"partial": true` the words of one may still change.
`{"ping": 1}` is answered with `{"pong": 1}`, and `{"pong": …}` answers ours.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.formats import event_lines
from clearline.formats.errors import NotRead, StreamError, masked
from clearline.formats.streaming.frames import call_of, json_of
from clearline.formats.streaming.told import Frame, Told

PING = '{"ping":0}'
_MOST = 1 << 53
_HELD = 10_000  # marks


@dataclass(slots=True)
class Mark:
    """Up to which frame all of a stream is stored."""

    number: int = 0


class _Hello(msgspec.Struct):
    call: str
    resume: bool = False


class _Message(msgspec.Struct):
    hello: _Hello | None = None
    n: int | None = None
    events: list[msgspec.Raw] | None = None
    ping: int | str | None = None
    pong: int | str | None = None


class Own:
    """One connection. `marks` holds the mark of each named stream, and outlives the connection."""

    def __init__(self, marks: MutableMapping[str, Mark], source: str = "") -> None:
        self.call = ""
        self._marks, self._source = marks, source
        self._mark, self._known = Mark(), 0  # what was stored before this connection
        self._number: int | None = None  # of the last frame that was heard

    def hear(self, frame: Frame, at: Instant) -> Told:  # noqa: ARG002 - each event has its own time
        message = json_of(frame, _Message)
        if message.hello is not None:
            return self._greet(message.hello)
        if message.ping is not None:
            return Told(replies=[_json({"pong": message.ping})])
        if message.pong is not None:
            return Told()
        if message.n is None or message.events is None:
            raise StreamError("neither hello nor events", "whole frame", 'Send {"n": 1, "events": [...]}.')
        return self._take(message.n, message.events)

    def lost(self, at: Instant) -> Told:  # noqa: ARG002 - the sender comes back, or says how it ended
        return Told()

    def stored(self) -> None:
        """All that was heard so far is on disk."""
        if self._number is not None:
            self._mark.number = max(self._mark.number, self._number)

    def refused(self, told: Mapping[str, Any]) -> str:
        """The frame that says which event was not taken, and why."""
        return _json({"refused": [told]})

    def _greet(self, hello: _Hello) -> Told:
        if self.call:
            raise StreamError("hello comes twice", "hello", "Open a connection for each stream.")
        self.call = call_of(hello.call)
        before = self._marks.pop(self.call, None)
        self._mark = before if hello.resume and before is not None else Mark()
        self._known = self._mark.number
        self._marks[self.call] = self._mark  # the newest stands last
        while len(self._marks) > _HELD:
            del self._marks[next(iter(self._marks))]
        return Told(replies=[_json({"ack": self._known})])

    def _take(self, number: int, raw: list[msgspec.Raw]) -> Told:
        if not self.call:
            raise StreamError("events before hello", "n", 'Begin with {"hello": {"call": "..."}}.')
        if not 0 < number < _MOST:
            raise StreamError("a frame's number is out of range", "n", "Count frames from 1.")
        mark = self._known if self._number is None else self._number
        if number <= mark:  # sent again
            return Told(replies=[_json({"ack": number})])
        if self._number is not None and number != mark + 1:
            raise StreamError(
                f"frame {number:,} came after frame {mark:,}", "n", "Count frames one by one, or resume."
            )
        self._number = number
        told: dict[bool, list[Event]] = {False: [], True: []}
        refused = []
        for place, one in enumerate(raw, 1):
            try:
                event, partial = self._event(bytes(one), place)
            except NotRead as fault:
                refused.append({"number": place, "reason": str(fault)})
            else:
                told[partial].append(event)
        answer: dict[str, Any] = {"ack": number, **({"refused": refused} if refused else {})}
        return Told(told[False], told[True], replies=[_json(answer)])

    def _event(self, raw: bytes, place: int) -> tuple[Event, bool]:
        try:
            members = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as fault:
            raise _wrong("no event is so", place) from fault
        partial, source = members.pop("partial", False), members.get("source", "")
        if not isinstance(partial, bool):
            raise _wrong("`partial` is true or false", place)
        if source and self._source and source != self._source:
            raise _wrong(f"its source is not the connection's, {masked(self._source, 40)}", place)
        (event,) = event_lines.parse(msgspec.json.encode(members).decode())
        lost = sorted(members.keys() - event_lines.OWN - event.subjects.keys())
        if lost:
            raise _wrong(f"`{masked(lost[0], 30)}` is no attribute", place)
        if partial and (event.type != UTTERANCE or event.voids or event.replaces):
            raise _wrong("only words may be partial", place)
        return event, partial


def _wrong(what: str, place: int) -> StreamError:
    return StreamError(what, f"event {place:,}", "Send CloudEvents, as to /api/events.")


def _json(told: Any) -> str:
    return msgspec.json.encode(told).decode()
