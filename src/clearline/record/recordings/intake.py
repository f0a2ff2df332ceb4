"""Recordings over HTTP, beside Django: a body of any length goes sealed to the disk as it comes."""

import asyncio
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.record.attempts import Attempt
from clearline.record.errors import RefusedError
from clearline.record.models import Recording
from clearline.record.receiving import (
    SLOWEST,
    Receive,
    Refusal,
    Room,
    Scope,
    Send,
    headers_of,
    respond,
    unwritable,
)
from clearline.record.recordings import actions
from clearline.record.recordings.sealing import Incoming
from clearline.record.senders import Senders

PLACE: Final = "/api/recordings"
SCOPE: Final = "recordings:write"
LARGEST: Final = 1_500_000_000  # bytes: ten hours of two channels at 8 kHz and 16 bits are 1.2 billion
AT_ONCE: Final = 8  # recordings that come at the same time
SPARE: Final = 1 << 30  # bytes that stay free on the disk: events go before recordings
_LONG, _CHANNELS = 64, 8
_ASKED: Final = ("call", "speakers", "started", "agent")


class Wanted(msgspec.Struct, frozen=True):
    """What the address says of a recording."""

    call: str
    speakers: list[str]
    began: Instant | None
    agent: str


class Intake:
    """The endpoint."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._room = Room()
        self._senders = Senders()
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await respond(self._room, send, lambda _: self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        if scope["method"] != "POST":
            raise Refusal(405, "send a recording with POST", {"allow": "POST"})
        headers = headers_of(scope)
        token = await self._senders.token(headers, SCOPE)
        wanted = asked(scope["query_string"])
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            raise Refusal(413, f"a recording has at most {LARGEST:,} bytes")
        if shutil.disk_usage(settings.HOME.path).free - int(length) < SPARE:
            raise _full()
        if self._coming >= AT_ONCE:
            raise Refusal(429, f"{AT_ONCE} recordings are coming already; try again", {"retry-after": "5"})
        self._coming += 1
        try:
            return await self._take(receive, wanted, f"token-{token.pk}")
        finally:
            self._coming -= 1

    async def _take(self, receive: Receive, wanted: Wanted, actor: str) -> tuple[int, bytes]:
        coming = await asyncio.to_thread(_begun)
        try:
            await self._stream(receive, coming)
            row, new = await sync_to_async(self._kept)(coming, wanted, actor)
        finally:
            await asyncio.to_thread(coming.discard)
        return 202 if new else 200, msgspec.json.encode(told(row, new=new))

    async def _stream(self, receive: Receive, coming: Incoming) -> None:
        more = True
        while more:
            try:
                async with asyncio.timeout(SLOWEST):
                    message = await receive()
            except TimeoutError:
                raise Refusal(408, f"nothing came for {SLOWEST:.0f} seconds") from None
            if message["type"] == "http.disconnect":
                raise Refusal(400, "the request ended early")
            if coming.size + len(message.get("body", b"")) > LARGEST:
                raise Refusal(413, f"a recording has at most {LARGEST:,} bytes")
            try:
                await asyncio.to_thread(coming.take, message.get("body", b""))
            except OSError:
                raise _full() from None
            more = message.get("more_body", False)

    def _kept(self, coming: Incoming, wanted: Wanted, actor: str) -> tuple[Recording, bool]:
        found = None
        with Attempt() as attempt:
            coming.end()
            found = actions.received(
                coming,
                wanted.call,
                began=wanted.began,
                speakers=wanted.speakers,
                agent=wanted.agent,
                actor=actor,
                at=self._clock(),
            )
        if isinstance(attempt.error, RefusedError):
            raise Refusal(422, str(attempt.error))
        if isinstance(attempt.error, OSError):
            raise _full()
        if found is None:
            raise unwritable(attempt.error or OSError())
        return found


def asked(query: bytes) -> Wanted:
    """What a query says; refused where it says something that is not understood."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=8)
    except ValueError:
        raise Refusal(422, "the address can't be read") from None
    found = dict(pairs)
    strange = sorted(found.keys() - set(_ASKED))
    if strange or len(found) != len(pairs):
        raise Refusal(422, f"the address may say {', '.join(_ASKED)}, each once")
    agent = found.get("agent", "")
    if len(agent) > _LONG or "\0" in agent:
        raise Refusal(422, f"agent is the telephony's id of up to {_LONG} characters")
    return Wanted(found.get("call", ""), speakers_of(found.get("speakers", "")), _began(found), agent)


def speakers_of(text: str) -> list[str]:
    """Who is on which channel, as streams say it: `0:agent,1:customer`; a channel that nobody names is unknown."""
    told: dict[int, str] = {}
    for one in filter(None, text.split(",")):
        number, _, by = one.partition(":")
        if (
            not number.isascii()
            or not number.isdecimal()
            or int(number) >= _CHANNELS
            or by not in actions.SPEAKERS
        ):
            raise Refusal(422, "speakers are written as 0:agent,1:customer")
        told[int(number)] = by
    return [told.get(number, "unknown") for number in range(max(told, default=-1) + 1)]


def told(row: Recording, *, new: bool) -> dict[str, Any]:
    """The answer about a recording."""
    status = "stored" if new else "known"
    return {"uid": row.uid, "call": row.call, "sha256": row.sha256, "status": status, "state": row.state}


def _began(found: dict[str, str]) -> Instant | None:
    text = found.get("started")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return instant_of(moment) if moment.tzinfo else _unread()
    except (ValueError, OverflowError):
        _unread()


def _unread() -> NoReturn:
    raise Refusal(422, "started is a time with its zone, as 2026-11-01T10:00:00Z")


def _begun() -> Incoming:
    try:
        return Incoming(str(uuid.uuid4()))
    except OSError:
        raise _full() from None


def _full() -> Refusal:
    return Refusal(
        507, "there is no room left on the disk; nothing of this was stored. Try again", {"retry-after": "60"}
    )
