"""Finished calls played into a running console over its own stream, as if somebody were on the phone now."""

import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from typing import Any, Final

from msgspec.structs import replace
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection, connect

from clearline.cli.saying import refuse
from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.monitor import in_order
from clearline.live.replaying import Step, steps

PATH: Final = "live/in/events?source=phones"
AGAIN: Final = 2.0  # seconds before a line that broke is opened again
APART: Final = 7.0  # seconds between the beginnings of the demo's calls


def play(to: str, token: str, events: Sequence[Event], *, agent: str) -> str:
    """One call, now and at its own pace, to the end; the id that it has there."""
    call = f"replay-{token_hex(4)}"
    try:
        with _line(to, token, call) as line:
            _say(line, moved(events, call, agent, _now()), threading.Event())
    except InvalidHandshake:
        refuse(
            f"{to} does not take the token: it needs one for events:write, made by an officer in the console"
        )
    except (OSError, WebSocketException) as error:
        refuse(f"{to} does not answer as a console does ({error}). Is `clearline serve` running there?")
    return call


def moved(events: Iterable[Event], call: str, agent: str, now: Instant) -> list[Event]:
    """The events of a call as if it began now, with another id, and on no timeline but the call's and the agent's."""
    standing = in_order(events)
    begun = min(event.at for event in standing)
    subjects = {"call": call} | ({"agent": agent} if agent else {})
    return [
        replace(
            event, id=f"{call}-{number}", at=event.at - begun + now, subjects=subjects, replaces="", voids=""
        )
        for number, event in enumerate(standing)
    ]


class Phones:
    """A few people who are on the phone all the time, while the console is open."""

    def __init__(self, to: str, token: str, calls: Iterator[Sequence[Event]], agents: Sequence[str]) -> None:
        self._to, self._token, self._calls, self._agents = to, token, calls, agents
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    @contextmanager
    def ringing(self) -> Iterator[None]:
        threads = [
            threading.Thread(target=self._talk, args=told, daemon=True) for told in enumerate(self._agents)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join(AGAIN)

    def _talk(self, number: int, agent: str) -> None:
        """Call after call of one agent; where the console is not there, it is tried again."""
        self._stopping.wait(number * APART)
        while not self._stopping.is_set():
            with self._lock:
                events = next(self._calls)
            call = f"now-{token_hex(4)}"
            try:
                with _line(self._to, self._token, call) as line:
                    _say(line, moved(events, call, agent, _now()), self._stopping)
            except (OSError, WebSocketException):
                self._stopping.wait(AGAIN)


def _line(to: str, token: str, call: str) -> ClientConnection:
    address = to.rstrip("/").replace("http", "ws", 1) + f"/{PATH}"
    line = connect(address, additional_headers={"Authorization": f"Bearer {token}"}, open_timeout=20)
    line.send(json.dumps({"hello": {"call": call}}))
    line.recv()
    return line


def _say(line: ClientConnection, events: Sequence[Event], stopping: threading.Event) -> None:
    """Each step when its time has come; every frame is acknowledged before the next."""
    numbers = count(1)
    for step in steps(events):
        if stopping.wait(max(0.0, (step.at - _now()) / SECOND)):
            return
        line.send(json.dumps({"n": next(numbers), "events": [_told(step)]}))
        answer = json.loads(line.recv(timeout=30))
        if "refused" in answer:
            raise WebSocketException(f"it refused an event: {answer['refused'][0].get('reason')}")


def _told(step: Step) -> dict[str, Any]:
    event = step.event
    at = datetime.fromtimestamp(event.at / SECOND, UTC).isoformat(timespec="microseconds")
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": "phones",
        "type": event.type,
        "time": at.replace("+00:00", "Z"),
        "seq": event.seq,
        **event.subjects,
        "data": event.data,
        **({"partial": True} if step.partial else {}),
    }


def _now() -> Instant:
    return time.time_ns() // 1_000
