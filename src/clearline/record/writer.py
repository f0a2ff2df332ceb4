"""The one writer of this process: what waits is written in one transaction, and answered after the commit."""

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeAlias, TypeVar, overload

from django.db import DatabaseError, Error, connection, transaction

from clearline.engine.events import Instant
from clearline.record.actions.append import Answer as Stored
from clearline.record.actions.append import Received, append
from clearline.record.actions.ticking import tick
from clearline.record.attempts import Attempt
from clearline.record.errors import BusyError, RecordError
from clearline.record.judging import Judging
from clearline.record.watching import Watches

COLLECT = 0.004  # seconds to wait for the other senders: about the time that a disk takes to say that it has written
LARGEST = 2_000  # events, or other things, in a transaction
WAITING = 20_000  # of them that may wait; more are refused, and the sender tries again
BEAT = 0.25  # seconds between looks at the clock

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")
Deed: TypeAlias = Callable[[Sequence[Thing], Instant, Watches], Sequence[Answer]]
"""What the writer does with things in its transaction, at a time: an answer for each."""

_LOG = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    deed: Deed[Any, Any]
    things: Sequence[Any]
    future: Future[list[Any]]


class Writer:
    """A thread with a bounded queue. Whoever waits for the answer knows that the disk has it."""

    def __init__(
        self,
        judging: Callable[[], Judging],
        clock: Callable[[], Instant],
        *,
        beat: float = BEAT,
    ) -> None:
        self.watches = Watches(judging)
        self._clock = clock
        self._beat = beat
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._waiting = 0
        self._together = 1  # senders whose things were written in one transaction the last time
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="clearline-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what waits, then stops."""
        self._queue.put(None)
        self._thread.join()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @overload
    def submit(self, things: Sequence[Received]) -> Future[list[Stored]]: ...

    @overload
    def submit(self, things: Sequence[Thing], deed: Deed[Thing, Answer]) -> Future[list[Answer]]: ...

    def submit(self, things: Sequence[Any], deed: Deed[Any, Any] = append) -> Future[list[Any]]:
        """Puts events, or other things, in the queue; answers come after the commit. BusyError where too many wait."""
        with self._lock:
            if self._waiting + len(things) > WAITING and self._waiting:
                raise BusyError(f"{self._waiting:,} events wait to be written; try again in a second")
            self._waiting += len(things)
        waiting = _Waiting(deed, things, Future())
        self._queue.put(waiting)
        return waiting.future

    def _run(self) -> None:
        ticked = 0.0
        while True:
            batch, stopping = self._collect()
            if batch:
                self._write(batch)
            if stopping:
                connection.close()  # this thread's own
                return
            if time.monotonic() - ticked >= self._beat:
                self._tick()
                ticked = time.monotonic()

    def _collect(self) -> tuple[list[_Waiting], bool]:
        """All that waits, or the first that comes. As many senders as came together the last time are waited for a while."""
        batch: list[_Waiting] = []
        size, until = 0, time.monotonic() + self._beat
        while size < LARGEST:
            left = until - time.monotonic() if len(batch) < self._together else 0.0
            try:
                one = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if one is None:
                return batch, True
            if not batch:
                until = time.monotonic() + COLLECT
            if not one.future.set_running_or_notify_cancel():  # its sender is gone, and will come again
                self._done(len(one.things))
                continue
            batch.append(one)
            size += len(one.things)
        self._together = len(batch) or 1
        return batch, False

    def _write(self, batch: list[_Waiting]) -> None:
        """One transaction for all; where it fails, one for each sender, so that nobody's fault is another's."""
        answers: list[list[Any]] = []
        with Attempt() as attempt, self.watches.undone_together(), transaction.atomic():
            answers = list(self._answers(batch))
        if attempt.error and len(batch) > 1 and not isinstance(attempt.error, DatabaseError):
            for waiting in batch:
                self._write([waiting])
            return
        size = sum(len(waiting.things) for waiting in batch)
        self._done(size)
        if attempt.error:
            what = type(attempt.error).__name__
            _LOG.error("%s events were not written: %s", size, what)
            told = attempt.error if isinstance(attempt.error, Error) else RecordError(what)
            for waiting in batch:
                waiting.future.set_exception(told)
            return
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.future.set_result(answer)

    def _answers(self, batch: Sequence[_Waiting]) -> Iterator[list[Any]]:
        """The answers to each sender; all to whom the same is done, at once."""
        at = self._clock()
        things: dict[Deed[Any, Any], list[Any]] = defaultdict(list)
        for waiting in batch:
            things[waiting.deed] += waiting.things
        told = {deed: iter(deed(some, at, self.watches)) for deed, some in things.items()}
        for waiting in batch:
            yield [next(told[waiting.deed]) for _ in waiting.things]

    def _done(self, count: int) -> None:
        with self._lock:
            self._waiting -= count

    def _tick(self) -> None:
        with Attempt() as attempt:
            tick(self._clock(), self.watches)
        if attempt.error:
            _LOG.error("the clock could not be heeded: %s", type(attempt.error).__name__)
