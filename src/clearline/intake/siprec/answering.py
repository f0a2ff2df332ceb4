"""What each request means: recordings begin, change and end."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import LargeFrameError, StreamError, UnsupportedError
from clearline.formats.sdp import MediaLine, offer_of
from clearline.formats.sip import Message, address_of
from clearline.formats.siprec import Metadata, Parts, parts_of, plain_address
from clearline.intake.siprec.dialogs import Dialog
from clearline.intake.siprec.digest import Digest
from clearline.intake.siprec.ports import Ports
from clearline.intake.siprec.replies import ACCEPT, ALLOW, METHODS, SUPPORTED, Declined, Headers, Reply
from clearline.intake.siprec.session import Session
from clearline.intake.siprec.settings import Settings
from clearline.intake.siprec.transactions import Transaction, tags, unknown_of
from clearline.intake.streams.storing import Storing
from clearline.record.receiving import Refusal

FREE: Final = 200 << 20  # bytes of disk below which no recording begins
_KNOWN = ("siprec", "timer")
_LATER: Headers = (("Retry-After", "10"),)
_LOG = logging.getLogger(__name__)


class Answering:
    """All recordings that are open."""

    def __init__(
        self,
        settings: Settings,
        home: Path,
        storing: Storing,
        clock: Callable[[], Instant],
        arrived: Callable[[], None],
    ) -> None:
        self.settings, self._home, self._storing, self.clock = settings, home, storing, clock
        self._arrived = arrived  # hears that a recording is whole
        self.dialogs: dict[tuple[str, str, str], Dialog] = {}
        self.contact = ""  # where we are, as others write it
        self._ports = Ports(settings.place[0], settings.sound)
        self._digest = Digest(settings.user, settings.password) if settings.user else None
        self._ending: set[asyncio.Task[None]] = set()
        self._leaving: dict[
            tuple[str, str, str], Dialog
        ] = {}  # those that are told that we hear nothing more
        self._beginning: dict[tuple[str, str], Transaction] = {}  # by the sender's side of the dialog

    async def reply(self, one: Transaction) -> tuple[Reply, str]:
        """What a request is answered with, and the tag that the answer carries."""
        try:
            return await self._done(one)
        except Declined as declined:
            reply = declined.reply
        except LargeFrameError as fault:
            reply = Declined(413, str(fault)).reply
        except UnsupportedError as fault:
            reply = Declined(415, str(fault), (ACCEPT,)).reply
        except StreamError as fault:
            reply = Declined(400, str(fault)).reply
        except Refusal as refusal:
            reply = Declined(503, refusal.reason, _LATER).reply
        if reply.status not in {401, 487}:
            _LOG.warning(
                "%s from %s: %s %s", one.request.method, one.peer.host, reply.line, reply.headers[:1]
            )
        return reply, secrets.token_hex(8)

    def ended(self, dialog: Dialog, at: Instant, *, call_too: bool, tell: bool) -> None:
        """Ends a recording; its call, too, where this was the last of it."""
        if self.dialogs.pop(dialog.key, None) is None:
            return
        call = dialog.session.talk.call
        last = all(one.session.talk.call != call for one in self.dialogs.values())
        deeds = [self._closed(dialog, at, call_too=call_too and last)]
        deeds += [self._left(dialog)] if tell else []
        for deed in deeds:
            task = asyncio.create_task(deed)
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _closed(self, dialog: Dialog, at: Instant, *, call_too: bool) -> None:
        await dialog.session.end(at, call_too=call_too)
        self._arrived()

    async def _left(self, dialog: Dialog) -> None:
        self._leaving[dialog.key] = dialog
        await dialog.bye()
        del self._leaving[dialog.key]

    def heard_out(self, message: Message) -> None:
        """An answer to one of our requests, which are the ends of recordings."""
        for dialog in self._leaving.values():
            if message.status >= 200 and dialog.branch == message.branch[0]:
                dialog.ended.set()

    async def quiet(self, patience: float) -> None:
        """Until all that ends has ended, but not for ever."""
        if self._ending:
            await asyncio.wait(self._ending, timeout=patience)

    def look(self) -> None:
        """Ends what the clock ends."""
        at, settings = self.clock(), self.settings
        for dialog in list(self.dialogs.values()):
            session = dialog.session
            silent = session.paused is None and at - session.heard > settings.silence * SECOND
            if silent or (dialog.until is not None and at > dialog.until):
                _LOG.warning("%s: its sender is gone", session.talk.call)
                end = at if session.paused is not None else session.heard
                self.ended(dialog, end, call_too=True, tell=True)
            elif session.failed or at - session.began > settings.longest * 3600 * SECOND:
                _LOG.error(
                    "%s is recorded no more: %s", session.talk.call, session.failed or "it is too long"
                )
                self.ended(dialog, at, call_too=False, tell=True)

    def acknowledged(self, request: Message) -> None:
        """An ACK of what we agreed to."""
        dialog = self.dialogs.get(tags(request))
        one = dialog.invited.pop(request.cseq[0], None) if dialog else None
        if one is not None:
            one.acked.set()

    async def insisted(self, one: Transaction, tag: str) -> None:
        """Sends the answer to an INVITE until it is acknowledged; where it never is, nobody is there."""
        heard = await one.insist()
        call, _, theirs = tags(one.request)
        dialog = self.dialogs.get((call, tag, theirs))
        if not heard and one.status < 300 and dialog is not None:
            self.ended(dialog, self.clock(), call_too=True, tell=True)

    async def _done(self, one: Transaction) -> tuple[Reply, str]:
        request = one.request
        if request.method not in METHODS:
            raise Declined(
                405 if request.method in {"INFO", "REGISTER", "MESSAGE", "REFER"} else 501, headers=(ALLOW,)
            )
        if not request.whole:
            raise Declined(400, "the body is shorter than Content-Length says")
        if unknown := unknown_of(request, _KNOWN):
            raise Declined(420, headers=(("Unsupported", ", ".join(unknown)),))
        if request.method == "OPTIONS":
            return Reply(200, (("Contact", f"<sip:{self.contact}>;+sip.srs"), ALLOW, SUPPORTED, ACCEPT)), ""
        _, ours, _ = tags(request)
        if not ours and request.method == "INVITE":
            return await self._begun(one)
        dialog = self.dialogs.get(tags(request))
        if dialog is None:
            raise Declined(481)
        dialog.counted(request)
        dialog.peer = one.peer
        if request.method == "BYE":
            self.ended(dialog, self.clock(), call_too=True, tell=False)
            return Reply(200), ""
        if request.method == "INVITE":
            dialog.invited[request.cseq[0]] = one
        return await dialog.changed(request, self._ports, self.clock(), self.settings.shown), dialog.tag

    async def _begun(self, one: Transaction) -> tuple[Reply, str]:
        request = one.request
        self._checked(one)
        parts = parts_of(request.one("content-type"), request.body)
        if "siprec" not in request.tokens("require") and parts.metadata is None:
            raise Declined(421, "recordings are taken here, and no calls", (("Require", "siprec"),))
        if parts.sdp is None:
            raise Declined(400, "an INVITE without SDP: we only listen, so send an offer")
        offered = offer_of(parts.sdp)
        if not any(line.fits for line in offered):
            raise Declined(488, "send PCMU or PCMA at 8000, as RTP/AVP")
        call, _, theirs = tags(request)
        if (call, theirs) in self._beginning or any(key[::2] == (call, theirs) for key in self.dialogs):
            raise Declined(482)
        if len(self.dialogs) + len(self._beginning) >= self.settings.most:
            raise Declined(503, f"{self.settings.most} recordings are open", _LATER)
        self._beginning[call, theirs] = one
        try:
            return await self._opened(one, parts, offered)
        finally:
            del self._beginning[call, theirs]

    def _checked(self, one: Transaction) -> None:
        """Who opens a recording knows the password, and there is room."""
        if self._digest is not None:
            at, told = self.clock(), one.request.one("authorization")
            if not told or not self._digest.holds(told, one.request.method, at):
                raise Declined(401, headers=tuple(self._digest.ask(at)))
        if shutil.disk_usage(self._home).free < FREE:
            raise Declined(503, "the disk is full", _LATER)

    async def _opened(
        self, one: Transaction, parts: Parts, offered: tuple[MediaLine, ...]
    ) -> tuple[Reply, str]:
        request, metadata = one.request, parts.metadata or Metadata()
        name = sha256(
            "\0".join((tags(request)[0], tags(request)[2], secrets.token_hex(8))).encode()
        ).hexdigest()[:24]
        session = Session(
            self._call(request, metadata), name, self._home, self.settings, self._storing, self.clock
        )
        dialog = Dialog(request, one.peer, session, self.contact)
        timed = dialog.timed(request, self.clock())
        caller = plain_address(address_of(request.one("from")))
        await session.begin(offered, metadata, caller, self._ports)
        self.dialogs[dialog.key] = dialog
        if one.cancelled:
            self.ended(dialog, self.clock(), call_too=True, tell=False)
            raise Declined(487)
        dialog.invited[request.cseq[0]] = one
        return dialog.answered(offered, self.settings.shown, timed), dialog.tag

    def _call(self, request: Message, metadata: Metadata) -> str:
        """The id of the call: as the shop's header says it, else as the metadata, else as the sender."""
        told = request.one(self.settings.call.lower()) if self.settings.call else ""
        return told or metadata.session or request.one("call-id")
