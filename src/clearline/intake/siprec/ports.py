"""Ports at which sound is awaited, one for each m-line."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, cast

Heard = Callable[[bytes, str], None]
BUFFER: Final = 256 * 1024  # bytes that the system holds while we are busy: seconds of sound


class Port(asyncio.DatagramProtocol):
    """One of them: what comes is handed on with the address whence it came."""

    def __init__(self, number: int, hear: Heard) -> None:
        self.number, self._hear = number, hear
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._hear(data, addr[0])

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Ports:
    """Hands them out in turn, so that what still comes for one recording does not reach the next."""

    def __init__(self, host: str, numbers: range) -> None:
        self._host, self._numbers = host, numbers
        self._turn = 0

    async def open(self, hear: Heard) -> Port | None:
        """A port that is free; None where there is none."""
        for _ in self._numbers:
            number = self._numbers[self._turn]
            self._turn = (self._turn + 1) % len(self._numbers)
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            free = socket.socket(family, socket.SOCK_DGRAM)
            try:
                free.bind((self._host, number))
            except OSError:
                free.close()
                continue
            free.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            free.setblocking(False)
            port = Port(number, hear)
            await asyncio.get_running_loop().create_datagram_endpoint(lambda port=port: port, sock=free)  # type: ignore[misc]
            return port
        return None
