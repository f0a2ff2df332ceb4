"""Frames between a connection and whoever hears them: bounded, so that the sender's own network makes it wait."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from clearline.formats.streaming.told import Frame

MOST: Final = 64  # frames of a connection that may wait
BYTES: Final = 2_000_000
RATE: Final = 200.0  # frames a second that a connection may send for long; both tracks of a call are 100
BURST: Final = 6_000.0  # frames beyond that
HEAVY: Final = 4_096  # bytes that count as one frame more


class Stop(NamedTuple):
    """Why a connection ends, as its closing frame says it."""

    code: int = 1000
    reason: str = ""


class Waiting:
    """A queue of frames with room for a few, and an end."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        self._frames: deque[Frame] = deque()
        self._size = 0
        self._came, self._left = asyncio.Event(), asyncio.Event()

    async def put(self, frame: Frame) -> None:
        """Waits until there is room."""
        while self._frames and (len(self._frames) >= MOST or self._size + len(frame) > BYTES):
            self._left.clear()
            await self._left.wait()
        self._frames.append(frame)
        self._size += len(frame)
        self._came.set()

    async def take(self) -> list[Frame]:
        """All frames that wait; none only where the end has come."""
        while not self._frames and self.stop is None:
            self._came.clear()
            await self._came.wait()
        taken = list(self._frames)
        self._frames.clear()
        self._size = 0
        self._left.set()
        return taken

    def end(self, stop: Stop) -> None:
        """Nothing more is awaited; the first reason counts."""
        self.stop = self.stop or stop
        self._came.set()


class Pace:
    """Whether a sender keeps within what it may send, over time; a large frame counts as several."""

    def __init__(
        self, rate: float = RATE, burst: float = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at = burst, clock()

    def keeps(self, size: int) -> bool:
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        self._left -= 1 + size / HEAVY
        return self._left >= 0
