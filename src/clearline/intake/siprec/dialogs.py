"""One dialog: the sender's, about one recording."""

import asyncio
import re
import secrets
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.formats.sdp import MediaLine, answer, offer_of
from clearline.formats.sip import Message, address_of, parameter, written
from clearline.formats.siprec import SDP, Parts, parts_of, plain_address
from clearline.intake.siprec.ports import Ports
from clearline.intake.siprec.replies import ACCEPT, ALLOW, SUPPORTED, Declined, Headers, Reply
from clearline.intake.siprec.session import Session
from clearline.intake.siprec.transactions import T1, T2, Peer, Transaction

SHORTEST: Final = 90  # seconds between two signs of life (RFC 4028)
_BYES = 6  # how often an end is told to somebody who does not answer


class Dialog:
    """What is asked in it is done one after another."""

    def __init__(self, invite: Message, peer: Peer, session: Session, contact: str) -> None:
        self.session, self.peer = session, peer
        self.tag = secrets.token_hex(12)
        self.key = (invite.one("call-id"), self.tag, parameter(invite.one("from"), "tag"))
        self.invited = dict[int, Transaction]()  # those whose answer is not acknowledged yet
        self.until: Instant | None = None  # where the sender promised a sign of life
        self.ended = asyncio.Event()  # the end was told, and heard
        self._invite, self._contact = invite, contact
        self._target = address_of(invite.one("contact")) or invite.uri
        self._number, self._version, self._mine = invite.cseq[0], 1, 0
        self._busy = asyncio.Lock()
        self.branch = ""

    @property
    def caller(self) -> str:
        return plain_address(address_of(self._invite.one("from")))

    @property
    def contact(self) -> Headers:
        return (("Contact", f"<sip:{self._contact}>;+sip.srs"), ALLOW, SUPPORTED, ACCEPT)

    def counted(self, request: Message) -> None:
        """Requests of a dialog are numbered."""
        number = request.cseq[0]
        if number <= self._number:
            raise Declined(500, f"request {number} came after request {self._number}")
        self._number = number

    async def changed(self, request: Message, ports: Ports, at: Instant, address: str) -> Reply:
        """What a re-INVITE or an UPDATE asks."""
        if self._busy.locked():
            raise Declined(491, headers=(("Retry-After", "1"),))
        async with self._busy:
            parts = parts_of(request.one("content-type"), request.body) if request.body else Parts(None, None)
            offered = None if parts.sdp is None else offer_of(parts.sdp)
            if offered is None and request.method == "INVITE":
                raise Declined(488, "we only listen: send an offer")
            if offered is not None and len(offered) < len(self.session.lines.every):
                raise Declined(488, "lines of an offer are closed with port 0, not left out")
            timed = self.timed(request, at)
            if not await self.session.changed(offered, parts.metadata, self.caller, ports):
                raise Declined(503, "no port is free for sound")
            if contact := request.one("contact"):
                self._target = address_of(contact)
            if offered is None:
                return Reply(200, (*self.contact, *timed))
            return self.answered(offered, address, timed)

    def answered(self, offered: tuple[MediaLine, ...], address: str, more: Headers = ()) -> Reply:
        """Our answer to an offer."""
        body = answer(offered, self.session.lines.ports, address, self._version)
        self._version += 1
        return Reply(200, (*self.contact, *more, ("Content-Type", SDP)), body)

    def timed(self, request: Message, at: Instant) -> Headers:
        """Takes the promise of a sign of life, so that a recording whose sender is gone ends also while it is paused."""
        told = request.one("session-expires")
        found = re.match(r"\s*(\d{1,7})", told)
        if found is None or parameter(told, "refresher") == "uas":
            self.until = None
            return ()
        seconds = int(found[1])
        if seconds < SHORTEST:
            raise Declined(422, headers=(("Min-SE", str(SHORTEST)),))
        self.until = at + seconds * SECOND
        needed: Headers = (("Require", "timer"),) if "timer" in request.tokens("supported") else ()
        return (*needed, ("Session-Expires", f"{seconds};refresher=uac"))

    async def bye(self) -> None:
        """Tells the sender that we hear nothing more."""
        self._mine += 1
        self.branch = f"z9hG4bK{secrets.token_hex(8)}"
        kind = "TCP" if self.peer.reliable else "UDP"
        theirs, to = self._invite.one("from"), self._invite.one("to")
        headers = [
            ("Via", f"SIP/2.0/{kind} {self._contact};branch={self.branch};rport"),
            *(("Route", route) for route in self._invite.all("record-route")),
            ("From", f"{to};tag={self.tag}"),
            ("To", theirs),
            ("Call-ID", self._invite.one("call-id")),
            ("CSeq", f"{self._mine} BYE"),
            ("Max-Forwards", "70"),
        ]
        told, pause = written(f"BYE {self._target} SIP/2.0", headers), T1
        for _ in range(_BYES):
            self.peer.send(told)
            try:
                async with asyncio.timeout(pause):
                    await self.ended.wait()
            except TimeoutError:
                pause = min(2 * pause, T2)
            else:
                return
