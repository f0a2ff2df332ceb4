"""How any switch is asked: within two seconds, and whatever goes wrong is told in words that an agent can act on."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from clearline.engine.events import SECOND, Event
from clearline.formats.streaming.frames import name_of
from clearline.live import wire
from clearline.live.deeds import BY_HAND, Acted

PATIENCE: Final = 2.0  # seconds; a card number takes four or more to be read
HAPPENED: Final = {"pause": "recording.paused", "resume": "recording.resumed"}
LOOK: Final = "look under Settings, Switch"


class SwitchError(Exception):
    """The switch did not do what it was asked."""


class Peer(Protocol):
    """A switch that can be spoken to. Both methods raise SwitchError where it does not do what was asked."""

    async def act(self, deed: wire.Deed) -> None:
        """Comes back once the switch has said that it is done."""
        ...

    async def greet(self) -> None:
        """Whether it is there and knows us; no call is touched."""
        ...


async def asked(peer: Peer, deed: wire.Deed, name: str) -> Acted:
    """What came of a deed. The event's time is the call's: when it was asked for, and how long the answer took."""
    began = time.monotonic()
    trouble = await told(lambda: peer.act(deed))
    if trouble:
        return Acted(trouble=f"{trouble} {BY_HAND[deed.deed]}")
    at = deed.at + round((time.monotonic() - began) * SECOND)
    data = {"switch": name, "rule": deed.rule}
    event = Event(name_of(deed.call, deed.deed, deed.at), HAPPENED[deed.deed], at, data, {"call": deed.call})
    return Acted((event,))


async def told(work: Callable[[], Awaitable[None]], patience: float = PATIENCE) -> str:
    """Why it did not work; nothing where it did."""
    try:
        async with asyncio.timeout(patience):
            await work()
    except TimeoutError:
        return f"The switch did not answer within {patience:g} seconds."
    except SwitchError as error:
        return str(error)
    return ""


def named(pattern: str, call: str) -> str:
    """What the switch calls the recording of a call; never anything that could be more than a name."""
    found = pattern.replace("{call}", call)
    if not found.isprintable() or not found.strip() or len(found) > 200:
        raise SwitchError("The id of this call can't be a name at the switch.")
    return found
