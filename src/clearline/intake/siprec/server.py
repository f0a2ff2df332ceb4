"""The server: SIP over UDP and TCP at one port, from the start of the house to its end."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Final

from clearline.engine.events import Instant
from clearline.formats.errors import StreamError
from clearline.formats.sip import Incoming, Message, datagram_of
from clearline.intake.siprec.answering import Answering
from clearline.intake.siprec.arriving import recovered
from clearline.intake.siprec.bringing import Bringing
from clearline.intake.siprec.replies import Reply
from clearline.intake.siprec.settings import Settings
from clearline.intake.siprec.transactions import Peer, Transaction, Transactions, back_to
from clearline.intake.streams.endpoints import Streams

PIECE, IDLE, CONNECTIONS = 16_384, 600.0, 200  # bytes read at once; seconds; of TCP
FAREWELL: Final = 5.0  # seconds that the end of all recordings may take
_BACKLOG = 1_000_000  # bytes that a client over TCP may leave unread
_LOG = logging.getLogger(__name__)


class SiprecServer:
    """Listens where home/siprec.toml says, and not at all where there is none."""

    def __init__(
        self, streams: Streams, clock: Callable[[], Instant], home: Path, settings: Settings | None
    ) -> None:
        self._settings, self._home = settings, home
        self.bringing = Bringing(home, clock)
        self.answering: Answering | None = None
        if settings is not None:
            self.answering = Answering(settings, home, streams.storing, clock, self.bringing.look)
        self._transactions = Transactions()
        self._tasks: set[asyncio.Task[None]] = set()
        self._strangers: set[str] = set()
        self._connections: set[asyncio.StreamWriter] = set()
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None

    async def start(self) -> None:
        if found := await asyncio.to_thread(recovered, self._home):
            _LOG.warning(
                "%d recordings were open when the house went down; what there is of them is kept", found
            )
        self.bringing.start()
        if self._settings is None or self.answering is None:
            return
        host, port = self._settings.place
        self._tcp = await asyncio.start_server(self._connected, host, port)
        port = int(self._tcp.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._datagram), local_addr=(host, port)
        )
        shown = self._settings.shown
        self.answering.contact = f"[{shown}]:{port}" if ":" in shown else f"{shown}:{port}"
        self._later(self._look())

    async def stop(self) -> None:
        """Recordings end, calls don't: their senders are told to look for somebody else."""
        if self.answering is not None and self._udp is not None and self._tcp is not None:
            await self._close(self.answering, self._udp, self._tcp)
        await asyncio.to_thread(self.bringing.stop)

    async def _close(self, answering: Answering, udp: asyncio.DatagramTransport, tcp: asyncio.Server) -> None:
        for dialog in list(answering.dialogs.values()):
            answering.ended(dialog, answering.clock(), call_too=False, tell=True)
        await answering.quiet(FAREWELL)
        tcp.close()
        for writer in self._connections:
            writer.close()
        udp.close()
        for task in self._tasks:
            task.cancel()

    def _heard(self, message: Message, peer: Peer) -> None:
        """One message, from whatever it came over."""
        assert self.answering is not None
        if message.status:
            self.answering.heard_out(message)
            return
        known = self._transactions.of(message, "INVITE" if message.method == "ACK" else "")
        if message.method == "ACK":
            if known is not None and known.status >= 300:
                known.acked.set()
            self.answering.acknowledged(message)
            return
        if known is not None:
            known.again()
            return
        opened = self._transactions.opened(message, peer)
        if opened is None:
            return  # it comes again
        if message.method == "CANCEL":
            self._cancelled(opened)
            return
        if message.method == "INVITE":
            opened.answer(Reply(100), "")
        self._later(self._answer(opened))

    def _cancelled(self, one: Transaction) -> None:
        """What is already agreed to is not cancelled, but ended with BYE."""
        invite = self._transactions.of(one.request, "INVITE")
        if invite is not None and invite.status < 200:
            invite.cancelled = True
        one.answer(Reply(200 if invite else 481), "")
        self._transactions.closed(one)

    async def _answer(self, one: Transaction) -> None:
        assert self.answering is not None
        reply, tag = await self.answering.reply(one)
        one.answer(reply, tag)
        self._transactions.closed(one)
        if one.request.method == "INVITE":
            await self.answering.insisted(one, tag)

    async def _look(self) -> None:
        assert self.answering is not None
        while True:
            await asyncio.sleep(min(1.0, self.answering.settings.silence / 4))
            self.answering.look()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("peername")[:2]
        self._connections.add(writer)

        def send(data: bytes) -> None:
            if not writer.is_closing() and writer.transport.get_write_buffer_size() < _BACKLOG:
                writer.write(data)

        incoming, peer = Incoming(), Peer(host, port, send, reliable=True)
        try:
            while len(self._connections) <= CONNECTIONS and self._lets_in(host):
                async with asyncio.timeout(IDLE):
                    piece = await reader.read(PIECE)
                if not piece:
                    break
                if piece == b"\r\n\r\n":  # a sign of life is answered (RFC 5626)
                    send(b"\r\n")
                for message in incoming.hear(piece):
                    self._heard(message, peer)
        except StreamError as fault:
            _LOG.warning("%s sent over TCP what is not read: %s", host, fault)
        except (TimeoutError, OSError):
            pass  # it is gone, and may come back over another connection
        finally:
            self._connections.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _datagram(self, data: bytes, host: str, port: int) -> None:
        if not data.strip(b"\r\n\0") or not self._lets_in(host):
            return
        try:
            message = datagram_of(data)
        except StreamError as fault:
            _LOG.warning("%s sent what is not read: %s", host, fault)
            return
        there = (host, port) if message.status else back_to(message, host, port)
        self._heard(message, Peer(*there, lambda told: self._send(told, there), reliable=False))

    def _send(self, told: bytes, there: tuple[str, int]) -> None:
        if self._udp is not None and not self._udp.is_closing():
            self._udp.sendto(told, there)

    def _lets_in(self, host: str) -> bool:
        assert self._settings is not None
        if self._settings.lets_in(host):
            return True
        if host not in self._strangers and len(self._strangers) < CONNECTIONS:
            self._strangers.add(host)
            _LOG.warning("%s is none of the `senders` in home/siprec.toml, and is not answered", host)
        return False

    def _later(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Datagrams(asyncio.DatagramProtocol):
    """Hands on what comes over UDP."""

    def __init__(self, hear: Callable[[bytes, str, int], None]) -> None:
        self._hear = hear

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._hear(data, addr[0], addr[1])
