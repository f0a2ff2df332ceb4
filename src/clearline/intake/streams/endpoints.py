"""The endpoints of streams, beside Django: websockets, and for records of Contact Lens HTTP."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from clearline.engine.events import Instant
from clearline.formats.errors import LargeFrameError, NotRead
from clearline.formats.streaming.audiohook import AudioHook
from clearline.formats.streaming.contact_lens import ContactLens, records
from clearline.formats.streaming.frames import LARGEST_TEXT
from clearline.formats.streaming.told import Frame
from clearline.intake.streams.announced import Announced
from clearline.intake.streams.asking import Asked, asked
from clearline.intake.streams.contacts import remember
from clearline.intake.streams.hub import Hub
from clearline.intake.streams.knocking import Doors, Who
from clearline.intake.streams.line import FAREWELL, GOING, SILENCE, Line
from clearline.intake.streams.open_lines import MOST, Key, OpenLines
from clearline.intake.streams.protocols import CONTACT_LENS, PLACE, PROTOCOLS, Kept, Opening
from clearline.intake.streams.storing import Storing
from clearline.record.receiving import (
    Place,
    Receive,
    Refusal,
    Room,
    Scope,
    Send,
    body_of,
    headers_of,
    respond,
)
from clearline.ui.clock import now

AUDIOSOCKET: Final = "audiosocket"
_HELD: Final = 1_000  # senders
_FIREHOSE: Final = "x-amz-firehose-access-key"


class Streams:
    """All that comes in while calls last."""

    def __init__(self, hub: Hub, clock: Callable[[], Instant] = now, *, silence: float = SILENCE) -> None:
        self.storing, self.clock = Storing(hub), clock
        self.doors, self.announced, self.open = Doors(), Announced(), OpenLines()
        self._silence, self._room = silence, Room()
        self._kept: dict[str, Kept] = defaultdict(Kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await respond(self._room, send, partial(self._posted, scope, receive))

    async def stop(self) -> None:
        """Lets every client know, so that they come back to the next server."""
        lines = list(self.open.lines)
        for line in lines:
            line.stop(GOING, "the server restarts; come again")
        if lines:
            await asyncio.wait([asyncio.create_task(line.over.wait()) for line in lines], timeout=FAREWELL)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # the connect, which has nothing to say
        name = scope["path"].removeprefix(PLACE).rstrip("/")
        try:
            line, who = await self._line(name, scope, send)
        except Refusal:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: HTTP 403
            return
        accept: dict[str, Any] = {"type": "websocket.accept"}
        await send(accept | ({"subprotocol": who.subprotocol} if who.subprotocol else {}))
        self.open.lines.add(line)
        may_come_back = False
        try:
            may_come_back = await line.run(receive) and PROTOCOLS[name].comes_back
        finally:
            self.open.leave(line, may_come_back=may_come_back)
            line.over.set()

    async def _line(self, name: str, scope: Scope, send: Send) -> tuple[Line, Who]:
        protocol = PROTOCOLS.get(name)
        if protocol is None:
            raise Refusal(404, f"streams are {', '.join(PROTOCOLS)}")
        if len(self.open.lines) >= MOST:
            raise Refusal(503, f"{MOST:,} streams are open")
        told = asked(scope.get("query_string", b""))
        who = await self.doors.who(protocol.signed, scope, told, self.clock())
        key = Key(name, who.source, told.about.call, told.leg)
        stream = self.open.unparked(key) if protocol.comes_back and told.about.call else None
        if stream is None:
            session = headers_of(scope).get("audiohook-session-id", "")
            stream = protocol.make(Opening(told, who.source, session, self._of(who.source)))
        before = partial(self._remember, stream, who.source) if isinstance(stream, ContactLens) else None
        line = Line(
            *(protocol, stream, who, self.storing, self.clock, send),
            before=before,
            words_only=told.words_only,
            silence=self._silence,
        )
        line.entered = partial(self._entered, line, key)
        line.last_of_call = lambda: self.open.last(who.source, stream.call, line)
        return line, who

    def _entered(self, line: Line, key: Key, call: str) -> None:
        leg = line.stream.leg if isinstance(line.stream, AudioHook) else key.leg
        self.open.enter(key._replace(call=call, leg=leg), line)

    def _of(self, source: str) -> Kept:
        while len(self._kept) >= _HELD and source not in self._kept:
            del self._kept[next(iter(self._kept))]
        return self._kept[source]

    async def _remember(self, known: ContactLens, source: str, frame: Frame, _at: Instant) -> None:
        await remember(known, source, records(frame))

    async def _posted(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        name = scope["path"].removeprefix(PLACE).rstrip("/")
        if name not in {CONTACT_LENS, AUDIOSOCKET}:
            raise Refusal(426 if name in PROTOCOLS else 404, "streams are opened as websockets")
        if scope["method"] != "POST":
            raise Refusal(405, "send it with POST", {"allow": "POST"})
        headers, told = headers_of(scope), asked(scope.get("query_string", b""))
        if not told.token and _FIREHOSE in headers:
            told = told._replace(token=headers[_FIREHOSE])
        who = await self.doors.who("", scope, told, self.clock())
        body = await body_of(receive, headers, place, LARGEST_TEXT)
        if name == AUDIOSOCKET:
            self.announced.tell(body, who, self.clock())
            return 202, b"{}"
        results = await self._segments(body, who, told)
        return 202 if _FIREHOSE not in headers else 200, msgspec.json.encode(
            results | self._receipt(headers.get("x-amz-firehose-request-id"))
        )

    async def _segments(self, body: bytes, who: Who, told: Asked) -> dict[str, Any]:
        """What became of the records of a request."""
        kept = self._of(who.source)
        try:
            some = records(body.decode())
            await remember(kept.contacts, who.source, some)
            heard = kept.contacts.take(some, self.clock())
        except LargeFrameError as fault:
            raise Refusal(413, str(fault)) from None
        except NotRead as fault:
            raise Refusal(422, str(fault)) from None
        except UnicodeDecodeError as fault:
            raise Refusal(400, f"the body is not UTF-8 (byte {fault.start:,})") from None
        wanted = [one for one in heard.events if not (told.words_only and one.type.startswith("call."))]
        answers = await self.storing.store(who, wanted, heard.partials, again=False)
        return {"results": [{"id": one.id, "status": answer.outcome.value} for one, answer in answers]}

    def _receipt(self, request: str | None) -> dict[str, Any]:
        """What a Firehose wants to read in the answer."""
        return {} if request is None else {"requestId": request, "timestamp": self.clock() // 1_000}
