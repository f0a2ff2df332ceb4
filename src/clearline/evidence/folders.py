"""Writes the files of a pack: into a folder that nobody sees before it is whole, or an archive of it."""

import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import sync
from clearline.seal.packs import Listed, Member, archive

_BLOCK = 1 << 20


class Folder:
    """The files that were written, and what a manifest and an archive tell of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listed: list[Listed] = []
        self._checks: dict[str, int] = {}

    def write(self, path: str, parts: Iterable[bytes]) -> None:
        """Writes a file from parts that may never be in memory together."""
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        digest, check, size = sha256(), 0, 0
        with place.open("xb") as file:
            for block in _blocks(parts):
                file.write(block)
                digest.update(block)
                check, size = zlib.crc32(block, check), size + len(block)
        self.listed.append(Listed(path, size, digest.digest()))
        self._checks[path] = check

    def archive(self) -> Iterator[bytes]:
        """All of it as a ZIP file."""
        files = sorted(self.listed)
        yield from archive(
            Member(one.path, one.size, self._checks[one.path], self._read(one.path)) for one in files
        )

    def _read(self, path: str) -> Iterator[bytes]:
        with (self.path / path).open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


@contextmanager
def unseen(path: Path) -> Iterator[Folder]:
    """A folder beside the path, which is gone afterwards unless it got its name."""
    if path.exists():
        raise EvidenceError(f"there is something at {path} already: name another place")
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise EvidenceError(f"nothing can be written beside {path}: {error.strerror}") from None
    try:
        yield Folder(beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def name_folder(folder: Folder, path: Path) -> None:
    """Gives a whole folder its name, once the disk has all of it."""
    os.sync()  # thousands of small files; a call for each would take seconds
    folder.path.chmod(0o755)
    folder.path.rename(path)
    sync(path.parent)


def name_archive(folder: Folder, path: Path) -> None:
    """Writes the folder as an archive, and gives that the name."""
    beside = folder.path.with_name(f"{folder.path.name}.zip")
    try:
        with beside.open("xb") as file:
            for block in folder.archive():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


def _blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts joined to about a megabyte each."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _BLOCK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
