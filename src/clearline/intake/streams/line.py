"""One open connection: frames are read, heard, handed on, answered, and whatever goes wrong ends this one alone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from clearline.engine.events import Event, Instant
from clearline.formats.errors import LargeFrameError, StreamError, UnsupportedError
from clearline.formats.streaming.audiohook import AudioHook
from clearline.formats.streaming.frames import sized
from clearline.formats.streaming.own import Own
from clearline.formats.streaming.told import Audio, Frame, Stream, Told
from clearline.intake.streams.knocking import Who
from clearline.intake.streams.protocols import Protocol
from clearline.intake.streams.storing import Storing
from clearline.intake.streams.waiting import Pace, Stop, Waiting
from clearline.record.actions.append import Answer, Outcome
from clearline.record.receiving import Receive, Refusal, Send

SILENCE: Final = 300.0  # seconds without a frame, after which a client is asked, or let go
GRACE: Final = 30.0  # seconds to answer
FAREWELL: Final = 5.0  # seconds that a closing frame may take
PAUSE: Final = 0.2  # seconds in which nothing comes, before a flood is taken to be over
LARGE, NOT_READ, NOT_OF_IT, AGAINST, LATER, GOING = 1009, 1003, 1007, 1008, 1013, 1012
_GONE = Stop(1006)  # the client is no more; nothing can be said to it
_OF_THE_CALL = ("call.", "recording.")

_LOG = logging.getLogger(__name__)


class Line:
    """Holds one websocket, from its acceptance to its end."""

    def __init__(
        self,
        protocol: Protocol,
        stream: Stream,
        who: Who,
        storing: Storing,
        clock: Callable[[], Instant],
        send: Send,
        *,
        before: Callable[[Frame, Instant], Awaitable[None]] | None = None,
        words_only: bool = False,
        silence: float = SILENCE,
    ) -> None:
        self.protocol, self.stream, self.who = protocol, stream, who
        self.storing, self.clock = storing, clock
        self.last_of_call: Callable[[], bool] = lambda: True
        self.entered: Callable[[str], None] = lambda _: None  # told once, when the call is known
        self._before, self._words_only, self._silence = before, words_only, silence
        self._send = send
        self._waiting, self._pace = Waiting(), Pace()
        self._speaking = asyncio.Lock()  # replies leave in the order in which they were made
        self.over = asyncio.Event()
        self._detach: Callable[[], object] | None = None
        self._call = ""
        self._came = 0  # messages

    def stop(self, code: int, reason: str) -> None:
        """Ends the connection after what waits was heard."""
        self._waiting.end(Stop(code, reason))

    async def run(self, receive: Receive) -> bool:
        """Until one side ends it; whether the client may come back to where it was."""
        reading = asyncio.create_task(self._read(receive))
        try:
            stop = await self._hear_all()
            if stop.code == AGAINST:
                await self._quiet()
        finally:
            reading.cancel()  # the server can't close while it is asked for more
            with suppress(asyncio.CancelledError):
                await reading
            if self._detach is not None:
                self._detach()
        if stop is not _GONE:
            await self._close(stop)
        return stop is _GONE or stop.code == GOING

    async def order(self, deed: str) -> None:
        """Asks the switch at the other end for a deed; ValueError or StreamError where it can't be asked."""
        if not isinstance(self.stream, AudioHook):
            raise ValueError("over this connection nothing can be asked")  # noqa: TRY004 - of the deed, too
        async with self._speaking:
            await self._say(self.stream.order(deed).replies)

    async def _read(self, receive: Receive) -> None:
        """What comes after the end was decided is let go."""
        while (message := await receive())["type"] != "websocket.disconnect":
            self._came += 1
            if self._waiting.stop is not None:
                continue
            frame = message.get("text")
            frame = message.get("bytes", b"") if frame is None else frame
            try:
                sized(frame)
            except LargeFrameError as fault:
                self._waiting.end(_stop(fault))
                continue
            if self._pace.keeps(len(frame)):
                await self._waiting.put(frame)
            else:
                self.stop(AGAINST, "too many frames a second for too long")
        self._waiting.end(_GONE)

    async def _quiet(self) -> None:
        """Frames that are under way when a connection is closed would cut off the reason, so they are awaited."""
        for _ in range(round(FAREWELL / PAUSE)):
            before = self._came
            await asyncio.sleep(PAUSE)
            if before == self._came:
                return

    async def _hear_all(self) -> Stop:
        asked = False
        while True:
            try:
                async with asyncio.timeout(GRACE if asked else self._silence):
                    frames = await self._waiting.take()
            except TimeoutError:
                if asked or not self.protocol.ping:
                    return Stop(AGAINST, f"nothing was heard for {self._silence:.0f} seconds")
                asked = True
                async with self._speaking:
                    await self._say([self.protocol.ping])
                continue
            asked = False
            stop = await self._heard(frames) if frames else self._waiting.stop
            if stop is not None:
                return await self._ended(stop)

    async def _heard(self, frames: Sequence[Frame]) -> Stop | None:
        """What the frames tell, handed on together; a reason to stop, where there is one."""
        told, stop = list[Told](), None
        for frame in frames:
            at = self.clock()
            try:
                if self._before is not None:
                    await self._before(frame, at)
                async with self._speaking:
                    one = self.stream.hear(frame, at)
                    if self.protocol.at_once:
                        await self._say(one.replies)
            except StreamError as fault:
                stop = _stop(fault)
                break
            except Refusal as refusal:
                stop = Stop(LATER, refusal.reason)
                break
            told.append(one)
            if one.closes:
                stop = Stop()
                break
        self._enter()
        failed = await self._hand_on(told)
        return failed or stop

    async def _hand_on(self, told: Sequence[Told]) -> Stop | None:
        if audio := list[Audio](piece for one in told for piece in one.audio):
            self.storing.hub.sound(audio)
        events = [event for one in told for event in one.events if self._wanted(event)]
        partials = [event for one in told for event in one.partials]
        try:
            answers = await self.storing.store(self.who, events, partials, named=isinstance(self.stream, Own))
        except Refusal as refusal:
            return Stop(LATER, refusal.reason)
        if isinstance(self.stream, Own):
            self.stream.stored()
        async with self._speaking:
            if not self.protocol.at_once:
                await self._say([reply for one in told for reply in one.replies])
            await self._complain(answers)
        return None

    async def _complain(self, answers: Sequence[tuple[Event, Answer]]) -> None:
        """What the record did not take."""
        for event, answer in answers:
            if answer.outcome in {Outcome.STORED, Outcome.KNOWN}:
                continue
            _LOG.warning("%s: an event was not taken: %s", self.who.actor, answer.reason)
            if isinstance(self.stream, Own):
                told = {"id": event.id, "status": answer.outcome.value, "reason": answer.reason}
                await self._say([self.stream.refused(told)])

    def _wanted(self, event: Event) -> bool:
        if self._words_only and event.type.startswith(_OF_THE_CALL):
            return False
        return event.type != "call.ended" or not self.protocol.legs or self.last_of_call()

    def _enter(self) -> None:
        if self._call or not self.stream.call:
            return
        self._call = self.stream.call
        self.entered(self._call)
        if isinstance(self.stream, AudioHook):
            self._detach = self.storing.hub.attach(self._call, self.order)

    async def _ended(self, stop: Stop) -> Stop:
        """What the end of the connection means for the call."""
        if stop.code in {1000, LATER}:
            return stop  # it was said, or is to be sent again
        told = self.stream.lost(self.clock())
        failed = await self._hand_on([told]) if told.events or told.partials else None
        return stop if stop is _GONE or failed is None else failed

    async def _say(self, replies: Sequence[Frame]) -> None:
        for reply in replies:
            told: dict[str, Any] = {"text": reply} if isinstance(reply, str) else {"bytes": reply}
            with suppress(OSError, RuntimeError):  # the client is gone, which the reader sees, too
                await self._send({"type": "websocket.send", **told})

    async def _close(self, stop: Stop) -> None:
        reason = stop.reason.encode()[:120].decode(errors="ignore")
        with suppress(OSError, RuntimeError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._send({"type": "websocket.close", "code": stop.code, "reason": reason})


def _stop(fault: StreamError) -> Stop:
    code = NOT_OF_IT
    if isinstance(fault, LargeFrameError):
        code = LARGE
    elif isinstance(fault, UnsupportedError):
        code = NOT_READ
    return Stop(code, str(fault))
