"""A voice bot asks before it speaks: over HTTP, a websocket, or as a tool of the Model Context Protocol. In doubt it may not."""

import asyncio
from http import HTTPStatus
from typing import Any, Final, Literal

import msgspec

from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.live import mcp, wire
from clearline.live.hub import Hub
from clearline.people.models import Token
from clearline.record.api.limits import Buckets
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
from clearline.record.senders import Senders
from clearline.ui.clock import now

MAY: Final = "/api/live/may"
MCP: Final = "/api/live/mcp"
SCOPE: Final = "live:ask"
MEDIA: Final = "application/json"
LARGEST: Final = 20_000  # bytes of a question
AT_ONCE: Final = 32  # questions of a websocket that may wait for their answers
PACE: Final = (
    100  # questions a second that a token may ask, some seconds' worth at once: all share one worker
)
CHECKED: Final = 60.0  # seconds between looks whether a websocket's token is still in force
TOO_OFTEN: Final = f"more than {PACE} questions a second: ask again in a moment"
_POLICY, _TOO_LARGE = 1008, 1009


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What a bot would say, or do, in a running call."""

    call: str = msgspec.field(default="")
    say: str = ""
    do: str = ""  # the type of an event, as payment.authorised
    data: dict[str, Any] = {}
    id: str | int | None = None  # what the answer is known by, where several are under way

    def event(self, at: Instant) -> Event:
        if self.say:
            return Event("asked", UTTERANCE, at, {"by": "agent", "text": self.say}, {"call": self.call})
        return Event("asked", self.do, at, self.data, {"call": self.call})


class Reason(msgspec.Struct):
    """A rule that it would break, or may break."""

    rule: str
    title: str
    severity: str
    told: str
    unknown: bool


class Answer(msgspec.Struct, omit_defaults=True):
    """Allow, or deny with reasons."""

    answer: Literal["allow", "deny"]
    reasons: list[Reason] = []
    why: str = ""  # where no rule is the reason
    id: str | int | None = None


class Asking:
    """The endpoints, with the hub that knows the calls."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.room = Room()
        self.senders = Senders()
        self.buckets = Buckets(PACE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._talk(scope, receive, send)
        else:
            await respond(self.room, send, lambda place: self._answer(scope, receive, place))

    async def answer(self, question: Question) -> Answer:
        """What the rules of the call say; in doubt it is no."""
        fault = _fault(question)
        if fault:
            return Answer("deny", why=fault, id=question.id)
        said = await self.hub.may_say(question.call, question.event(now()))
        if not said.known:
            why = "no such call is running here, or its rules could not be asked in time"
            return Answer("deny", why=why, id=question.id)
        reasons = [_reason(one) for one in said.against]
        return Answer("deny" if reasons else "allow", reasons, id=question.id)

    async def _answer(self, scope: Scope, receive: Receive, place: Place) -> tuple[int, bytes]:
        if scope["method"] != "POST":
            raise Refusal(405, "ask with POST", {"allow": "POST"})
        headers = headers_of(scope)
        token = await self.senders.token(headers, SCOPE)
        if wait := self.buckets.wait(token.pk, now()):
            raise Refusal(429, TOO_OFTEN, {"retry-after": str(wait)})
        if headers.get("content-type", MEDIA).partition(";")[0].strip().lower() != MEDIA:
            raise Refusal(415, f"send {MEDIA}")
        body = await body_of(receive, headers, place, LARGEST)
        if scope["path"] == MCP:
            return await mcp.answer(body, self._tool)
        try:
            question = msgspec.json.decode(body, type=Question)
        except msgspec.ValidationError as error:
            raise Refusal(422, str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Refusal(400, "the body is no JSON") from None
        return HTTPStatus.OK, msgspec.json.encode(await self.answer(question))

    async def _tool(self, arguments: Any) -> Answer:
        return await self.answer(msgspec.convert(arguments, Question))

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket: each frame is a question, answers come as they are known."""
        await receive()  # websocket.connect
        headers = headers_of(scope)
        try:
            token = await self._token(headers)
        except Refusal:
            await send({"type": "websocket.close", "code": _POLICY})  # before it is accepted: a 403
            return
        await send({"type": "websocket.accept"})
        waiting = asyncio.Semaphore(AT_ONCE)
        checked = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            while (message := await receive())["type"] == "websocket.receive":
                text = message.get("text") or ""
                if len(text) > LARGEST:
                    await send(
                        {"type": "websocket.close", "code": _TOO_LARGE, "reason": "a question is short"}
                    )
                    return
                if asyncio.get_running_loop().time() - checked > CHECKED:
                    try:
                        await self._token(headers)
                    except Refusal as refusal:
                        await send({"type": "websocket.close", "code": _POLICY, "reason": str(refusal)})
                        return
                    checked = asyncio.get_running_loop().time()
                await waiting.acquire()
                tasks.create_task(self._reply(text, token, send, waiting))

    async def _token(self, headers: dict[str, str]) -> Token:
        if "origin" in headers:
            raise Refusal(403, "a browser may not ask here")
        return await self.senders.token(headers, SCOPE)

    async def _reply(self, text: str, token: Token, send: Send, waiting: asyncio.Semaphore) -> None:
        try:
            question = msgspec.json.decode(text, type=Question)
            if self.buckets.wait(token.pk, now()):
                answer = Answer("deny", why=TOO_OFTEN, id=question.id)
            else:
                answer = await self.answer(question)
        except (msgspec.DecodeError, RecursionError) as error:
            answer = Answer("deny", why=f"this is no question: {error}")
        await send({"type": "websocket.send", "text": msgspec.json.encode(answer).decode()})
        waiting.release()


def _fault(question: Question) -> str:
    if not question.call:
        return "the question names no call"
    if bool(question.say) == bool(question.do):
        return "ask for words with `say`, or for a deed with `do`"
    if question.do == UTTERANCE:
        return "ask for words with `say`"
    return ""


def _reason(one: wire.Broken) -> Reason:
    return Reason(one.rule, one.title, one.severity, one.told, one.question)
