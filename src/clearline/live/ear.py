"""The process that hears running calls. It has one socket, to its parent; when that closes, it ends.

Whoever waits longest is heard first. How much of somebody's sound waits is what an ear goes by when it gives something up; so what waits
is bounded, too.
"""

import os
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from clearline.engine.events import SECOND
from clearline.live import sounds
from clearline.speech import g711
from clearline.speech.errors import NotHeard, SpeechError
from clearline.speech.recognisers.live import LATE, LATER, Ear, Heard, Lost, Partial, Said
from clearline.speech.sound import Samples, Seconds

DEAF: Final = 3  # how it ends where nothing can be heard
READ: Final = 1 << 18  # bytes at once
HELD: Final = 1 << 22  # bytes that are read before something is heard
REST: Final[Seconds] = 0.25
AT_ONCE: Final[Seconds] = 0.25  # of one speaker, before others have their turn
QUIET: Final[Seconds] = 1.5  # without a piece, after which what was being said is over
BEHIND_OTHERS: Final = 5  # who watches and who stores have the processor first
TOGETHER: Final = 1_000  # microseconds by which pieces may be apart and be taken as one

Key = tuple[str, str]  # a call, and who speaks
_LOUDEST: Final = np.float32(32_768)


@dataclass(slots=True)
class Listening:
    """One speaker of a call, and their sound that is still to be heard."""

    rate: int
    ear: Ear
    waiting: deque[sounds.Piece] = field(default_factory=deque)
    behind: Seconds = 0.0  # how long what waits is
    came: float = 0.0  # when something came last
    ends: bool = False
    lags: bool = False


class Hearing:
    """All speakers of a process."""

    def __init__(self, made: Callable[[int], Ear]) -> None:
        self.reports: list[sounds.Report] = []
        self.speakers: dict[Key, Listening] = {}
        self._made = made

    def take(self, order: sounds.Order, at: float) -> None:
        match order:
            case sounds.Piece():
                self._wait(order, at)
            case sounds.Over(call, tells):
                self._over(call, tells=tells)
            case sounds.Beat():
                for key in self.speakers:
                    self._reached(key)
                self.reports.append(sounds.There())

    def work(self, at: float) -> bool:
        """Hears what waits longest; False where nothing waits."""
        for key in [key for key, one in self.speakers.items() if not one.waiting]:
            self._rest(key, at)
        if not self.speakers:
            return False
        key, one = max(self.speakers.items(), key=lambda told: told[1].behind)
        if not one.waiting:
            return False
        samples, begins = _next(one)
        self._tell(key, one, lambda: one.ear.take(samples, begins, one.behind))
        self._keeps(key, one)
        return True

    def _wait(self, piece: sounds.Piece, at: float) -> None:
        key = (piece.call, piece.by)
        one = self.speakers.get(key)
        if one is None or one.rate != piece.rate:
            one = self.speakers[key] = Listening(piece.rate, self._made(piece.rate))
        one.waiting.append(piece)
        one.behind += _seconds(piece)
        one.came = at

    def _over(self, call: str, *, tells: bool) -> None:
        for key in [key for key in self.speakers if key[0] == call]:
            if tells:
                self.speakers[key].ends = True
            else:
                del self.speakers[key]

    def _rest(self, key: Key, at: float) -> None:
        """Somebody of whom nothing comes any more has said what they were saying."""
        one = self.speakers[key]
        if one.ends or at - one.came > QUIET:
            self._tell(key, one, one.ear.end)
            self._reached(key)
            del self.speakers[key]

    def _keeps(self, key: Key, one: Listening) -> None:
        call = key[0]
        if one.behind > LATER and not one.lags:
            one.lags = True
            self.reports.append(sounds.Keeps(call, up=False))
        elif one.behind <= LATE and one.lags:
            one.lags = False
            if not any(other.lags for (name, _), other in self.speakers.items() if name == call):
                self.reports.append(sounds.Keeps(call, up=True))

    def _tell(self, key: Key, one: Listening, hear: Callable[[], Iterable[Heard]]) -> None:
        begins = one.ear.reached
        try:
            heard = [*hear()]
        except SpeechError as error:  # it holds no words
            heard = [Lost(begins, max(begins, one.ear.reached), str(error))]
        self.reports += [
            _unheard(key, each) if isinstance(each, Lost) else _words(key, each) for each in heard
        ]

    def _reached(self, key: Key) -> None:
        self.reports.append(sounds.Reached(*key, round(self.speakers[key].ear.reached * SECOND)))


