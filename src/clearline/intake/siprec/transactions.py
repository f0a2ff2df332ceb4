"""Requests that came, and what they were answered with: who sends one again hears the same again."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from clearline.formats.sip import Message, parameter, response
from clearline.intake.siprec.replies import Reply

T1, T2, GIVES_UP = 0.5, 4.0, 32.0  # seconds (RFC 3261, 17)
MOST: Final = 10_000


class Peer(NamedTuple):
    """The other end of whatever a message came over."""

    host: str
    port: int
    send: Callable[[bytes], None]
    reliable: bool


class Transaction:
    """One request."""

    def __init__(self, request: Message, peer: Peer) -> None:
        self.request, self.peer = request, peer
        self.last = b""  # the newest answer
        self.status = 0
        self.cancelled = False
        self.acked = asyncio.Event()

    def answer(self, reply: Reply, tag: str) -> None:
        """Sends an answer, and keeps it for whoever asks again."""
        self.status = reply.status
        came = (self.peer.host, self.peer.port)
        self.last = response(
            self.request, reply.line, came=came, tag=tag, headers=reply.headers, body=reply.body
        )
        self.peer.send(self.last)

    def again(self) -> None:
        if self.last:
            self.peer.send(self.last)

    async def insist(self) -> bool:
        """Sends the answer to an INVITE until it is acknowledged; whether it ever was."""
        waited, pause = 0.0, T1
        while waited < GIVES_UP:
            try:
                async with asyncio.timeout(pause):
                    await self.acked.wait()
            except TimeoutError:
                waited, pause = waited + pause, min(2 * pause, T2)
                if self.status < 300 or not self.peer.reliable:
                    self.again()
            else:
                return True
        return False


class Transactions:
    """Those of the last half minute."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, ...], Transaction] = {}

    def of(self, request: Message, method: str = "") -> Transaction | None:
        """The one that a request belongs to; an ACK or a CANCEL to that of its INVITE."""
        return self._held.get((*request.branch, method or request.method))

    def opened(self, request: Message, peer: Peer) -> Transaction | None:
        """A new one; None where there are too many."""
        if len(self._held) >= MOST:
            return None
        made = self._held[*request.branch, request.method] = Transaction(request, peer)
        return made

    def closed(self, one: Transaction) -> None:
        """It is answered; it is remembered for as long as it may come again."""
        key = (*one.request.branch, one.request.method)
        asyncio.get_running_loop().call_later(GIVES_UP, self._held.pop, key, None)


def back_to(request: Message, host: str, port: int) -> tuple[str, int]:
    """Where the answer to a datagram goes (RFC 3261, 18.2.2; RFC 3581)."""
    top = request.one("via").split(",", 1)[0]
    if "rport" in {part.partition("=")[0].strip().lower() for part in top.split(";")[1:]}:
        return host, port
    _, sent = request.branch
    _, colon, number = sent.rpartition(":")
    return host, int(number) if colon and number.isdigit() and 0 < int(number) < 65_536 else 5060


def unknown_of(request: Message, known: Sequence[str]) -> list[str]:
    """What a request requires and we don't know."""
    return [one for one in request.tokens("require") if one.lower() not in known]


def tags(request: Message) -> tuple[str, str, str]:
    """By what a dialog is known: its id, our tag, theirs."""
    return request.one("call-id"), parameter(request.one("to"), "tag"), parameter(request.one("from"), "tag")
