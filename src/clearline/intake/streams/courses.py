"""That a call started, was answered, or ended is told once, whichever stream of it comes first, or comes back."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from asgiref.sync import sync_to_async

from clearline.engine.events import Event
from clearline.intake.queries import stored
from clearline.record.attempts import Attempt
from clearline.record.receiving import PATIENCE, late, unwritable

_HELD: Final = 50_000


class Courses:
    """What was told of calls' courses, by this process or, before it began, to the record."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def new(self, source: str, events: Sequence[Event]) -> list[Event]:
        """The events without what was told before; Refusal where the record does not say."""
        asked = [event.id for event in events if _of_course(event) and (source, event.id) not in self._told]
        known: set[str] = await self._stored(source, asked) if asked else set()
        return [event for event in events if not _of_course(event) or self._is_new(source, event, known)]

    def forget(self, source: str, events: Sequence[Event]) -> None:
        """They could not be stored, and will come again."""
        for event in events:
            self._told.pop((source, event.id), None)

    def _is_new(self, source: str, event: Event, known: set[str]) -> bool:
        key = (source, event.id)
        if key in self._told:  # also by another stream, while the record was asked
            return False
        self._told[key] = None
        while len(self._told) > _HELD:
            self._told.popitem(last=False)
        return event.id not in known

    async def _stored(self, source: str, names: Sequence[str]) -> set[str]:
        try:
            async with asyncio.timeout(PATIENCE):
                found, error = await sync_to_async(_looked_up)(source, names)
        except TimeoutError:
            raise late() from None
        if error is not None:
            raise unwritable(error)
        return found


def _of_course(event: Event) -> bool:
    return event.type.startswith("call.")


def _looked_up(source: str, names: Sequence[str]) -> tuple[set[str], Exception | None]:
    found: set[str] = set()
    with Attempt() as attempt:
        found = stored(source, names)
    return found, attempt.error
