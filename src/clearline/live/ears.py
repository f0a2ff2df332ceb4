"""The edge's child that hears the sound of running calls. It begins with the first sound, and another follows where it dies."""

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from clearline.engine.events import Instant
from clearline.formats.streaming.told import Audio
from clearline.live import sound
from clearline.live.workers import done
from clearline.speech import installed

FULL: Final = 2_000_000  # bytes that may wait; what comes beyond is not heard: two minutes of one speaker
AGAIN: Final = 1.0  # seconds before another is started
LONGEST: Final = 1 << 24  # bytes of a line
OFF: Final = "Sound comes in, and is not heard: CLEARLINE_HEAR is no."
LOST: Final = "Some of its sound was not heard: the process that hears it had to be started anew."
FELL: Final = "Some of its sound was not heard: there was more to hear than this machine can."

_LOG = logging.getLogger(__name__)


class Ears:
    """Sound in, words out. Its methods belong to the event loop; none of them waits."""

    def __init__(
        self,
        heard: Callable[[sound.Words], None],
        trouble: Callable[[str, str], None],  # of a call
        *,
        on: bool,
    ) -> None:
        self._heard, self._trouble = heard, trouble
        self._why = "" if on else OFF  # nothing is heard, for this reason
        self._calls: set[str] = set()
        self._fell: set[str] = set()  # of these, where sound is lost
        self.process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._early = bytearray()  # what came while it was being started
        self._starting = self._stopping = False
        self.ready = False  # whether its models are in memory; until then sound waits

    def take(self, audio: Sequence[Audio], at: Instant) -> None:
        """Pieces of sound; a call of which nothing can be heard says why, once."""
        if not self._why and self.process is None and not self._starting:
            self._begin()
        for one in audio:
            if one.call not in self._calls:
                self._calls.add(one.call)
                if self._why:
                    self._trouble(one.call, self._why)
            if self._why:
                continue
            if self._waiting > FULL:
                self._falls(one.call, FELL)
                continue
            piece = sound.Piece(one.call, one.by, one.at, at, one.encoding, one.rate, one.payload)
            self._send(piece)

    def over(self, call: str) -> None:
        """A call has ended, or is told by somebody else: what was being said in it is told, and no more."""
        if call in self._calls:
            self._calls.discard(call)
            self._fell.discard(call)
            self._send(sound.Over(call))

    async def stop(self) -> None:
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
        if self.process is not None:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)

    @property
    def _waiting(self) -> int:
        """Bytes that the child has not taken yet."""
        return self._writer.transport.get_write_buffer_size() if self._writer else len(self._early)

    def _send(self, order: sound.Order) -> None:
        if self._writer is not None:
            self._writer.write(sound.line(order))
        elif self._starting:
            self._early += sound.line(order)

    def _begin(self) -> None:
        if absent := installed.missing():
            self._why = (
                f"Sound comes in, and is not heard: {', '.join(absent)} is missing. {installed.INSTALL}"
            )
            return
        self._starting = True
        self._later(self._attend())

    async def _attend(self) -> None:
        """Starts a child and hears it until it is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: ASYNC220, S603 - it takes no time that counts
                [sys.executable, "-m", "clearline.live.ear", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=LONGEST)
        self._writer.write(bytes(self._early))
        self._early.clear()
        try:
            while text := await reader.readline():
                self._hear(sound.report(text))
        except (OSError, ValueError, msgspec.DecodeError) as error:
            _LOG.error("a line of what hears calls broke: %s", type(error).__name__)
        finally:
            if not self._stopping:
                self._later(self._gone(self.process, self._writer))

    async def _gone(self, process: subprocess.Popen[bytes], writer: asyncio.StreamWriter) -> None:
        """What it had in hand is lost, and somebody should know; where it can't hear at all no other follows."""
        self._writer, self.ready = None, False
        writer.close()
        process.kill()
        code = await asyncio.to_thread(process.wait)
        if not self._why:
            _LOG.error("what hears calls is gone (%s): another follows", code)
            for call in self._calls:
                self._falls(call, LOST)
            await asyncio.sleep(AGAIN)
        self.process = None
        self._starting = False
        if self._calls and not self._why:
            self._begin()

    def _hear(self, report: sound.Report) -> None:
        match report:
            case sound.Words(call):
                if call in self._calls or not report.perhaps:
                    self._heard(report)
            case sound.Missed(call):
                self._falls(call, FELL)
            case sound.Cannot(why):
                self._why = f"Sound comes in, and is not heard: {why}"
                for call in self._calls:
                    self._trouble(call, self._why)
            case sound.Ready():
                self.ready, self._starting = True, False

    def _falls(self, call: str, why: str) -> None:
        if call not in self._fell:
            self._fell.add(call)
            self._trouble(call, why)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(partial(done, self._tasks))
