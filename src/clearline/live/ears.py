"""What the edge has of hearing: a child that hears running calls, started with the first sound, and events made of what it says.

Sound is held in memory, never on disk, and only so much of it: what is too much is let go, and the call shows it.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from clearline.engine.events import SECOND, UNHEARD, UTTERANCE, Event, Instant
from clearline.formats.conversation import ANSWERED
from clearline.formats.streaming.talk import Talk
from clearline.formats.streaming.told import Audio
from clearline.formats.turns import Turn
from clearline.live import sounds
from clearline.live.workers import done
from clearline.record.recordings.superseding import HEARD_LIVE, PEOPLE
from clearline.speech.installed import INSTALL, LIVE, missing

SOURCE: Final = HEARD_LIVE  # on whose behalf it is stored, too
BEAT: Final = 2.0  # seconds between questions whether it is there
SILENT: Final = 30  # questions without an answer: a long segment, heard several times, takes its time
AGAIN: Final = 0.5  # seconds before the next is started
HELD: Final = 15.0  # the same after one that could not even start
HOLE: Final = SECOND // 2  # of sound that is missing, in which something may have been said
FULL: Final = 4_000_000  # bytes that may wait: four minutes of one call at 8 kHz, in mu-law
LONGEST: Final = 1 << 20  # bytes of a line
LATE: Final = "The sound comes quicker than it can be heard here: words are late, unsure or missing."
MISSED: Final = "Some of what was said was not heard."
MISSING, UNTAKEN, GONE = "sound is missing", "nobody could hear it", "whoever heard it was gone"
ANEW: Final = "then start Clearline anew"

_LOG = logging.getLogger(__name__)
Take = Callable[[Sequence[Event], Sequence[Event]], None]
Trouble = Callable[[str, str, str], None]


@dataclass(slots=True)
class Side:
    """One speaker of a call: up to where their sound was taken, let go after that, and told."""

    taken: Instant
    told: Instant
    let_go: Instant = 0


@dataclass(slots=True)
class Heard:
    """A call whose sound may be heard."""

    talk: Talk | None = None  # as soon as sound came
    sides: dict[str, Side] = field(default_factory=dict)
    elsewhere: bool = False  # whether somebody else tells its words
    answered: bool = False  # whether somebody else told that it was answered
    over: bool = False
    missed: bool = False


@dataclass(slots=True, eq=False)
class Child:
    """The one that hears, from this end."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ready: bool = False
    unanswered: int = 0

    @property
    def waiting(self) -> int:
        return self.writer.transport.get_write_buffer_size()

    def end(self) -> None:
        self.writer.close()
        if self.process.poll() is None:
            self.process.kill()


