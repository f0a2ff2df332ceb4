"""Where what was heard goes, and whence deeds come: the room that watches running calls."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from clearline.engine.events import Event
from clearline.formats.streaming.told import Audio
from clearline.record.actions.append import Answer


class Hub(Protocol):
    """Takes what streams tell. One hub takes from all of them."""

    async def take(
        self, actor: str, source: str, events: Sequence[Event], partials: Sequence[Event]
    ) -> list[Answer]:
        """An answer for each of the events, once they are on disk; Refusal where they could not be written."""
        ...

    def attach(self, call: str, send: Callable[[str], Awaitable[None]]) -> Callable[[], object]:
        """Whoever switches a call can be asked for a deed, `pause` or `resume`; what comes back ends that."""
        ...

    def sound(self, audio: Sequence[Audio]) -> None:
        """Pieces of sound, for a recogniser."""
        ...
