"""When a term happens: a name at once, `and` at the later, `or` at either, `then` in order."""

from __future__ import annotations

from typing import Any, Protocol


class Tracker(Protocol):
    """Follows one term through the moments; `mask` are all the bits that it listens to."""

    mask: int
    fresh: Any

    def feed(self, progress: Any, bits: int) -> tuple[Any, bool]: ...


class Either:
    """Happens when any of its bits does. Without memory."""

    fresh = None

    def __init__(self, mask: int) -> None:
        self.mask = mask

    def feed(self, progress: None, bits: int) -> tuple[None, bool]:
        return progress, bits & self.mask != 0


class AnyOf:
    """Happens when any of its parts does; parts have memory of their own."""

    def __init__(self, parts: tuple[Tracker, ...]) -> None:
        self.parts = parts
        self.mask = _union(parts)
        self.fresh = tuple(part.fresh for part in parts)

    def feed(self, progress: Any, bits: int) -> tuple[Any, bool]:
        fed = [part.feed(known, bits) for part, known in zip(self.parts, progress, strict=True)]
        if any(happened for _, happened in fed):
            return self.fresh, True
        return tuple(known for known, _ in fed), False


class AllOf:
    """Happens when the last of its parts has happened, in whatever order."""

    def __init__(self, parts: tuple[Tracker, ...]) -> None:
        self.parts = parts
        self.mask = _union(parts)
        self.fresh = tuple((part.fresh, False) for part in parts)

    def feed(self, progress: Any, bits: int) -> tuple[Any, bool]:
        fed = []
        for part, (known, happened) in zip(self.parts, progress, strict=True):
            after, now = part.feed(known, bits) if not happened else (known, False)
            fed.append((after, happened or now))
        if all(happened for _, happened in fed):
            return self.fresh, True
        return tuple(fed), False


class InOrder:
    """Happens when its parts have happened one after the other, each at a moment of its own."""

    def __init__(self, parts: tuple[Tracker, ...]) -> None:
        self.parts = parts
        self.mask = _union(parts)
        self.fresh = (0, parts[0].fresh)

    def feed(self, progress: Any, bits: int) -> tuple[Any, bool]:
        index, known = progress
        known, happened = self.parts[index].feed(known, bits)
        if not happened:
            return (index, known), False
        if index + 1 == len(self.parts):
            return self.fresh, True
        return (index + 1, self.parts[index + 1].fresh), False


def _union(parts: tuple[Tracker, ...]) -> int:
    mask = 0
    for part in parts:
        mask |= part.mask
    return mask
