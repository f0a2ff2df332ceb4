"""Compiled phrases, kept from one start to the next: to make them takes seconds, to read them a thousandth of one.

They are read by a library that believes its input, so only what this user wrote into a folder that is closed to others is read.
Whatever is wrong with a file or the folder, the phrases are compiled as ever.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from clearline.speech.weights import cache

MOST: Final = 60  # files; those that were not used for longest are removed
_SUM: Final = 32  # bytes of SHA-256, before the rest
_OTHERS: Final = 0o022  # may write


class Kept:
    """A folder of what was compiled; the user's cache if none is named."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache() / "phrases"

    def kept(self, name: str) -> bytes | None:
        """What was kept under the name, whole; None if there is nothing that can be believed."""
        path = self.folder / name
        try:
            for one in (self.folder, path):
                told = one.stat(follow_symlinks=False)
                if told.st_uid != os.geteuid() or told.st_mode & _OTHERS:
                    return None
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data[_SUM:] if hashlib.sha256(data[_SUM:]).digest() == data[:_SUM] else None

    def keep(self, name: str, made: bytes) -> None:
        """Keeps it if that is possible; all at once, so that nobody reads half."""
        with suppress(OSError):  # a full or a closed disk costs the time to compile, and nothing else
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
                file.write(hashlib.sha256(made).digest() + made)
            Path(file.name).replace(self.folder / name)
            found = sorted(self.folder.iterdir(), key=lambda one: one.stat().st_mtime)
            for old in found[:-MOST]:
                old.unlink(missing_ok=True)
