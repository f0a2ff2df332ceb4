"""A child's end of the socket pair to its parent: lines come, lines go."""

import select
import socket
from collections.abc import Callable
from typing import Final, Generic, TypeVar

READ: Final = 1 << 18  # bytes at once
In = TypeVar("In")
Out = TypeVar("Out")


class End(Generic[In, Out]):
    """Reads all that has come, so that whoever works knows how much still waits."""

    def __init__(
        self, end: socket.socket, read: Callable[[bytes], In], written: Callable[[Out], bytes]
    ) -> None:
        self._end, self._read, self._written = end, read, written
        self._rest = b""

    def heard(self, patience: float) -> list[In] | None:
        """What has come, waiting for it a while; None where the parent is gone."""
        if not select.select([self._end], [], [], patience)[0]:
            return []
        text = self._end.recv(READ)
        if not text:
            return None
        *lines, self._rest = (self._rest + text).split(b"\n")
        return [self._read(line) for line in lines]

    def say(self, told: list[Out]) -> None:
        """Sends it, and forgets it."""
        if told:
            self._end.sendall(b"".join(map(self._written, told)))
            told.clear()
