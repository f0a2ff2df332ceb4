"""What every edge beside Django shares: room for bodies, refusals as problem documents, answers that are on disk."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from django.db import Error

from clearline.record.errors import BusyError, RecordError

LARGEST = 5_000_000  # bytes of a request
HELD = 50_000_000  # bytes of all requests that an edge is receiving or writing
SLOWEST = 30.0  # seconds for the body of a request
PATIENCE = 25.0  # seconds for an answer of the database
PROBLEM = b"application/problem+json"

Answer = TypeVar("Answer")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Refusal(Exception):  # noqa: N818 - an answer, not an accident
    """The whole request is answered with a status and a reason."""

    def __init__(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}
        self.more: dict[str, Any] = {}  # what an edge says beside that


@dataclass(slots=True)
class Room:
    """How many bytes may be in memory, all requests together."""

    left: int = HELD


@dataclass(slots=True)
class Place:
    """What one request takes of the room, until it leaves."""

    room: Room
    size: int = 0

    def take(self, size: int) -> None:
        if size > self.room.left:
            raise Refusal(429, "too much is being received; try again in a second", {"retry-after": "1"})
        self.room.left -= size
        self.size += size

    def leave(self) -> None:
        self.room.left += self.size
        self.size = 0


async def respond(room: Room, send: Send, answer: Callable[[Place], Awaitable[tuple[int, bytes]]]) -> None:
    """Sends status and JSON of an answer, or of its refusal."""
    place = Place(room)
    try:
        status, body, headers, kind = 0, b"", {}, b"application/json"
        status, body = await answer(place)
    except Refusal as refusal:
        status, headers, kind = refusal.status, refusal.headers, PROBLEM
        told = {"title": HTTPStatus(status).phrase, "status": status, "detail": refusal.reason}
        body = msgspec.json.encode({"type": "about:blank", **told, **refusal.more})
    finally:
        place.leave()
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    head = [(b"content-type", kind), (b"cache-control", b"no-store"), *named]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by their names in small letters."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def body_of(receive: Receive, headers: dict[str, str], place: Place, largest: int = LARGEST) -> bytes:
    """The whole body of a request; refused where it is too large, too slow, or there is no room."""
    length = headers.get("content-length", "0")
    too_large = f"a request holds at most {largest:,} bytes; send several"
    if not length.isdecimal() or int(length) > largest:
        raise Refusal(413, too_large)
    parts, size, more = [], 0, True
    try:
        async with asyncio.timeout(SLOWEST):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "the request ended early")
                part = message.get("body", b"")
                size += len(part)
                if size > largest:
                    raise Refusal(413, too_large)
                place.take(len(part))
                parts.append(part)
                more = message.get("more_body", False)
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {SLOWEST:.0f} seconds") from None
    return b"".join(parts)


async def written(submit: Callable[[], Future[list[Answer]]]) -> list[Answer]:
    """The answers of the writer to what is put in its queue, in its order; they are on disk."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.wrap_future(submit())
    except BusyError as busy:
        raise Refusal(429, str(busy), {"retry-after": "1"}) from None
    except RecordError as fault:
        reason = f"a fault of ours ({fault}) is in the way; nothing of this was stored. Keep it, and tell us"
        raise Refusal(500, reason, {"retry-after": "60"}) from None
    except TimeoutError:
        raise late() from None
    except Error as error:
        raise unwritable(error) from None


def late() -> Refusal:
    """What is said when the database does not answer in time."""
    reason = "the database does not answer; whether this was stored is not known. Send it again"
    return Refusal(503, reason, {"retry-after": "5"})


def unwritable(error: Exception) -> Refusal:
    """What is said of a database that can't be written: 507 where its disk is full."""
    full = getattr(error.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(error)
    reason = "there is no room left on the disk" if full else "the record can't be written now"
    return Refusal(
        507 if full else 503, f"{reason}; nothing of this was stored. Try again", {"retry-after": "5"}
    )