def _next(one: Listening) -> tuple[Samples, Seconds]:
    """The sound that comes next, as far as it hangs together, and when it begins."""
    first = one.waiting.popleft()
    pieces, length = [first], _seconds(first)
    while one.waiting and length < AT_ONCE:
        if abs(one.waiting[0].at - first.at - length * SECOND) > TOGETHER:
            break
        pieces.append(one.waiting.popleft())
        length += _seconds(pieces[-1])
    one.behind = one.behind - length if one.waiting else 0.0
    return np.concatenate([samples(piece) for piece in pieces]), first.at / SECOND


def samples(piece: sounds.Piece) -> Samples:
    """What a piece sounds like."""
    if piece.encoding == "mulaw":
        told = g711.MULAW[np.frombuffer(piece.payload, np.uint8)]
    else:
        told = np.frombuffer(piece.payload[: len(piece.payload) // 2 * 2], "<i2")
    found: Samples = told.astype(np.float32) / _LOUDEST
    return found


def _seconds(piece: sounds.Piece) -> Seconds:
    return len(piece.payload) / (1 if piece.encoding == "mulaw" else 2) / piece.rate


def _unheard(key: Key, lost: Lost) -> sounds.Unheard:
    return sounds.Unheard(*key, round(lost.start * SECOND), lost.end - lost.start, lost.why)


def _words(key: Key, heard: Partial | Said) -> sounds.Words:
    call, by = key
    start = heard.start
    words = heard.words if isinstance(heard, Said) else ()
    return sounds.Words(
        call=call,
        by=by,
        id=heard.id,
        at=round(start * SECOND),
        text=heard.text,
        end=max(heard.end - start, 0.0),
        words=tuple((one.text, one.start - start, one.end - start, one.sure) for one in words),
        stays=isinstance(heard, Said),
    )


def serve(end: socket.socket, hearing: Hearing) -> None:
    """Hears until the parent is gone."""
    hearing.reports.append(sounds.Ready())
    buffer = bytearray()
    while True:
        end.sendall(b"".join(map(sounds.line, hearing.reports)))
        hearing.reports.clear()
        busy = hearing.work(time.monotonic())
        patience = 0.0 if busy else REST
        read = 0
        while read < HELD and select.select([end], [], [], patience)[0]:
            text = end.recv(READ)
            if not text:
                return
            buffer += text
            read += len(text)
            patience = 0.0
        for order in sounds.orders(buffer):
            hearing.take(order, time.monotonic())


def ears() -> Callable[[int], Ear]:
    """Makes ears for a rate, by what is installed and set; NotHeard where that is not enough."""
    from clearline.speech.engines import recogniser  # noqa: PLC0415 - seconds
    from clearline.speech.recognisers.moonshine import Moonshine  # noqa: PLC0415

    quick, careful = Moonshine(), recogniser()
    Ear(8_000, quick, careful)  # whether the detector of voices is there
    return lambda rate: Ear(rate, quick, careful)


def main(descriptor: int) -> None:
    """Loads the models, then hears."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    os.nice(BEHIND_OTHERS)
    with socket.socket(fileno=descriptor) as end:
        try:
            hearing = Hearing(ears())
        except NotHeard as error:
            end.sendall(sounds.line(sounds.Deaf(str(error))))
            raise SystemExit(DEAF) from None
        try:
            serve(end, hearing)
        except (BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
