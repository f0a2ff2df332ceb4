"""The witness over HTTP: a plain ASGI application, which needs neither Django nor a database."""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final

from clearline.engine.events import SECOND
from clearline.evidence.witness import Answer, Witness
from clearline.ui.clock import now

HOME: Final = "CLEARLINE_WITNESS"  # the folder, for the server's own process
LARGEST: Final = 64_000  # bytes of a request
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Application:
    """`POST /add-checkpoint`, and at `/` the witness's key."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = await self._answer(scope["method"], scope["path"], receive)
        head = [(b"content-type", answer.kind.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": answer.text.encode()})

    async def _answer(self, method: str, path: str, receive: Receive) -> Answer:
        if path == "/" and method == "GET":
            return Answer(200, f"{self.witness.signer.verifier}\n")
        if path != "/add-checkpoint":
            return Answer(404, "there is only /add-checkpoint\n")
        if method != "POST":
            return Answer(405, "send a checkpoint with POST\n")
        body = await _body(receive)
        if body is None:
            return Answer(413, f"a request holds at most {LARGEST:,} bytes, and all of them\n")
        return await asyncio.to_thread(self.witness.add, body, now() // SECOND)


def application() -> Application:
    """The application for the home that the environment names."""
    return Application(Witness(Path(os.environ[HOME])))


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large or ends early."""
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if message["type"] == "http.disconnect" or size > LARGEST:
            return None
    return b"".join(parts)
