"""Events over HTTP, beside Django: one, a batch or a stream of lines in, an answer for each out, after the commit."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import msgspec

from clearline.formats import event_lines
from clearline.formats.errors import NotRead, masked
from clearline.people.models import Token
from clearline.record.actions.append import Answer, Outcome, Received
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
    written,
)
from clearline.record.senders import Senders
from clearline.record.writer import Writer

MOST = 5_000  # events of a request
SCOPE = "events:write"
_ATTRIBUTE = "ce-"  # in front of an attribute's name, in binary mode
MEDIA = {
    "application/cloudevents+json": "one",
    "application/json": "one",
    "application/cloudevents-batch+json": "batch",
    "application/x-ndjson": "lines",
    "application/jsonl": "lines",
}


class Ingest:
    """The endpoint, with the writer that it hands events to."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.room = Room()
        self.senders = Senders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await respond(self.room, send, lambda place: self._answer(scope, receive, place))

    async def _answer(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        headers = headers_of(scope)
        if scope["method"] != "POST":
            raise Refusal(405, "send events with POST", {"allow": "POST"})
        token = await self.senders.token(headers, SCOPE)
        kind = MEDIA.get(headers.get("content-type", "").partition(";")[0].strip().lower())
        if kind is None or (kind != "one" and _ATTRIBUTE + "specversion" in headers):
            raise Refusal(415, f"send one of {', '.join(MEDIA)}")
        body = await body_of(receive, headers, place)
        if _ATTRIBUTE + "specversion" in headers:
            lines = [_from_headers(headers, body)]
        else:
            lines = _lines(body, kind)
        read = [_read(line, number, token) for number, line in enumerate(lines, 1)]
        received = [one for one in read if isinstance(one, Received)]
        stored = await written(lambda: self.writer.submit(received)) if received else []
        answers = {id(one): answer for one, answer in zip(received, stored, strict=True)}
        results = [_told(one, answers) for one in read]
        return _status(kind, results), msgspec.json.encode({"results": results})


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