class Ears:
    """All sound of running calls goes here; a call whose words somebody else tells is not heard."""

    def __init__(self, take: Take, trouble: Trouble, *, hears: bool) -> None:
        self.calls: dict[str, Heard] = {}
        self.child: Child | None = None
        self.deaf = ""  # why nothing of what comes can be heard
        self._take, self._trouble, self._hears = take, trouble, hears
        self._held: deque[bytes] = deque()  # until there is a child
        self._size = 0  # of what is held
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running = False

    async def stop(self) -> None:
        self._hears = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.child is not None:
            self.child.end()
            self.child.process.wait()

    def hear(self, audio: Sequence[Audio]) -> None:
        """Pieces of sound of calls that run."""
        if not self._hears:
            return
        if not self._running:
            self._begin()
        for one in audio:
            call = self._call(one.call)
            if call.elsewhere or call.over:
                continue
            call.talk = call.talk or Talk(one.call)
            side = call.sides.setdefault(one.by, Side(one.at, one.at))
            ends = one.at + _length(one)
            if self.deaf or not self._say(sounds.Piece(*one)):
                side.let_go = max(side.let_go, ends)
                if not call.missed and not self.deaf:
                    self._miss(one.call, MISSED)
                continue
            if one.at - side.taken > HOLE:
                self._hole(one.call, one.by, side.taken, one.at, MISSING)
            side.taken, side.let_go = max(side.taken, ends), 0

    def happened(self, event: Event) -> None:
        """Anything of a call, from whatever source: whether it is heard, and for how long, follows from that."""
        if event.type not in {UTTERANCE, ANSWERED, "call.ended"} or "call" not in event.subjects:
            return
        name, own = event.subjects["call"], event.id.startswith(f"{SOURCE}/")
        call = self._call(name)
        if event.type == ANSWERED:
            call.answered = call.answered or not own
        elif event.type == UTTERANCE:
            if not own and not call.elsewhere and event.data.get("by") in PEOPLE:
                call.elsewhere = True
                self._over(name, call, tells=False)
                self._trouble(name, "missed", "")
                self._trouble(name, "late", "")
        elif not call.over:
            call.over = True
            self._over(name, call)

    def forget(self, name: str) -> None:
        """The call is not running any more."""
        call = self.calls.pop(name, None)
        if call is not None and not call.over:
            self._over(name, call, tells=False)

    def _call(self, name: str) -> Heard:
        if name not in self.calls:
            self.calls[name] = Heard()
        return self.calls[name]

    def _over(self, name: str, call: Heard, *, tells: bool = True) -> None:
        if call.sides:
            self._say(sounds.Over(name, tells))
        for by, side in call.sides.items() if tells else ():
            self._hole(name, by, side.taken, side.let_go, UNTAKEN)

    def _say(self, order: sounds.Order) -> bool:
        """To the child, or to the one that comes; false where sound would pile up."""
        waiting = self.child.waiting if self.child else self._size
        if waiting > FULL and isinstance(order, sounds.Piece):
            return False
        frame = sounds.frame(order)
        if self.child:
            self.child.writer.write(frame)
        else:
            self._held.append(frame)
            self._size += len(frame)
        return True

    def _begin(self) -> None:
        self._running = True
        if absent := missing(LIVE):
            self._is_deaf(f"{', '.join(absent)} is missing. Install it: {INSTALL}")
        else:
            self._keep(self._live())
            self._keep(self._beat())

    async def _live(self) -> None:
        """One child after the other."""
        while not self.deaf:
            try:
                child = await _started()
            except OSError as error:
                _LOG.error("nobody can be started who hears: %s", error.strerror)
                await asyncio.sleep(HELD)
                continue
            self.child = child
            child.writer.writelines(self._held)
            self._held.clear()
            self._size = 0
            await self._attend(child)
            self.child = None
            self._lost()
            child.end()
            code = await asyncio.to_thread(child.process.wait)
            if not self.deaf:
                _LOG.error("the process that hears calls is gone (%s): another follows", code)
                await asyncio.sleep(AGAIN if child.ready else HELD)

    async def _attend(self, child: Child) -> None:
        try:
            while text := await child.reader.readline():
                child.unanswered = 0
                self._told(child, sounds.report(text))
        except (OSError, ValueError, msgspec.DecodeError) as error:
            _LOG.error("a line of who hears calls broke: %s", type(error).__name__)

    def _told(self, child: Child, report: sounds.Report) -> None:
        match report:
            case sounds.Ready():
                child.ready = True
            case sounds.Deaf(why):
                self._is_deaf(why)
            case sounds.Words():
                self._words(report)
            case sounds.Keeps(call, up):
                self._trouble(call, "late", "" if up else LATE)
            case sounds.Unheard(call, by, at, seconds, why):
                self._miss(call, f"{MISSED} ({why})")
                self._hole(call, by, at, at + round(seconds * SECOND), why)
            case sounds.Reached(call, by, at):
                self._reached(call, by, at)

    def _words(self, told: sounds.Words) -> None:
        call = self.calls.get(told.call)
        if call is None or call.talk is None or call.elsewhere:
            return
        if call.missed:
            call.missed = False
            self._trouble(told.call, "missed", "")
        turn = Turn(told.text, start=0.0, end=told.end, words=[*told.words])
        partials: Sequence[Event] = ()
        events: Sequence[Event] = ()
        if told.stays:
            self._reached(told.call, told.by, told.at + round(told.end * SECOND))
            events = call.talk.final(told.at, turn, told.by, told.by, told.id)
        if not events:  # they may still change, or were nobody's
            partials = call.talk.partial(told.at, turn, told.by, told.by, told.id)
        self._take([one for one in events if one.type == UTTERANCE or not call.answered], partials)

    def _lost(self) -> None:
        """What the child had not told is lost, and its calls show it."""
        for name, call in self.calls.items():
            for by, side in call.sides.items():
                if side.taken - side.told > HOLE and not call.elsewhere:
                    self._miss(name, MISSED)
                self._hole(name, by, side.told, side.taken, GONE)
            self._trouble(name, "late", "")

    def _hole(self, name: str, by: str, start: Instant, end: Instant, why: str) -> None:
        """What may have been said then is an event of the call: nobody knows what it was."""
        call = self.calls.get(name)
        if call is None or call.talk is None or call.elsewhere or end - start <= HOLE:
            return
        self._reached(name, by, end)
        seconds = (end - start) / SECOND
        told = call.talk.event(UNHEARD, start, UNHEARD, by, start, by=by, seconds=seconds, why=why)
        self._take([told], ())

    def _reached(self, name: str, by: str, at: Instant) -> None:
        if (call := self.calls.get(name)) is not None and by in call.sides:
            call.sides[by].told = max(call.sides[by].told, at)

    def _miss(self, name: str, why: str) -> None:
        if (call := self.calls.get(name)) is not None:
            call.missed = True
            self._trouble(name, "missed", why)

    def _is_deaf(self, why: str) -> None:
        self.deaf = f"{why.rstrip('.')}, {ANEW}."
        self._held.clear()
        self._size = 0
        _LOG.warning("the sound of running calls is not heard: %s", self.deaf)
        self._trouble("", "", "")

    async def _beat(self) -> None:
        """Who is alive and answers nothing is as good as dead."""
        while not self.deaf:
            await asyncio.sleep(BEAT)
            if self.child is not None and self.child.ready:
                if self.child.unanswered > SILENT:
                    self.child.process.kill()
                self.child.unanswered += 1
                self._say(sounds.Beat())

    def _keep(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(partial(done, self._tasks))


def _length(audio: Audio) -> Instant:
    return len(audio.payload) // (1 if audio.encoding == "mulaw" else 2) * SECOND // audio.rate


async def _started() -> Child:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - it takes no time that counts
            [sys.executable, "-m", "clearline.live.ear", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=os.environ,
        )
    ours.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST)
    return Child(process, reader, writer)
