"""Connections of AudioSocket that were announced: nothing in that protocol proves who speaks."""

from collections import OrderedDict
from typing import Final
from uuid import UUID

import msgspec

from clearline.engine.events import SECOND, Instant
from clearline.formats.errors import NotRead
from clearline.formats.speakers import checked
from clearline.formats.streaming.audiosocket import Leg
from clearline.formats.streaming.frames import call_of
from clearline.formats.text import parsed
from clearline.intake.streams.knocking import Who
from clearline.record.receiving import Refusal

LASTS: Final[Instant] = 600 * SECOND  # an announcement
_HELD: Final = 10_000


class _Told(msgspec.Struct):
    uuid: UUID
    call: str
    by: str = "unknown"


class Announced:
    """Who may come over AudioSocket, until when, and on whose behalf; each comes once."""

    def __init__(self) -> None:
        self._legs: OrderedDict[UUID, tuple[Instant, Leg, Who]] = OrderedDict()

    def tell(self, body: bytes, who: Who, at: Instant) -> None:
        """Takes an announcement; Refusal where it can't be understood."""
        try:
            told = parsed(body, _Told)
            checked({"by": told.by})
            leg = Leg(call_of(told.call), told.by)
        except (NotRead, ValueError) as fault:
            raise Refusal(422, f'{fault} Send {{"uuid": "...", "call": "c-17", "by": "customer"}}.') from None
        self._legs[told.uuid] = (at + LASTS, leg, who)
        while len(self._legs) > _HELD:
            self._legs.popitem(last=False)

    def claim(self, uuid: UUID, at: Instant) -> tuple[Leg, Who] | None:
        """What was announced under a UUID; a second connection can't claim it again."""
        until, leg, who = self._legs.pop(uuid, (0, Leg(""), Who("", "")))
        return (leg, who) if at <= until else None
