"""From the streams to whoever watches running calls, and back to the switch at the other end of a stream."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from clearline.engine.events import Event
from clearline.formats.errors import StreamError
from clearline.formats.streaming.told import Audio
from clearline.record.actions.append import Answer

Take: TypeAlias = Callable[[str, str, Sequence[Event], Sequence[Event]], Awaitable[list[Answer]]]


class Onward:
    """Hands on what was heard. Sound is counted and let go, until somebody listens to it."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self.pieces = 0  # of sound
        self._switches: dict[str, Callable[[str], Awaitable[None]]] = {}

    async def take(
        self, actor: str, source: str, events: Sequence[Event], partials: Sequence[Event]
    ) -> list[Answer]:
        return await self._take(actor, source, events, partials)

    def attach(self, call: str, send: Callable[[str], Awaitable[None]]) -> Callable[[], object]:
        self._switches[call] = send

        def detach() -> None:
            if self._switches.get(call) is send:
                del self._switches[call]

        return detach

    async def ask(self, call: str, deed: str) -> bool:
        """Asks the switch of a call to `pause` or `resume`; whether there is one that could be asked.

        Its answer comes as an event of the call, `recording.paused` or `recording.resumed`.
        """
        send = self._switches.get(call)
        if send is None:
            return False
        try:
            await send(deed)
        except StreamError:  # it has just said goodbye
            return False
        return True

    def sound(self, audio: Sequence[Audio]) -> None:
        self.pieces += len(audio)
