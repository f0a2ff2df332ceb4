"""The process that watches running calls. It has one socket, to its parent; when that closes, it ends.

Words that stay go before words that may change, and of these only the newest are looked at: when there is more to do than time,
prompts come with the final words, and none is lost.
"""

import gc
import heapq
import select
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import django

from clearline.engine.events import SECOND, Instant
from clearline.live import wire
from clearline.live.running import Rules, Running
from clearline.ui.clock import now

READ: Final = 1 << 18  # bytes at once
REST: Final = 0.25  # seconds that it sleeps at the longest
TIDY: Final = 5.0  # seconds between looks for garbage, when there is nothing else to do
DUE: Final = 60.0  # seconds after which garbage is looked for in any case


@dataclass(slots=True)
class Worker:
    """All calls of a process, and what is still to be done for them."""

    rules: Rules
    calls: dict[str, Running] = field(default_factory=dict)
    reports: list[wire.Report] = field(default_factory=list)
    _first: deque[wire.Order] = field(default_factory=deque)
    _known: deque[wire.Known] = field(default_factory=deque)
    _perhaps: dict[tuple[str, str], wire.Perhaps] = field(default_factory=dict)
    _timers: list[tuple[Instant, str]] = field(default_factory=list)
    _armed: dict[str, Instant] = field(default_factory=dict)

    def take(self, order: wire.Order) -> None:
        """Puts an order where its turn comes."""
        if isinstance(order, wire.Beat):
            self.reports.append(wire.There(order.number, len(self.calls)))
        elif isinstance(order, wire.Perhaps):
            self._perhaps[order.call, order.event.id] = order
        elif isinstance(order, wire.Known):
            self._known.append(order)
        else:
            if isinstance(order, wire.Happened):
                self._perhaps.pop((order.call, order.event.id), None)
            self._first.append(order)

    def work(self, at: Instant) -> bool:
        """Does the next thing; False where there is none."""
        if self._first:
            self._do(self._first.popleft(), at)
        elif self._timers and self._timers[0][0] <= at:
            when, call = heapq.heappop(self._timers)
            if self._armed.get(call) == when and call in self.calls:
                del self._armed[call]
                self.calls[call].tick(at)
                self._draw(self.calls[call], at)
        elif self._known:
            self._do(self._known.popleft(), at)
        elif self._perhaps:
            key = next(iter(self._perhaps))
            self._do(self._perhaps.pop(key), at)
        else:
            return False
        return True

    def rests(self, at: Instant) -> float:
        """Seconds until the next deadline, or as long as may be slept."""
        left = (self._timers[0][0] - at) / SECOND if self._timers else REST
        return min(max(left, 0.0), REST)

    def _do(self, order: wire.Order, at: Instant) -> None:
        match order:
            case wire.Say(number, call, event):
                running = self.calls.get(call)
                against = running.against(event, at) if running else ()
                self.reports.append(wire.Said(number, against, running is not None))
                return
            case wire.Forget(call):
                self.calls.pop(call, None)
                return
            case wire.Known(call, events):
                running = self._running(call)
                running.take_up(events, at)
            case wire.Happened(call, event, heard, stored):
                running = self._running(call)
                running.happened(event, heard, stored=stored)
            case wire.Perhaps(call, event, heard):
                running = self._running(call)
                running.perhaps(event, heard)
            case wire.Void(call, name):
                running = self._running(call)
                running.void(name, at)
            case _:
                raise TypeError(f"{order!r} is no order for a call")
        self._draw(running, at)

    def _running(self, call: str) -> Running:
        if call not in self.calls:
            self.calls[call] = Running(call, self.rules)
        return self.calls[call]

    def _draw(self, running: Running, at: Instant) -> None:
        self.reports.extend(running.reports)
        running.reports.clear()
        if (picture := running.picture(at)) is not None:
            self.reports.append(picture)
        wakes = running.wakes
        if wakes is not None and self._armed.get(running.call) != wakes:
            self._armed[running.call] = wakes
            heapq.heappush(self._timers, (wakes, running.call))


class Line:
    """The worker's end of the socket pair."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._rest = b""

    def orders(self, patience: float) -> list[wire.Order] | None:
        """What has come, waiting for it a while; None where the parent is gone."""
        if not select.select([self.end], [], [], patience)[0]:
            return []
        text = self.end.recv(READ)
        if not text:
            return None
        *lines, self._rest = (self._rest + text).split(b"\n")
        return [wire.order(line) for line in lines]

    def say(self, reports: list[wire.Report]) -> None:
        if reports:
            self.end.sendall(b"".join(map(wire.line, reports)))
            reports.clear()


def serve(line: Line, worker: Worker) -> None:
    """Watches until the parent is gone. Garbage is looked for while nobody waits."""
    worker.reports.append(wire.Ready())
    tidied = time.monotonic()
    while True:
        line.say(worker.reports)
        busy = worker.work(now())
        passed = time.monotonic() - tidied
        if passed > (DUE if busy else TIDY):
            gc.collect()
            tidied = time.monotonic()
        orders = line.orders(0.0 if busy else worker.rests(now()))
        if orders is None:
            return
        for order in orders:
            worker.take(order)


def main(descriptor: int) -> None:
    """Compiles the rules, then watches."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    with socket.socket(fileno=descriptor) as end:
        worker = Worker(rules())
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            serve(Line(end), worker)
        except (BrokenPipeError, ConnectionResetError):
            return


def rules() -> Rules:
    """By what this installation judges calls."""
    django.setup()
    from clearline.record.judging import judging  # noqa: PLC0415 - it has models

    by = judging()
    program = by.program("call")
    if program is None:
        raise SystemExit("no rule in force is about calls: there is nothing to watch")
    return Rules(by.rulebook, program, by.known)


if __name__ == "__main__":
    main(int(sys.argv[1]))
