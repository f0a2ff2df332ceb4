"""The edge's children that watch calls: one does, one stands by, and whichever dies is replaced."""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import Error

from clearline.live import wire
from clearline.live.worker import NOTHING
from clearline.record.judging import judging

BEAT: Final = 0.5  # seconds between questions whether it is there
SILENT: Final = 6  # questions without an answer, after which a worker is taken for dead
KEPT: Final = 2  # children: one watches, one stands by
AGAIN: Final = 1.0  # seconds before the next is started
HELD: Final = 15.0  # the same after one that could not even start, so that it does not burn the machine
FULL: Final = 4_000_000  # bytes that may wait for a worker; beyond that words that may change are left out
LONGEST: Final = 1 << 24  # bytes of a line

_LOG = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Child:
    """One worker, from this end."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rules: object  # by which it watches
    ready: bool = False
    unanswered: int = 0  # questions whether it is there

    def say(self, message: wire.Order) -> None:
        self.writer.write(wire.line(message))

    @property
    def is_full(self) -> bool:
        return self.writer.transport.get_write_buffer_size() > FULL

    def end(self) -> None:
        self.writer.close()
        if self.process.poll() is None:
            self.process.kill()


class Workers:
    """Keeps two children, hears what the watching one says, and tells when another has taken over."""

    def __init__(
        self,
        hear: Callable[[wire.Report], None],
        takes_over: Callable[[Child], Awaitable[None]],
        rules: Callable[[], object] = judging,
    ) -> None:
        self._hear, self._takes_over, self._rules = hear, takes_over, rules
        self._by = rules()  # the rules by which children are started
        self.children: list[Child] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling = asyncio.Lock()
        self._stopping = False
        self._beats = 0
        self.watching: Child | None = None

    async def start(self) -> None:
        self._keep(self._fill())
        self._keep(self._beat())

    async def stop(self) -> None:
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for child in self.children:
            child.end()
            child.process.wait()

    def say(self, message: wire.Order) -> bool:
        """To the one that watches; false where there is none, or where words that may change would pile up."""
        child = self.watching
        if child is None or (child.is_full and isinstance(message, wire.Perhaps)):
            return False
        child.say(message)
        return True

    async def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: ASYNC220, S603 - it takes no time that counts
                [sys.executable, "-m", "clearline.live.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
            )
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST)
        child = Child(process, reader, writer, self._by)
        self.children.append(child)
        self._keep(self._attend(child))

    async def _attend(self, child: Child) -> None:
        """Hears a child until it is gone, or talks nonsense, as half of a last line; then another takes its place."""
        try:
            while text := await child.reader.readline():
                self._heard(child, wire.report(text))
        except (OSError, ValueError, msgspec.DecodeError) as error:
            _LOG.error("a worker's line broke: %s", type(error).__name__)
        finally:
            if not self._stopping:
                self._keep(self._replace(child))

    async def _replace(self, child: Child) -> None:
        if child not in self.children:  # it was let go, and another is there already
            await asyncio.to_thread(child.process.wait)
            return
        self._let_go(child)
        if self.watching is None and (another := next((one for one in self.children if one.ready), None)):
            self._promote(another)
        code = await asyncio.to_thread(child.process.wait)
        if code == NOTHING:  # until there are other rules
            if self.watching and self.watching.rules is not child.rules is self._by:
                self._let_go(self.watching)
            return
        _LOG.error("a worker is gone (%s): another follows", code)
        await asyncio.sleep(AGAIN if child.ready else HELD)
        await self._fill()

    def _let_go(self, child: Child) -> None:
        child.end()
        self.children.remove(child)
        if child is self.watching:
            self.watching = None

    async def _fill(self) -> None:
        """Starts as many as are missing. One at a time does so, that there never are too many."""
        async with self._filling:
            while len(self.children) < KEPT:
                try:
                    await self._begin()
                except OSError as error:
                    _LOG.error("no worker can be started: %s", error.strerror)
                    await asyncio.sleep(HELD)

    def _heard(self, child: Child, report: wire.Report) -> None:
        child.unanswered = 0
        match report:
            case wire.Ready():
                child.ready = True
                outdated = self.watching if self.watching and self.watching.rules is not self._by else None
                if self.watching is None or outdated:
                    self._promote(child)
                if outdated:
                    self._let_go(outdated)
                    self._keep(self._fill())
            case wire.There():
                pass
            case _ if child is self.watching:
                self._hear(report)

    def _promote(self, child: Child) -> None:
        self.watching = child
        self._keep(self._hand_to(child))

    async def _hand_to(self, child: Child) -> None:
        try:
            await self._takes_over(child)
        except Error as error:  # the database; whoever comes next tries again
            _LOG.error("calls could not be handed over: %s", type(error).__name__)
            child.end()

    async def _beat(self) -> None:
        """A worker that is alive and does not answer is as good as dead. Questions are counted, not seconds:

        when this process itself was held up, it has asked nothing, and nobody owes it an answer.
        """
        while True:
            await asyncio.sleep(BEAT)
            self._beats += 1
            if self._rules() is not self._by:
                self._renew()
            for child in self.children:
                if child.unanswered > SILENT:
                    child.process.kill()
                elif child.ready:
                    child.unanswered += 1
                    child.say(wire.Beat(self._beats))

    def _renew(self) -> None:
        """The rules have changed: all but the one that watches are replaced, which is let go when another is ready."""
        self._by = self._rules()
        for child in [one for one in self.children if one is not self.watching]:
            self._let_go(child)
        self._keep(self._fill())

    def _keep(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(partial(done, self._tasks))


def done(tasks: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
    """Nothing that ends by a fault ends in silence."""
    tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("something of running calls was not done: %s", type(error).__name__, exc_info=error)
