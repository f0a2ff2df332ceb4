"""Where the files of recordings lie, and how one gets its name only when all of it is there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

FOLDER = "recordings"


def muted(uid: str) -> Path:
    """The muted copy, which is played."""
    return _folder("muted") / f"{uid}.wav"


def sealed(uid: str) -> Path:
    """What came, sealed."""
    return _folder("sealed") / uid


def opened(uid: str) -> Path:
    """What came, as long as it is being heard."""
    return _folder("opened") / uid


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that is on the disk under its name when the block ends, and not at all where the block fails."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    finally:
        unfinished.unlink(missing_ok=True)


def strays() -> Iterator[Path]:
    """Files in the clear that somebody left who died while hearing; one recording is heard at a time."""
    return _folder("opened").glob("*")


def files() -> Iterator[Path]:
    """Every file of a recording, finished or not."""
    for name in ("muted", "sealed"):
        yield from _folder(name).glob("*")


def _folder(name: str) -> Path:
    home: Path = settings.HOME.path
    return home / FOLDER / name
