"""Switches that can be asked over the connection by which they send a call's sound, as Genesys can."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from clearline.engine.events import Event
from clearline.formats.errors import Unreadable
from clearline.live import wire
from clearline.live.deeds import BY_HAND, Acted
from clearline.live.switches.asking import HAPPENED, SwitchError, told

Order = Callable[[str], Awaitable[None]]
_HAPPENED: Final = frozenset(HAPPENED.values())


class Lines:
    """Every open connection of this kind. It belongs to the event loop."""

    def __init__(self) -> None:
        self._orders: dict[str, list[Order]] = {}
        self._waiting: dict[tuple[str, str], list[asyncio.Future[None]]] = {}

    def __contains__(self, call: str) -> bool:
        return call in self._orders

    def attach(self, call: str, order: Order) -> Callable[[], None]:
        """From now on this call's recording can be switched so; what comes back ends that."""
        self._orders.setdefault(call, []).append(order)

        def detach() -> None:
            left = [one for one in self._orders.get(call, ()) if one is not order]
            if left:
                self._orders[call] = left
            else:
                self._orders.pop(call, None)

        return detach

    def heard(self, event: Event) -> None:
        """Something happened in a call: it may be what was asked for."""
        if event.type in _HAPPENED:
            for one in self._waiting.pop((event.subjects.get("call", ""), event.type), ()):
                if not one.done():
                    one.set_result(None)

    async def ask(self, deed: wire.Deed) -> Acted:
        """The event comes over the connection itself, and is stored by whoever reads it."""
        trouble = await told(lambda: self._act(deed))
        return Acted(trouble=f"{trouble} {BY_HAND[deed.deed]}" if trouble else "")

    async def _act(self, deed: wire.Deed) -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault((deed.call, HAPPENED[deed.deed]), [])
        waiting.append(answer)
        try:
            for order in [*self._orders.get(deed.call, ())]:
                await order(deed.deed)
            await answer
        except (Unreadable, ValueError, OSError) as error:
            raise SwitchError("The switch can't be asked over its connection.") from error
        finally:
            if answer in waiting:
                waiting.remove(answer)
            if not waiting and self._waiting.get((deed.call, HAPPENED[deed.deed])) is waiting:
                del self._waiting[deed.call, HAPPENED[deed.deed]]
