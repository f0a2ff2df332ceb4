"""Which lines are open, so that a call has one of each: the newest takes over, and the last one ends the call."""

from typing import Final, NamedTuple

from clearline.formats.streaming.told import Stream
from clearline.intake.streams.line import AGAINST, Line

MOST: Final = 5_000  # lines
PARKED: Final = 1_000  # streams whose connection broke, and which may go on over another


class Key(NamedTuple):
    """What a line is about."""

    protocol: str
    source: str
    call: str
    leg: str = ""


class OpenLines:
    """All lines of this process."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()
        self._keys: dict[Key, Line] = {}
        self._parked: dict[Key, Stream] = {}

    def enter(self, key: Key, line: Line) -> None:
        """A line says which call it is about; an older one about the same is a broken connection, or a mistake."""
        before = self._keys.get(key)
        self._keys[key] = line
        if before is not None and before is not line:
            before.stop(AGAINST, "another connection tells of this call now")

    def leave(self, line: Line, *, may_come_back: bool) -> None:
        self.lines.discard(line)
        for key in [key for key, one in self._keys.items() if one is line]:
            del self._keys[key]
            if may_come_back:
                self._parked[key] = line.stream
                while len(self._parked) > PARKED:
                    del self._parked[next(iter(self._parked))]

    def unparked(self, key: Key) -> Stream | None:
        """The stream that broke off, or whose connection is broken without our knowing it, to be gone on with."""
        before = self._keys.get(key)
        return self._parked.pop(key, None if before is None else before.stream)

    def last(self, source: str, call: str, line: Line) -> bool:
        """Whether no other line of this sender tells of the call."""
        return all(one is line or (key.source, key.call) != (source, call) for key, one in self._keys.items())
