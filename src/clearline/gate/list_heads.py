"""The first page of a list's file says what the list is, under a checksum; a file comes into being whole or not at all."""

import hashlib
import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from clearline.engine.errors import ClearlineError
from clearline.engine.events import Instant

MAGIC: Final = b"CLRLIST1"
PAGE: Final = 8_192  # 800 area codes have room in it twice
_SUM: Final = 32
_BLOCK: Final = 1 << 22


class ListError(ClearlineError):
    """A list can't be read, loaded or asked."""


class DamagedList(ListError):  # noqa: N818 - a state of a file
    """What stands on disk is not what was written there: load the list again."""


class UnreadableList(ListError):  # noqa: N818 - a state of a file
    """The file that was brought holds no list, or is not safe to read."""


Parts = Iterable[bytes | memoryview]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a list's file is, and what follows the page."""

    form: str  # bits or sorted
    snapshot: str
    name: str
    made: Instant
    numbers: int
    blocks: tuple[int, ...] = ()  # area codes in the order of their blocks
    areas: tuple[int, ...] = ()  # area codes that the list covers; sorted lists cover what their name says
    sha256: str = ""  # of what follows the page
    size: int = 0  # of the same, in bytes


def write(path: Path, head: Head, parts: Parts) -> Head:
    """Writes page and parts under another name, waits for the disk, and only then gives the file its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    other = path.with_name(f".{path.name}.{os.getpid()}")
    digest, size = hashlib.sha256(), 0
    try:
        with other.open("xb") as file:
            file.write(bytes(PAGE))
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
            head = msgspec.structs.replace(head, sha256=digest.hexdigest(), size=size)
            file.seek(0)
            file.write(_page(head))
            file.flush()
            os.fsync(file.fileno())
        other.replace(path)
    finally:
        other.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return head


def read(path: Path, form: str) -> tuple[Head, memoryview]:
    """The head, and all that follows it, mapped; DamagedList where page or size are not those that were written."""
    try:
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise DamagedList(f"the list at {path} can't be opened ({error}); load it again") from None
    page = held[:PAGE]
    told = page[: PAGE - _SUM]
    if not told.startswith(MAGIC) or hashlib.sha256(told).digest() != page[PAGE - _SUM :]:
        raise DamagedList(f"the first page of {path} is damaged; load the list again")
    head = msgspec.json.decode(told[len(MAGIC) :].rstrip(b"\0"), type=Head)
    if head.form != form or len(held) != PAGE + head.size:
        raise DamagedList(f"{path} is not the list that its first page tells of; load it again")
    return head, memoryview(held)[PAGE:]


def check(head: Head, body: memoryview) -> None:
    """Reads all of it back; DamagedList where a bit differs from what was written."""
    digest = hashlib.sha256()
    for start in range(0, len(body), _BLOCK):
        digest.update(body[start : start + _BLOCK])
    if digest.hexdigest() != head.sha256:
        raise DamagedList(f"a bit of the list {head.name} differs from what was written; load it again")


def _page(head: Head) -> bytes:
    told = (MAGIC + msgspec.json.encode(head)).ljust(PAGE - _SUM, b"\0")
    if len(told) > PAGE - _SUM:
        raise DamagedList("what is to be said of the list does not fit on its first page")
    return told + hashlib.sha256(told).digest()
