"""The gate over HTTP, beside Django: attempts in, answers out after they are on disk; what can't be written is denied."""

import re
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec

from clearline.engine.durations import instant_of
from clearline.gate.actions.deciding import Answered, Asking, LoggedGate
from clearline.gate.actions.placing import Placing, Told, tell
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.telling import told
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

DECISIONS: Final = "/api/gate/decisions"
SCOPE: Final = "gate:decide"
LARGEST: Final = 1_000_000  # bytes of a request
MOST: Final = 1_000  # attempts of a request
MEDIA: Final = "application/json"

Text = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_PLACING: Final = re.compile(rf"{DECISIONS}/([^/\x00]{{1,128}})/(confirm|release)", re.DOTALL)


class AttemptIn(msgspec.Struct, forbid_unknown_fields=True):
    """An attempt as a dialer sends it."""

    number: Text
    purpose: Text = ""
    technology: Text = ""
    contact: Text = ""
    voice: Text = ""
    campaign: Text = ""
    agent: Text = ""
    seller: Text = ""
    call: Text = ""
    caller_id: Text = ""
    line: Text = ""
    debt: Text = ""
    postcode: Text = ""
    place: Text = ""
    at: Moment | None = None
    check: bool = False

    def asking(self, actor: str) -> Asking:
        fields = {name: getattr(self, name) for name in Attempt.__struct_fields__ if name != "at"}
        at = None if self.at is None else instant_of(self.at)
        return Asking(Attempt(**fields, at=at), actor, self.check)


class PlacedIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a dialer says when it has placed the call, or has not."""

    call: Text = ""
    at: Moment | None = None


def concerns(scope: Scope) -> bool:
    """Whether a request is one for this edge; decisions are read elsewhere."""
    if scope["path"] == DECISIONS:
        return scope["method"] not in {"GET", "HEAD"}
    return _PLACING.fullmatch(scope["path"]) is not None


class Gatekeeper:
    """The endpoints, with the writer that attempts are handed to."""

    def __init__(self, writer: Writer, gate: LoggedGate) -> None:
        self.writer = writer
        self.gate = gate
        self.room = Room()
        self.senders = Senders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await respond(self.room, send, lambda place: self._answer(scope, receive, place))

    async def _answer(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        """Whatever goes wrong, the answer is no."""
        try:
            if scope["path"] == DECISIONS:
                return await self._decide(scope, receive, place)
            return await self._place(scope, receive, place)
        except Refusal as refusal:
            if scope["path"] == DECISIONS:
                refusal.more = {"answer": Answer.DENY, "reasons": [{"title": refusal.reason}]}
            raise

    async def _decide(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        actor, body = await self._read(scope, receive, place)
        attempts = _read(body, AttemptIn | list[AttemptIn])
        several = attempts if isinstance(attempts, list) else [attempts]
        if not several:
            raise Refusal(422, "the list holds no attempt")
        if len(several) > MOST:
            raise Refusal(413, f"a request holds at most {MOST:,} attempts; send several")
        asking = [one.asking(actor) for one in several]
        answers: Sequence[Answered] = await written(lambda: self.writer.submit(asking, self.gate.decide))
        said = [told(*answer) for answer in answers]
        return HTTPStatus.OK, msgspec.json.encode(said if isinstance(attempts, list) else said[0])

    async def _place(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        actor, body = await self._read(scope, receive, place)
        found = _PLACING.fullmatch(scope["path"])
        assert found is not None
        said = _read(body, PlacedIn) if body else PlacedIn()
        at = None if said.at is None else instant_of(said.at)
        placing = Placing(found[1], actor, found[2] == "confirm", at, said.call)
        (answer,) = await written(lambda: self.writer.submit([placing], tell))
        _refuse(answer)
        return HTTPStatus.OK, msgspec.json.encode(
            {"id": found[1], "state": answer.state, "entry": answer.entry, "lapsed": answer.lapsed}
        )

    async def _read(self, scope: Scope, receive: Receive, place: Place) -> tuple[str, bytes]:
        """Who sends, and the body."""
        headers = headers_of(scope)
        if scope["method"] != "POST":
            allowed = "GET, POST" if scope["path"] == DECISIONS else "POST"
            raise Refusal(405, "send this with POST", {"allow": allowed})
        token = await self.senders.token(headers, SCOPE)
        kind = headers.get("content-type", MEDIA).partition(";")[0].strip().lower()
        if kind != MEDIA:
            raise Refusal(415, f"send {MEDIA}")
        return f"token-{token.pk}", await body_of(receive, headers, place, LARGEST)


def _refuse(answer: Told) -> None:
    if answer.refused:
        raise Refusal(409 if answer.state else 404, answer.refused)


def _read(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as fault:
        raise Refusal(422, str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "the body is no JSON") from None
