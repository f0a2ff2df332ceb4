"""Which protocols are spoken, and how each differs for whoever holds the connection."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from clearline.formats.streaming import own
from clearline.formats.streaming.assemblyai import AssemblyAI
from clearline.formats.streaming.audiohook import AudioHook
from clearline.formats.streaming.contact_lens import ContactLens
from clearline.formats.streaming.deepgram import Deepgram
from clearline.formats.streaming.told import Stream
from clearline.formats.streaming.twilio import DIALECTS, MediaStream
from clearline.intake.streams.asking import Asked

PLACE: Final = "/live/in/"
CONTACT_LENS: Final = "contact-lens"
OWN: Final = "events"


@dataclass(slots=True)
class Kept:
    """What is remembered of one sender between its connections, until the server restarts."""

    marks: MutableMapping[str, own.Mark] = field(
        default_factory=dict
    )  # of its own streams: the last stored frame
    contacts: ContactLens = field(default_factory=ContactLens)


class Opening(NamedTuple):
    """All that a protocol may need to begin with."""

    asked: Asked
    source: str
    session: str  # as the handshake names it
    kept: Kept


class Protocol(NamedTuple):
    """How a protocol is spoken."""

    make: Callable[[Opening], Stream]
    signed: str = ""  # the kind of connection that may sign for it
    ping: str = ""  # what wakes a silent client
    at_once: bool = False  # replies do not wait until what was heard is stored
    legs: bool = False  # a call may have several streams, and ends with the last of them
    comes_back: bool = False  # the same session may go on over another connection


def _media(dialect: str, opening: Opening) -> Stream:
    return MediaStream(opening.asked.about, DIALECTS[dialect])


PROTOCOLS: Final[dict[str, Protocol]] = {
    OWN: Protocol(lambda told: own.Own(told.kept.marks, told.source), ping=own.PING),
    CONTACT_LENS: Protocol(lambda told: told.kept.contacts),
    "deepgram": Protocol(lambda told: Deepgram(told.asked.about), legs=True, comes_back=True),
    "assemblyai": Protocol(
        lambda told: AssemblyAI(told.asked.about, formatted=told.asked.formatted), legs=True, comes_back=True
    ),
    "audiohook": Protocol(
        lambda told: AudioHook(told.asked.about, told.session), signed="audiohook", at_once=True, legs=True
    ),
    **{
        name: Protocol(partial(_media, name), signed="twilio" if name == "twilio" else "", legs=True)
        for name in DIALECTS
    },
}
