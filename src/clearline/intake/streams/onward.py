"""The hub of an installation where nobody watches running calls: events go to the writer, and that is all."""

from collections.abc import Awaitable, Callable, Sequence

from clearline.engine.events import Event
from clearline.formats.streaming.told import Audio
from clearline.record.actions.append import Answer, Received
from clearline.record.receiving import written
from clearline.record.writer import Writer


class Onward:
    """Stores events; words that may change and sound are counted and let go."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.partials, self.pieces = 0, 0

    async def take(
        self, actor: str, source: str, events: Sequence[Event], partials: Sequence[Event]
    ) -> list[Answer]:
        self.partials += len(partials)
        received = [Received(source, event, actor) for event in events]
        return await written(lambda: self.writer.submit(received)) if received else []

    def attach(self, call: str, send: Callable[[str], Awaitable[None]]) -> Callable[[], object]:  # noqa: ARG002
        return lambda: None

    def sound(self, audio: Sequence[Audio]) -> None:
        self.pieces += len(audio)
