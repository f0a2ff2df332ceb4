"""What the address of a stream says: the call, who speaks, whence the ids come."""

from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from clearline.formats.errors import StreamError
from clearline.formats.speakers import checked
from clearline.formats.streaming.frames import call_of
from clearline.formats.streaming.introduction import Introduction
from clearline.formats.turns import instant
from clearline.record.receiving import Refusal

LONGEST: Final = 2_000  # characters of what stands behind the question mark
NAMES: Final = ("call", "by", "speakers", "began", "leg", "source", "only", "format_turns", "token")


class Asked(NamedTuple):
    """The parameters of an address; `leg` tells several streams of a call apart."""

    about: Introduction = Introduction()
    leg: str = ""
    source: str = ""
    words_only: bool = False  # the telephony itself tells when the call started and ended
    formatted: bool = False  # AssemblyAI's format_turns
    token: str = ""


def asked(query: bytes) -> Asked:
    """The parameters of a stream; Refusal for any that can't be understood."""
    if len(query) > LONGEST:
        raise Refusal(400, f"an address has at most {LONGEST:,} characters behind its question mark")
    told = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    unknown = sorted(told.keys() - set(NAMES))
    if unknown:
        raise Refusal(400, f"an address may say {', '.join(NAMES)}; nothing else is understood")
    if told.get("only", "words") != "words":
        raise Refusal(400, "`only` is words, or left out")
    return Asked(
        _introduction(told),
        _name(told, "leg"),
        _name(told, "source"),
        "only" in told,
        told.get("format_turns", "").lower() == "true",
        told.get("token", ""),
    )


def _introduction(told: dict[str, str]) -> Introduction:
    pairs = [part.rpartition(":") for part in told.get("speakers", "").split(",") if part]
    by = told.get("by", "unknown")
    try:
        speakers = checked({label: role for label, _, role in pairs})
        checked({"by": by})
    except ValueError as fault:
        raise Refusal(400, f"{fault}; write speakers=0:agent,1:customer") from None
    try:
        time = datetime.fromisoformat(told["began"]) if "began" in told else None
    except ValueError:
        raise Refusal(400, "`began` is no time like 2026-11-01T10:00:00Z") from None
    call = told.get("call", "")
    try:
        return Introduction(call and call_of(call), by, speakers, None if time is None else instant(time))
    except StreamError as fault:
        raise Refusal(400, str(fault)) from None


def _name(told: dict[str, str], name: str) -> str:
    value = told.get(name, "")
    if len(value) > 100 or not value.isprintable():
        raise Refusal(400, f"`{name}` has at most 100 characters")
    return value
