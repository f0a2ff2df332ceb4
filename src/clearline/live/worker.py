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
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import django
from django.db import connections

from clearline.engine.errors import ClearlineError
from clearline.engine.events import SECOND, Event, Instant
from clearline.live import wire
from clearline.live.running import Rules, Running
from clearline.ui.clock import now

NOTHING: Final = 3  # how a worker ends that has nothing to watch
READ: Final = 1 << 18  # bytes at once
REST: Final = 0.25  # seconds that it sleeps at the longest
TIDY: Final = 0.25  # seconds between looks for garbage in what is new, when there is nothing else to do
BEGINS: Final = "call.started"
UNJUDGED: Final = (
    ClearlineError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
)
"""What a call may end in that was told what nobody can judge; the record, which judges it as well, says so to its sender."""
DUE: Final = 60.0  # seconds after which garbage is looked for in any case
THOROUGH: Final = 3600.0  # seconds between looks through all calls, which take a quarter of a second where a thousand are open
YOUNG, ALL = 1, 2  # generations


@dataclass(slots=True)
class Worker:
    """All calls of a process, and what is still to be done for them."""

    rules: Rules
    calls: dict[str, Running] = field(default_factory=dict)
    reports: list[wire.Report] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)  # calls in which something could not be judged
    _first: deque[wire.Order] = field(default_factory=deque)
    _known: OrderedDict[str, wire.Known] = field(default_factory=OrderedDict)
    _awaited: set[str] = field(default_factory=set)  # calls that will be known
    _held: dict[str, list[wire.Order]] = field(
        default_factory=lambda: defaultdict(list)
    )  # until the call is known
    _perhaps: dict[tuple[str, str], wire.Perhaps] = field(default_factory=dict)
    _timers: list[tuple[Instant, str]] = field(default_factory=list)
    _armed: dict[str, Instant] = field(default_factory=dict)

    def take(self, order: wire.Order) -> None:
        """Puts an order where its turn comes."""
        if isinstance(order, wire.Beat):
            self.reports.append(wire.There(order.number))
        elif isinstance(order, wire.Perhaps):
            if order.call in self.calls:
                self._perhaps[order.call, order.event.id] = order
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
                self._draw(call, at, lambda running: running.tick(at))
        elif self._known:
            call, order = self._known.popitem(last=False)
            self._draw(call, at, lambda running: running.take_up(order.events, at), anew=True)
            self._awaited.discard(call)
            self._first.extendleft(reversed(self._held.pop(call, [])))
        elif self._perhaps:
            words = self._perhaps.pop(next(iter(self._perhaps)))
            self._draw(words.call, at, lambda running: running.perhaps(words.event, words.heard))
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
                self._answer(number, call, event, at)
            case wire.Forget(call, awaits):
                self._forget(call)
                if awaits:
                    self._awaited.add(call)
            case wire.Known(call):
                self._known[call] = order
            case wire.Happened(call, event, heard, stored):
                if call in self.calls or (event.type == BEGINS and call not in self._awaited):
                    self._draw(call, at, lambda running: running.happened(event, heard, stored=stored))
                elif call not in self.lost:
                    self._held[call].append(order)
            case _:
                raise TypeError(f"{order!r} is no order for a call")

    def _draw(self, call: str, at: Instant, deed: Callable[[Running], object], *, anew: bool = False) -> None:
        """Does something in a call, and tells what came of it. What can't be judged ends the watching of that call alone."""
        if call in self.lost:
            return
        if anew or call not in self.calls:
            self.calls[call] = Running(call, self.rules)
        running = self.calls[call]
        try:
            deed(running)
            picture = running.picture(at)
        except UNJUDGED as error:
            self._forget(call)
            self.lost.add(call)
            self.reports.append(wire.Lost(call, type(error).__name__))
            return
        self.reports.extend(running.reports)
        running.reports.clear()
        if picture is not None:
            self.reports.append(picture)
        wakes = running.wakes
        if wakes is not None and self._armed.get(call) != wakes:
            self._armed[call] = wakes
            heapq.heappush(self._timers, (wakes, call))

    def _answer(self, number: int, call: str, event: Event, at: Instant) -> None:
        """What a bot asked; of a call that is not wholly known here nothing is known."""
        said = wire.Said(number, known=False)
        if call in self.calls and call not in self._known:
            with suppress(*UNJUDGED):
                said = wire.Said(number, self.calls[call].against(event, at))
        self.reports.append(said)

    def _forget(self, call: str) -> None:
        for held in (self.calls, self._known, self._held, self._armed):
            held.pop(call, None)
        self.lost.discard(call)
        self._awaited.discard(call)
        for key in [key for key in self._perhaps if key[0] == call]:
            del self._perhaps[key]


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
    """Watches until the parent is gone. Garbage is looked for while nobody waits, and seldom among what is old:

    a call that is over needs nobody to look for it.
    """
    worker.reports.append(wire.Ready())
    tidied = thorough = time.monotonic()
    while True:
        line.say(worker.reports)
        busy = worker.work(now())
        at = time.monotonic()
        if at - tidied > (DUE if busy else TIDY):
            gc.collect(ALL if at - thorough > THOROUGH else YOUNG)
            thorough = at if at - thorough > THOROUGH else thorough
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
        raise SystemExit(NOTHING)  # no rule in force is about calls
    known = by.known
    connections.close_all()  # a worker asks the database nothing more
    return Rules(by.rulebook, program, known)


if __name__ == "__main__":
    main(int(sys.argv[1]))
