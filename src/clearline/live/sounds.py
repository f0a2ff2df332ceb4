"""What the edge and the child that hears say to each other: frames of sound one way, lines of JSON the other."""

import struct
from collections.abc import Iterator

import msgspec

from clearline.engine.events import Instant

_LENGTH = struct.Struct(">I")


# From the edge to the child.


class Piece(msgspec.Struct, frozen=True, tag="piece", array_like=True):
    """A piece of one speaker's sound, placed on the call's clock."""

    call: str
    by: str
    at: Instant
    encoding: str
    rate: int
    payload: bytes


class Over(msgspec.Struct, frozen=True, tag="over", array_like=True):
    """No more of this call is heard: what was being said stays, or, where somebody else tells it, is let go."""

    call: str
    tells: bool = True


class Beat(msgspec.Struct, frozen=True, tag="beat", array_like=True):
    """Are you there?"""


# From the child to the edge.


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The models are loaded."""


class Deaf(msgspec.Struct, frozen=True, tag="deaf"):
    """Nothing can be heard here at all: what is wrong, and how to mend it."""

    why: str


class Words(msgspec.Struct, frozen=True, tag="words"):
    """What somebody says, or, where it `stays`, has said; without text nobody said anything. Times are in seconds from `at`."""

    call: str
    by: str
    id: str  # the same for the words that may change and those that stay
    at: Instant
    text: str
    end: float
    words: tuple[tuple[str, float, float, float], ...] = ()
    stays: bool = False


class Keeps(msgspec.Struct, frozen=True, tag="keeps"):
    """Whether hearing keeps up with a call."""

    call: str
    up: bool


class Unheard(msgspec.Struct, frozen=True, tag="unheard"):
    """What somebody may have said was not heard."""

    call: str
    by: str
    at: Instant
    seconds: float
    why: str


class Reached(msgspec.Struct, frozen=True, tag="reached"):
    """All that somebody said up to here is told."""

    call: str
    by: str
    at: Instant


class There(msgspec.Struct, frozen=True, tag="there"):
    """The answer to `Beat`."""


Order = Piece | Over | Beat
Report = Ready | Deaf | Words | Keeps | Unheard | Reached | There

_packer = msgspec.msgpack.Encoder()
_order: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_encoder = msgspec.json.Encoder()
_report: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def frame(order: Order) -> bytes:
    """An order, its length before it."""
    packed = _packer.encode(order)
    return _LENGTH.pack(len(packed)) + packed


def orders(buffer: bytearray) -> Iterator[Order]:
    """Takes the frames that are whole out of a buffer."""
    place = 0
    while len(buffer) - place >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(buffer, place)
        ends = place + _LENGTH.size + length
        if len(buffer) < ends:
            break
        yield _order.decode(bytes(memoryview(buffer)[place + _LENGTH.size : ends]))
        place = ends
    del buffer[:place]


def line(message: Report) -> bytes:
    return _encoder.encode(message) + b"\n"


def report(text: bytes) -> Report:
    return _report.decode(text)
