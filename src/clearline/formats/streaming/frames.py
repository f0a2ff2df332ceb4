"""Frames of live connections: how large they may be, and what is in them, with the place of every fault."""

import re
from base64 import b64decode
from binascii import Error
from hashlib import sha256
from typing import TypeVar

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import LargeFrameError, StreamError, Unreadable, UnsupportedError
from clearline.formats.streaming.told import Frame
from clearline.formats.text import cleaned, parsed

LARGEST_TEXT = 1_000_000  # characters of a text frame
LARGEST_BINARY = 64 * 1024  # bytes of a binary frame
LONGEST = 86_400.0  # seconds of a connection's clock; no call lasts a day
NAME = 128  # characters of an id, as the record takes them

T = TypeVar("T")
_UNFIT = re.compile(r"\s")


def sized(frame: Frame) -> None:
    """LargeFrameError where a frame is larger than any protocol needs; nothing of it was parsed."""
    largest, unit = (LARGEST_TEXT, "characters") if isinstance(frame, str) else (LARGEST_BINARY, "bytes")
    if len(frame) > largest:
        raise LargeFrameError(
            f"a frame of {len(frame):,} {unit}, where {largest:,} are taken",
            "whole frame",
            "Send it in smaller pieces.",
        )


def text_of(frame: Frame) -> str:
    """The text of a frame of a protocol that sends no other."""
    sized(frame)
    if not isinstance(frame, str):
        raise UnsupportedError("a binary frame, where text is spoken", "whole frame", "Send JSON as text.")
    return frame


def json_of(frame: Frame, shape: type[T]) -> T:
    """What stands in a frame of JSON."""
    text = text_of(frame)
    try:
        return parsed(text, shape)
    except Unreadable as fault:
        raise StreamError(
            fault.what, fault.where, "Send frames as the documentation of the protocol shows them."
        ) from fault


def payload_of(text: str) -> bytes:
    """The bytes that a frame carries as base64."""
    try:
        found = b64decode(text, validate=True)
    except (Error, ValueError) as fault:
        raise StreamError("the payload is no base64", "payload", "Encode the sound as base64.") from fault
    sized(found)
    return found


def call_of(name: str) -> str:
    """The id of a call as it may stand in the record."""
    told = cleaned(name)[0]
    if not 0 < len(told) <= NAME or told != name or _UNFIT.search(name):
        raise StreamError(
            f"the id of the call is empty, longer than {NAME} characters, or has blanks in it",
            "call",
            "Name the call as the telephony does, by `call` in the address or by the sender's own id.",
        )
    return told


def name_of(*parts: str | int) -> str:
    """The id of an event, from what the sender calls it: the same again whenever it is sent again."""
    name = "-".join(str(part) for part in parts)
    return name if len(name) <= NAME else f"{name[: NAME - 25]}-{sha256(name.encode()).hexdigest()[:24]}"


def later(origin: Instant, seconds: float) -> Instant:
    """The instant on a connection's clock; StreamError where no call lasts so long."""
    if not 0 <= seconds <= LONGEST:
        raise StreamError(
            "a time lies before the connection began, or more than a day after",
            "time",
            "Count from the first piece of sound.",
        )
    return origin + round(seconds * SECOND)
