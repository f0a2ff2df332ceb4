"""Sound as packets of RTP (RFC 3550): put in order, and placed by their own clock."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from clearline.formats.sdp import KEYS, SOUND

RATE: Final = 8_000
DEPTH: Final = 5  # packets that are held back for one that is missing: a tenth of a second
_LAG = 2 * RATE  # samples by which a clock may leave ours before it is taken to have been set anew
_FAR = 3_000  # packets, a minute, beyond which a number is no late one, but another count
_REMEMBERED = 64  # missing packets that may still come
_LONGEST = RATE  # samples of a packet
_PRESSES = range(16)  # events of RFC 4733 that are keys


class Packet(NamedTuple):
    """What stands in a datagram."""

    type: int
    number: int
    clock: int
    source: int
    payload: bytes


class Piece(NamedTuple):
    """Sound, or a key that was pressed (which one is not told: it may be part of a card number)."""

    start: int  # samples since the recording began
    codec: str
    payload: bytes
    late: bool = False  # what came after it has been told already


def packet_of(datagram: bytes) -> Packet | None:
    """The packet in a datagram; None where it holds none (RTCP, STUN, anything else)."""
    if len(datagram) < 12 or datagram[0] >> 6 != 2 or 192 <= datagram[1] <= 223:
        return None
    start = 12 + 4 * (datagram[0] & 0x0F)
    if datagram[0] & 0x10:  # an extension
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    end = len(datagram) - (datagram[-1] if datagram[0] & 0x20 else 0)
    if start > end or end - start > _LONGEST:
        return None
    number, clock, source = (int.from_bytes(datagram[a:b], "big") for a, b in ((2, 4), (4, 8), (8, 12)))
    return Packet(datagram[1] & 0x7F, number, clock, source, datagram[start:end])


class Track:
    """One m-line. A packet that is missing is silence; one that comes late still goes to its place."""

    def __init__(self, codecs: Mapping[int, str]) -> None:
        self.codecs = codecs
        self.lost = 0
        self._source: int | None = None
        self._stranger: tuple[int, int] | None = None  # source and number of somebody who may take over
        self._next = 0  # the number that is awaited, counted on beyond 65,535
        self._held: dict[int, tuple[Packet, int]] = {}
        self._missing: dict[int, None] = {}
        self._anchor: tuple[int, int] | None = None  # a clock, and its place
        self._press: int | None = None

    def hear(self, packet: Packet, arrived: int) -> list[Piece]:
        """What a packet that came at a place makes known, in order."""
        if packet.type not in self.codecs:
            return []
        told = []
        if packet.source != self._source:
            if self._source is not None and self._stranger != (packet.source, packet.number - 1 & 0xFFFF):
                self._stranger = (packet.source, packet.number)  # one packet takes nothing over
                return []
            told = self._anew(packet)
        number = self._counted(packet.number)
        if abs(number - self._next) > _FAR:
            told += self._anew(packet)
            number = self._next
        if number < self._next:
            if number in self._missing:
                del self._missing[number]
                self.lost -= 1
                return told + self._placed(packet, arrived, late=True)
            return told  # it came twice
        self._held[number] = (packet, arrived)
        told += self._in_order()
        while len(self._held) > DEPTH:
            self._skip(min(self._held))
            told += self._in_order()
        return told

    def rest(self) -> list[Piece]:
        """What is held back; whatever comes after this is placed by its arrival."""
        told = []
        while self._held:
            self._skip(min(self._held))
            told += self._in_order()
        self._anchor = None
        return told

    def _anew(self, packet: Packet) -> list[Piece]:
        told = self.rest()
        self._source, self._stranger, self._next = packet.source, None, packet.number
        self._missing.clear()
        return told

    def _counted(self, number: int) -> int:
        """The number as it counts on: the one nearest to what is awaited."""
        return self._next + ((number - self._next + 0x8000) & 0xFFFF) - 0x8000

    def _skip(self, to: int) -> None:
        self.lost += to - self._next
        for number in range(max(self._next, to - _REMEMBERED), to):
            self._missing[number] = None
        while len(self._missing) > _REMEMBERED:
            del self._missing[next(iter(self._missing))]
        self._next = to

    def _in_order(self) -> list[Piece]:
        told = []
        while self._next in self._held:
            packet, arrived = self._held.pop(self._next)
            self._next += 1
            told += self._placed(packet, arrived)
        return told

    def _placed(self, packet: Packet, arrived: int, *, late: bool = False) -> list[Piece]:
        codec = self.codecs[packet.type]
        samples = len(packet.payload) if codec in SOUND else 0
        start = None
        if self._anchor is not None:
            clock, place = self._anchor
            start = place + ((packet.clock - clock + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        if start is None or abs(start + samples - arrived) > _LAG:
            if late:
                return []
            start = max(arrived - samples, 0)
        if codec == KEYS:  # its clock stands still while the key is down
            return self._pressed(packet, start)
        if not late:
            self._anchor = (packet.clock, start)
        return [Piece(start, codec, packet.payload, late)] if start >= 0 else []

    def _pressed(self, packet: Packet, start: int) -> list[Piece]:
        """A press is told by many packets with one clock."""
        if packet.clock == self._press or packet.payload[:1] not in {bytes([key]) for key in _PRESSES}:
            return []
        self._press = packet.clock
        return [Piece(max(start, 0), KEYS, b"")]
