"""What a frame of a live connection tells, whichever protocol it speaks."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from clearline.engine.events import Event, Instant

Frame = str | bytes


class Audio(NamedTuple):
    """A piece of one speaker's sound, placed on the call's clock."""

    call: str
    by: str  # agent, customer or unknown
    at: Instant
    encoding: str  # "mulaw" or "s16le"
    rate: int  # samples a second
    payload: bytes


class Told(NamedTuple):
    """What a frame told.

    A partial is an utterance that may still change: it stands for all partials with its id that came before, and the
    event with its id that follows among `events` is what was said in the end.
    """

    events: Sequence[Event] = ()  # what happened, and words that stay: to be stored and judged
    partials: Sequence[Event] = ()
    audio: Sequence[Audio] = ()
    replies: Sequence[Frame] = ()  # to be sent back, in this order
    closes: bool = False  # the connection has said all; after the replies it may be closed


class Stream(Protocol):
    """One connection of a protocol: what its frames mean depends on those before."""

    @property
    def call(self) -> str:
        """The call that the connection is about, as soon as that is known."""
        ...

    def hear(self, frame: Frame, at: Instant) -> Told:
        """What a frame tells that came at an instant; StreamError where it is not of the protocol."""
        ...

    def lost(self, at: Instant) -> Told:
        """What it means that the connection broke off."""
        ...
