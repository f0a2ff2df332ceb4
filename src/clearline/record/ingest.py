"""Events over HTTP, beside Django: one, a batch or a stream of lines in, an answer for each out, after the commit."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec
from asgiref.sync import sync_to_async
from django.db import Error

from clearline.formats import event_lines
from clearline.formats.errors import NotRead, masked
from clearline.people.models import Token
from clearline.people.tokens import allows, authenticate
from clearline.record.actions.append import Answer, Outcome, Received
from clearline.record.attempts import Attempt
from clearline.record.errors import BusyError, RecordError
from clearline.record.writer import Writer
from clearline.ui.clock import now

LARGEST = 5_000_000  # bytes of a request
HELD = 50_000_000  # bytes of all requests that are being received or written
SLOWEST = 30.0  # seconds for the body of a request
PATIENCE = 25.0  # seconds for an answer of the database
TRUST = 1.0  # seconds for which a token is taken without being looked up again
MOST = 5_000  # events of a request
SCOPE = "events:write"
PROBLEM = b"application/problem+json"
_ATTRIBUTE = "ce-"  # in front of an attribute's name, in binary mode
MEDIA = {
    "application/cloudevents+json": "one",
    "application/json": "one",
    "application/cloudevents-batch+json": "batch",
    "application/x-ndjson": "lines",
    "application/jsonl": "lines",
}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Refusal(Exception):  # noqa: N818 - an answer, not an accident
    """The whole request is answered with a status and a reason."""

    def __init__(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}


@dataclass(slots=True)
class Room:
    """How many bytes may be in memory, all requests together."""

    left: int


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


class Ingest:
    """The endpoint, with the writer that it hands events to."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.room = Room(HELD)
        self._known: dict[str, tuple[float, Token]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = Place(self.room)
        try:
            status, body, headers, kind = 0, b"", {}, b"application/json"
            status, body = await self._answer(scope, receive, place)
        except Refusal as refusal:
            status, headers, kind = refusal.status, refusal.headers, PROBLEM
            told = {"title": HTTPStatus(status).phrase, "status": status, "detail": refusal.reason}
            body = msgspec.json.encode({"type": "about:blank", **told})
        finally:
            place.leave()
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        head = [(b"content-type", kind), (b"cache-control", b"no-store"), *named]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if scope["method"] != "POST":
            raise Refusal(405, "send events with POST", {"allow": "POST"})
        token = await self._token(headers.get("authorization", ""))
        if token is None:
            raise Refusal(
                401, "a token is needed: Authorization: Bearer cl_…", {"www-authenticate": "Bearer"}
            )
        if not allows(token, SCOPE):
            raise Refusal(403, f"this token may not be used for {SCOPE}")
        kind = MEDIA.get(headers.get("content-type", "").partition(";")[0].strip().lower())
        if kind is None or (kind != "one" and _ATTRIBUTE + "specversion" in headers):
            raise Refusal(415, f"send one of {', '.join(MEDIA)}")
        body = await _body(receive, headers, place)
        if _ATTRIBUTE + "specversion" in headers:
            lines = [_from_headers(headers, body)]
        else:
            lines = _lines(body, kind)
        read = [_read(line, number, token) for number, line in enumerate(lines, 1)]
        answers = await self._written([one for one in read if isinstance(one, Received)])
        results = [_told(one, answers) for one in read]
        return _status(kind, results), msgspec.json.encode({"results": results})

    async def _token(self, header: str) -> Token | None:
        """Who sends; one that is revoked is taken for a second more."""
        until, token = self._known.get(header, (0.0, None))
        if time.monotonic() < until:
            return token
        try:
            async with asyncio.timeout(PATIENCE):
                token, error = await sync_to_async(_authenticated)(header)
        except TimeoutError:
            raise _late() from None
        if error is not None:
            raise _unwritable(error)
        if len(self._known) >= 1_000:
            self._known.clear()
        if token is not None:
            self._known[header] = (time.monotonic() + TRUST, token)
        return token

    async def _written(self, received: list[Received]) -> dict[int, Answer]:
        """The answers to events by the identity of what was received; they are on disk."""
        if not received:
            return {}
        try:
            async with asyncio.timeout(PATIENCE):
                answers = await asyncio.wrap_future(self.writer.submit(received))
        except BusyError as busy:
            raise Refusal(429, str(busy), {"retry-after": "1"}) from None
        except RecordError as fault:
            reason = (
                f"a fault of ours ({fault}) is in the way; nothing of this was stored. Keep it, and tell us"
            )
            raise Refusal(500, reason, {"retry-after": "60"}) from None
        except TimeoutError:
            raise _late() from None
        except Error as error:
            raise _unwritable(error) from None
        return {id(one): answer for one, answer in zip(received, answers, strict=True)}


def _authenticated(header: str) -> tuple[Token | None, Exception | None]:
    token = None
    with Attempt() as attempt:
        token = authenticate(header, now())
    return token, attempt.error


def _late() -> Refusal:
    reason = "the database does not answer; whether this was stored is not known. Send it again"
    return Refusal(503, reason, {"retry-after": "5"})


def _unwritable(error: Exception) -> Refusal:
    """What is said of a database that can't be written: 507 where its disk is full."""
    full = getattr(error.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(error)
    reason = "there is no room left on the disk" if full else "the record can't be written now"
    return Refusal(
        507 if full else 503, f"{reason}; nothing of this was stored. Try again", {"retry-after": "5"}
    )


async def _body(receive: Receive, headers: dict[str, str], place: Place) -> bytes:
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST:
        raise Refusal(413, f"a request holds at most {LARGEST:,} bytes; send several")
    parts, size, more = [], 0, True
    try:
        async with asyncio.timeout(SLOWEST):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "the request ended early")
                part = message.get("body", b"")
                size += len(part)
                if size > LARGEST:
                    raise Refusal(413, f"a request holds at most {LARGEST:,} bytes; send several")
                place.take(len(part))
                parts.append(part)
                more = message.get("more_body", False)
    except TimeoutError:
        raise Refusal(408, f"the body did not come within {SLOWEST:.0f} seconds") from None
    return b"".join(parts)


def _from_headers(headers: dict[str, str], body: bytes) -> str:
    """An event in binary mode: its attributes are headers, the body is its data."""
    told: dict[str, Any] = {
        name.removeprefix(_ATTRIBUTE): unquote(value)
        for name, value in headers.items()
        if name.startswith(_ATTRIBUTE)
    }
    if told.get("seq", "").isdecimal() and len(told["seq"]) < 19:
        told["seq"] = int(told["seq"])
    try:
        told["data"] = msgspec.Raw(msgspec.json.encode(msgspec.json.decode(body))) if body else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        raise Refusal(400, "the body is no JSON, which the data of an event in binary mode are") from None
    return msgspec.json.encode(told).decode()


def _lines(body: bytes, kind: str) -> list[str]:
    """Each event as a line of its own, however they came."""
    try:
        text = body.decode("utf-8")
        if kind == "lines":
            lines = [line for line in text.split("\n") if line.strip()]
        elif kind == "batch":
            lines = [bytes(raw).decode() for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
        else:
            lines = [text]
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the body is not UTF-8 (byte {error.start:,})") from None
    except (msgspec.DecodeError, RecursionError):
        raise Refusal(400, "the body is no JSON array of events") from None
    if not lines:
        raise Refusal(400, "the body holds no event")
    if len(lines) > MOST:
        raise Refusal(413, f"a request holds at most {MOST:,} events; send several")
    return lines


def _read(line: str, number: int, token: Token) -> Received | dict[str, Any]:
    """The event of a line, or the answer to a line that holds none."""
    try:
        (event,) = event_lines.parse(line.replace("\n", " "))
        members = msgspec.json.decode(line, type=dict[str, Any])
    except NotRead as fault:
        return _refused(number, str(fault))
    except (ValueError, RecursionError):
        return _refused(number, "this is no CloudEvent in JSON")
    source = members.get("source", "")
    lost = sorted(members.keys() - event_lines.OWN - event.subjects.keys())
    if lost or not isinstance(source, str):
        told = masked(lost[0] if lost else "source", 30)
        return _refused(
            number, f"`{told}` is no attribute: its name has small letters and digits, its value is a text"
        )
    return Received(source or f"token-{token.pk}", event, f"token-{token.pk}")


def _refused(number: int, reason: str) -> dict[str, Any]:
    return {"number": number, "status": "refused", "reason": reason}


def _told(one: Received | dict[str, Any], answers: dict[int, Answer]) -> dict[str, Any]:
    if isinstance(one, dict):
        return one
    answer = answers[id(one)]
    told: dict[str, Any] = {"id": one.event.id, "status": answer.outcome.value}
    if answer.entry is not None:
        told["entry"] = answer.entry
    return told | ({"reason": answer.reason} if answer.reason else {})


def _status(kind: str, results: Iterable[dict[str, Any]]) -> int:
    """202 for what was taken; for a single event, or where all fared alike, the status says what came of it."""
    found = {result["status"] for result in results}
    if kind == "one" or len(found) == 1:
        return {Outcome.REFUSED: 422, Outcome.CONFLICT: 409}.get(Outcome(min(found)), 202)
    return 202
