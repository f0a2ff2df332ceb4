"""What the edge and the process that hears running calls say to each other: lines of JSON over a socket pair."""

import msgspec

from clearline.engine.events import Event, Instant


class Piece(msgspec.Struct, frozen=True, tag="piece"):
    """A piece of one speaker's sound, placed on the call's clock; `came` is when the edge had it."""

    call: str
    by: str
    at: Instant
    came: Instant
    encoding: str
    rate: int
    payload: bytes


class Over(msgspec.Struct, frozen=True, tag="over"):
    """Nothing more comes of a call."""

    call: str


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The models are in memory."""


class Words(msgspec.Struct, frozen=True, tag="words"):
    """What somebody says; `perhaps`, as far as it is understood so far."""

    call: str
    event: Event
    perhaps: bool = False


class Missed(msgspec.Struct, frozen=True, tag="missed"):
    """So many seconds of a call were not heard, as there was more to hear than the machine can."""

    call: str
    seconds: float


class Cannot(msgspec.Struct, frozen=True, tag="cannot"):
    """Nothing can be heard here, for this reason."""

    why: str


Order = Piece | Over
Report = Ready | Words | Missed | Cannot

_encoder = msgspec.json.Encoder()
_order: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_report: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def line(message: Order | Report) -> bytes:
    return _encoder.encode(message) + b"\n"


def order(text: bytes) -> Order:
    return _order.decode(text)


def report(text: bytes) -> Report:
    return _report.decode(text)
