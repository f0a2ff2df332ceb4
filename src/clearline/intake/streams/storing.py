"""What was heard is stored, again and again where the record is busy."""

import asyncio
from collections.abc import Sequence
from typing import Final

from clearline.engine.events import Event
from clearline.intake.streams.courses import Courses
from clearline.intake.streams.hub import Hub
from clearline.intake.streams.knocking import Who
from clearline.record.actions.append import Answer
from clearline.record.receiving import Refusal

AGAIN: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds between attempts
_BUSY: Final = frozenset({429, 503, 507})


class Storing:
    """The way from all streams to the hub."""

    def __init__(self, hub: Hub, again: Sequence[float] = AGAIN) -> None:
        self.hub, self.again = hub, again
        self.courses = Courses()

    async def store(
        self,
        who: Who,
        events: Sequence[Event],
        partials: Sequence[Event],
        *,
        again: bool = True,
        named: bool = False,
    ) -> list[tuple[Event, Answer]]:
        """What became of each event that is new; Refusal where they could not be stored, and then none was.

        `named`: the sender gave each event its id, and wants to hear of all of them.
        """
        if not events and not partials:
            return []
        for pause in self.again if again else ():
            try:
                return await self._once(who, events, partials, named=named)
            except Refusal as refusal:
                if refusal.status not in _BUSY:
                    raise
            await asyncio.sleep(pause)
        return await self._once(who, events, partials, named=named)

    async def _once(
        self, who: Who, events: Sequence[Event], partials: Sequence[Event], *, named: bool
    ) -> list[tuple[Event, Answer]]:
        new = events if named else await self.courses.new(who.source, events)
        try:
            answers = await self.hub.take(who.actor, who.source, new, partials)
        except Refusal:
            if not named:
                self.courses.forget(who.source, new)
            raise
        return list(zip(new, answers, strict=True))
