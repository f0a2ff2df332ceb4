"""A server for AudioSocket over TCP, which only takes what was announced."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from clearline.engine.events import Instant
from clearline.formats.errors import StreamError
from clearline.formats.streaming.audiosocket import AudioSocket, Leg
from clearline.formats.streaming.told import Told
from clearline.intake.streams.endpoints import Streams
from clearline.intake.streams.knocking import Who
from clearline.intake.streams.waiting import Pace
from clearline.record.receiving import Refusal

FIRST: Final = 5.0  # seconds to say which call it is
SILENCE: Final = 60.0  # seconds without sound, which Asterisk sends even when nobody speaks
MOST: Final = 2_000  # connections
PIECE: Final = 16_384  # bytes that are read at once
RATE, BURST = 200.0, 4_000.0  # pieces a second: beyond what the widest sound needs


class AudioSocketServer:
    """The server, from the start of the house to its end."""

    def __init__(self, streams: Streams, clock: Callable[[], Instant], place: str) -> None:
        self.storing, self.announced = streams.storing, streams.announced
        self.clock = clock
        self.place = place
        self.server: asyncio.Server | None = None
        self.connections = 0
        self._calls: dict[tuple[str, str], int] = {}  # open legs of each call

    async def start(self) -> None:
        """Listens where it is told to, and by default on this machine only; not at all where nothing is told."""
        if self.place:
            host, _, port = self.place.rpartition(":")
            self.server = await asyncio.start_server(self._serve, host.strip("[]") or "127.0.0.1", int(port))

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()

    @property
    def port(self) -> int:
        """Where it listens, in the end."""
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.connections <= MOST:
                await self._listen(reader)
        except (StreamError, Refusal, TimeoutError, OSError):
            pass  # nothing can be told over this protocol; the caller sees the connection close
        finally:
            self.connections -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        whose: list[Who] = []

        def claimed(uuid: UUID) -> Leg | None:
            found = self.announced.claim(uuid, self.clock())
            if found is None:
                return None
            whose.append(found[1])
            return found[0]

        stream, pace = AudioSocket(claimed), Pace(RATE, BURST)
        counted: tuple[str, str] | None = None
        try:
            while True:
                async with asyncio.timeout(SILENCE if stream.call else FIRST):
                    piece = await reader.read(PIECE)
                if not piece or not pace.keeps(len(piece)):
                    return
                told = stream.hear(piece, self.clock())
                if counted is None and whose:
                    counted = (whose[0].source, stream.call)
                    self._calls[counted] = self._calls.get(counted, 0) + 1
                await self._hand_on(told, whose, counted)
                if told.closes:
                    return
        finally:
            if counted is not None:
                self._calls[counted] -= 1
                if not self._calls[counted]:
                    del self._calls[counted]

    async def _hand_on(self, told: Told, whose: list[Who], counted: tuple[str, str] | None) -> None:
        if told.audio:
            self.storing.hub.sound(told.audio)
        last = counted is not None and self._calls.get(counted, 0) <= 1
        events = [event for event in told.events if event.type != "call.ended" or last]
        if events:
            await self.storing.store(whose[0], events, ())
