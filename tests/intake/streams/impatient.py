"""The server's application, with little patience, and a hub that asks for a pause and is sometimes busy."""

from clearline.config.starting import start

start()

import asyncio  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Awaitable, Callable, Sequence  # noqa: E402
from typing import ClassVar  # noqa: E402

from clearline.config.asgi import Application  # noqa: E402
from clearline.engine.events import Event  # noqa: E402
from clearline.formats.streaming.told import Audio  # noqa: E402
from clearline.intake.streams import line  # noqa: E402
from clearline.intake.streams.endpoints import Streams  # noqa: E402
from clearline.live.hub import Hub  # noqa: E402
from clearline.record.actions.append import Answer  # noqa: E402
from clearline.record.receiving import Refusal  # noqa: E402
from clearline.ui.clock import now  # noqa: E402

line.GRACE = 0.5  # type: ignore[misc] # the test's


class Moody:
    """Calls named busy-N are refused N times; each switch is asked to pause, and to resume."""

    refused: ClassVar[Counter[str]] = Counter()

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def take(
        self, actor: str, source: str, events: Sequence[Event], partials: Sequence[Event]
    ) -> list[Answer]:
        for call in {event.subjects["call"] for event in events}:
            times = int(call.removeprefix("busy-")) if call.startswith("busy-") else 0
            if self.refused[call] < times:
                self.refused[call] += 1
                raise Refusal(503, "the record can't be written now")
        return await self.hub.take(actor, source, events, partials)

    def attach(self, call: str, send: Callable[[str], Awaitable[None]]) -> Callable[[], object]:  # noqa: ARG002
        async def ask() -> None:
            await send("pause")
            await send("resume")

        task = asyncio.create_task(ask())
        return task.cancel

    def sound(self, audio: Sequence[Audio]) -> None:
        self.hub.sound(audio)


application = Application()
application.streams = Streams(Moody(application.hub), now, silence=1.0)
application.streams.storing.again = (0.05, 0.1)
