"""What the switch is asked to do during a call: to pause the recording before a card is read, and to go on with it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from clearline.engine.events import Event
from clearline.live import wire

BY_HAND = {
    "pause": "Pause the recording by hand, now.",
    "resume": "Start the recording again by hand.",
}


class Acted(NamedTuple):
    """What came of asking: what happened, or what a person has to see to."""

    events: Sequence[Event] = ()
    trouble: str = ""


class Switch(Protocol):
    """Whoever can pause and resume the recording of a call."""

    async def ask(self, deed: wire.Deed) -> Acted:
        """Asks, and waits for the answer; never raises."""
        ...


class NoSwitch:
    """Where nothing is connected that could be asked."""

    async def ask(self, deed: wire.Deed) -> Acted:
        return Acted(trouble=f"No switch is connected. {BY_HAND[deed.deed]}")
