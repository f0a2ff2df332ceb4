"""Who looks at running calls. A viewer is told which calls changed, however often, and fetches them when it can."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Viewer:
    """One open page: what has changed since it last looked. It can't fall behind, it only misses what is past."""

    wants: Callable[[str], bool]
    changed: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, call: str) -> None:
        if self.wants(call):
            self.changed.add(call)
            self._woken.set()

    async def news(self, patience: float) -> set[str]:
        """The calls that changed; nothing where none did in time."""
        try:
            async with asyncio.timeout(patience):
                await self._woken.wait()
        except TimeoutError:
            return set()
        self._woken.clear()
        told, self.changed = self.changed, set()
        return told


class Viewers:
    """All open pages."""

    def __init__(self) -> None:
        self._all: set[Viewer] = set()

    @contextmanager
    def looking(self, calls: Iterable[str], wants: Callable[[str], bool]) -> Iterator[Viewer]:
        """A page that is open, and which calls it is about; to begin with all of these are news to it."""
        viewer = Viewer(wants)
        for call in calls:
            viewer.tell(call)
        self._all.add(viewer)
        try:
            yield viewer
        finally:
            self._all.discard(viewer)

    def tell(self, call: str) -> None:
        for viewer in self._all:
            viewer.tell(call)

    def __len__(self) -> int:
        return len(self._all)
