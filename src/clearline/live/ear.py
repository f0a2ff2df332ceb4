"""The process that hears running calls. It has one socket, to its parent; when that closes, it ends.

It keeps an ear for each speaker of a call. What waits tells it how far behind it is; the ears then do less, as they say.
"""

import signal
import socket
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.live import sound
from clearline.live.ends import End
from clearline.speech.errors import NotHeard
from clearline.speech.recognisers.live import Ear, Heard, Lost, Partial, Said
from clearline.speech.telephony import samples_of
from clearline.ui.clock import now

REST: Final = 0.25  # seconds that it sleeps at the longest
FULL: Final = 32768  # of a sample of 16 bits


@dataclass(slots=True)
class Hearing:
    """All speakers of all calls, and what still waits to be heard."""

    made: Callable[[int, str], Ear]  # by rate, and the beginning of its ids
    told: list[sound.Report] = field(default_factory=list)
    _ears: dict[tuple[str, str], Ear] = field(default_factory=dict)
    _rates: dict[tuple[str, str], int] = field(default_factory=dict)
    _waiting: deque[sound.Order] = field(default_factory=deque)
    _missed: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def take(self, order: sound.Order) -> None:
        self._waiting.append(order)

    def work(self, at: Instant) -> bool:
        """Does the next thing; False where there is none."""
        if not self._waiting:
            return False
        match self._waiting.popleft():
            case sound.Over(call):
                self._over(call)
            case piece:
                self._hear(piece, max(0.0, (at - piece.came) / SECOND))
        return True

    def _hear(self, piece: sound.Piece, behind: float) -> None:
        who = (piece.call, piece.by)
        if self._rates.get(who, piece.rate) != piece.rate:
            self._say(who, self._ears.pop(who).end(behind))
        if who not in self._ears:
            self._ears[who] = self.made(piece.rate, f"{piece.call}-{piece.by}-")
            self._rates[who] = piece.rate
        samples = samples_of(piece.encoding, piece.payload).astype(np.float32) / np.float32(FULL)
        self._say(who, self._ears[who].take(samples, piece.at / SECOND, behind))

    def _over(self, call: str) -> None:
        for who in [who for who in self._ears if who[0] == call]:
            self._say(who, self._ears.pop(who).end())
            del self._rates[who]
        self._missed.pop(call, None)

    def _say(self, who: tuple[str, str], heard: Iterable[Heard]) -> None:
        call, by = who
        for one in heard:
            match one:
                case Lost():
                    self._missed[call] += one.end - one.start
                    self.told.append(sound.Missed(call, round(self._missed[call], 1)))
                case Partial():
                    self.told.append(sound.Words(call, _event(call, by, one, {}), perhaps=True))
                case Said() if one.words:
                    words = [
                        [
                            word.text,
                            round(word.start - one.start, 3),
                            round(word.end - one.start, 3),
                            word.sure,
                        ]
                        for word in one.words
                    ]
                    self.told.append(sound.Words(call, _event(call, by, one, {"words": words})))
                case Said():  # nobody said anything: what was shown so far goes
                    self.told.append(sound.Words(call, _event(call, by, one, {}), perhaps=True))


def _event(call: str, by: str, one: Partial | Said, more: dict[str, Any]) -> Event:
    data = {"by": by, "text": one.text, "seconds": round(max(0.0, one.end - one.start), 3), **more}
    return Event(one.id, UTTERANCE, round(one.start * SECOND), data, {"call": call})


def main(descriptor: int) -> None:
    """Loads the models, then hears."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    with socket.socket(fileno=descriptor) as socketed:
        end: End[sound.Order, sound.Report] = End(socketed, sound.order, sound.line)
        try:
            try:
                made = ears()
            except NotHeard as error:
                end.say([sound.Cannot(str(error))])
                return
            serve(end, Hearing(made))
        except (BrokenPipeError, ConnectionResetError):
            return


def serve(end: End[sound.Order, sound.Report], hearing: Hearing) -> None:
    """Hears until the parent is gone."""
    hearing.told.append(sound.Ready())
    while True:
        end.say(hearing.told)
        busy = hearing.work(now())
        orders = end.heard(0.0 if busy else REST)
        if orders is None:
            return
        for order in orders:
            hearing.take(order)


def ears() -> Callable[[int, str], Ear]:
    """What makes ears that share two models: a quick one for words that may change, a careful one for those that stay."""
    from clearline.speech import engines, installed  # noqa: PLC0415 - an extra

    installed.require()
    from clearline.speech.recognisers.moonshine import Moonshine  # noqa: PLC0415

    quick, careful = Moonshine(), engines.recogniser()
    return lambda rate, name: Ear(rate, quick, careful, name)


if __name__ == "__main__":
    main(int(sys.argv[1]))
