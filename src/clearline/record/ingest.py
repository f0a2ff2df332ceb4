"""Events over HTTP, beside Django: one, a batch or a stream of lines in, an answer for each out, after the commit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from clearline.formats import event_lines
from clearline.formats.errors import NotRead
from clearline.people.models import Token
from clearline.people.tokens import allows, authenticate
from clearline.record.actions.append import Answer, Outcome, Received
from clearline.record.errors import BusyError
from clearline.record.writer import Writer
from clearline.ui.clock import now

LARGEST = 5_000_000  # bytes of a request
MOST = 5_000  # events of a request
SCOPE = "events:write"
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


class _Sourced(msgspec.Struct):
    source: str = ""


class Ingest:
    """The endpoint, with the writer that it hands events to."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body, headers = 0, b"", {}
            status, body = await self._answer(scope, receive)
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
            body = msgspec.json.encode({"error": refusal.reason})
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        head = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *named]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if scope["method"] != "POST":
            raise Refusal(405, "send events with POST", {"allow": "POST"})
        token = await sync_to_async(authenticate)(headers.get("authorization", ""), now())
        if token is None:
            raise Refusal(
                401, "a token is needed: Authorization: Bearer cl_…", {"www-authenticate": "Bearer"}
            )
        if not await sync_to_async(allows)(token, SCOPE):
            raise Refusal(403, f"this token may not be used for {SCOPE}")
        kind = MEDIA.get(headers.get("content-type", "").partition(";")[0].strip().lower())
        if kind is None:
            raise Refusal(415, f"send one of {', '.join(MEDIA)}")
        lines = _lines(await _body(receive, headers), kind)
        read = [_read(line, number, token) for number, line in enumerate(lines, 1)]
        answers = await self._written([one for one in read if isinstance(one, Received)])
        results = [_told(one, answers) for one in read]
        return _status(kind, results), msgspec.json.encode({"results": results})

    async def _written(self, received: list[Received]) -> dict[int, Answer]:
        """The answers to events by the identity of what was received; they are on disk."""
        if not received:
            return {}
        try:
            answers = await asyncio.wrap_future(self.writer.submit(received))
        except BusyError as busy:
            raise Refusal(429, str(busy), {"retry-after": "1"}) from None
        except DatabaseError:
            raise Refusal(
                503,
                "the record can't be written now; nothing of this was stored. Try again",
                {"retry-after": "5"},
            ) from None
        return {id(one): answer for one, answer in zip(received, answers, strict=True)}


async def _body(receive: Receive, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST:
        raise Refusal(413, f"a request holds at most {LARGEST:,} bytes; send several")
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the request ended early")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            raise Refusal(413, f"a request holds at most {LARGEST:,} bytes; send several")
        more = message.get("more_body", False)
    return b"".join(parts)


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
        source = msgspec.json.decode(line, type=_Sourced).source
    except NotRead as fault:
        return {"number": number, "status": "refused", "reason": str(fault)}
    except (ValueError, RecursionError):
        return {"number": number, "status": "refused", "reason": "this is no CloudEvent in JSON"}
    return Received(source or f"token-{token.pk}", event, f"token-{token.pk}")


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
