"""A disk that loses power: what a process asked of the kernel, recorded by strace, and what is left of it at any moment.

The model, which is at least as hard as a journalling file system on a disk that obeys flushes:
- What a file held when it was last synced is there. Of each write since then, in any order of arrival: all of it is
  there, nothing of it, or some of its sectors of 512 bytes. A change of a file's length is there or not.
- Names (new files, renames, removals) change in the order in which they were asked for; those since the folder was
  last synced are there up to some point. Syncing a file settles its own name.
- `-shm` holds nothing that has to last: SQLite makes it anew.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink"
_LINE = re.compile(r"(\w+)\((.*)\) += (-?\d+)")
_QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FILE = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")


class Asked(NamedTuple):
    """One thing that was asked of the kernel."""

    what: str  # create, empty, write, length, sync, rename, unlink, said
    path: str
    place: int = 0
    data: bytes = b""
    to: str = ""


def recorded(command: Sequence[str], environment: dict[str, str], folder: Path, trace: Path) -> list[Asked]:
    """What a process asked for in a folder, and what it said on its standard output, in order."""
    strace = shutil.which("strace")
    assert strace is not None
    called = [strace, "-y", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(trace), *command]
    done = subprocess.run(called, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    with trace.open() as lines:
        return [one for one in _asked(lines) if one.what == "said" or one.path.startswith(f"{folder}")]


def _asked(lines: Iterator[str]) -> Iterator[Asked]:
    ends: dict[str, int] = {}  # of files that are written from one end to the other
    for line in lines:
        found = _LINE.match(line)
        if found is None or int(found[3]) < 0:
            continue
        call, inside = found[1], found[2]
        texts = [_bytes(text[1]) for text in _QUOTED.finditer(inside)]
        file = _FILE.match(inside)
        path = _bytes(file[2]).decode(errors="replace") if file else ""
        if call == "openat" and "O_CREAT" in inside:
            name = texts[-1].decode()
            yield Asked("create", name)
            if "O_TRUNC" in inside:
                ends[name] = 0
                yield Asked("empty", name)
        elif call == "write" and file and file[1] == "1":
            yield Asked("said", "", 0, texts[0])
        elif call == "write":
            yield Asked("write", path, ends.get(path, 0), texts[0])
            ends[path] = ends.get(path, 0) + len(texts[0])
        elif call == "pwrite64":
            yield Asked("write", path, int(inside.rpartition(",")[2]), texts[0])
        elif call in {"fsync", "fdatasync"}:
            yield Asked("sync", path)
        elif call == "ftruncate":
            yield Asked("length", path, int(inside.rpartition(",")[2]))
        elif call == "rename":
            yield Asked("rename", texts[0].decode(), to=texts[1].decode())
        elif call == "unlink":
            yield Asked("unlink", texts[0].decode())


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


class _File:
    """What is on the disk for sure, and what was asked since."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self.waiting: list[Asked] = []

    def sync(self) -> None:
        for one in self.waiting:
            _apply(self.data, one, range(0, len(one.data), SECTOR))
        self.waiting.clear()

    def left(self, dice: random.Random) -> bytes:
        """What may be left of it without power."""
        data = bytearray(self.data)
        for one in self.waiting:
            sectors = range(0, len(one.data), SECTOR)
            fate = dice.random()
            if fate < 0.4:
                _apply(data, one, sectors)
            elif fate < 0.6 and one.what == "write":
                _apply(data, one, [sector for sector in sectors if dice.random() < 0.5])
        return bytes(data)


def _apply(data: bytearray, one: Asked, sectors: Sequence[int]) -> None:
    if one.what in {"length", "empty"}:
        del data[one.place :]
        data.extend(bytes(one.place - len(data)))
        return
    for sector in sectors:
        part = one.data[sector : sector + SECTOR]
        start = one.place + sector
        data.extend(bytes(max(0, start + len(part) - len(data))))
        data[start : start + len(part)] = part


class Disk:
    """A folder's files as a process changes them; power may be lost after each thing that is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self._now = {str(path): _File(data) for path, data in files.items()}
        self._settled = dict(self._now)
        self._names: list[tuple[Asked, _File]] = []  # changes of names that may still be lost

    def ask(self, one: Asked) -> None:
        if one.what == "create" and one.path not in self._now:
            self._now[one.path] = _File()
            self._names.append((one, self._now[one.path]))
        elif one.what == "rename":
            self._now[one.to] = self._now.pop(one.path)
            self._names.append((one, self._now[one.to]))
        elif one.what == "unlink":
            self._names.append((one, self._now.pop(one.path)))
        elif one.what == "sync" and one.path in self._now:
            file = self._now[one.path]
            file.sync()
            own = [place for place, (_, named) in enumerate(self._names) if named is file]
            self._settle(own[-1] + 1 if own else 0)
        elif one.what == "sync":
            self._settle(len(self._names))
        elif one.what in {"write", "length", "empty"} and one.path in self._now:
            self._now[one.path].waiting.append(one)

    def _settle(self, count: int) -> None:
        for change in self._names[:count]:
            _rename(self._settled, *change)
        del self._names[:count]

    def without_power(self, dice: random.Random, to: Path) -> None:
        """Writes what may be left into another folder."""
        names = dict(self._settled)
        for change in self._names[: dice.randint(0, len(self._names))]:
            _rename(names, *change)
        for path, file in names.items():
            if not path.endswith("-shm"):
                place = to / Path(path).relative_to(self.folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.left(dice))


def _rename(names: dict[str, _File], one: Asked, file: _File) -> None:
    if one.what == "create":
        names[one.path] = file
    elif one.what == "unlink":
        names.pop(one.path, None)
    else:
        names.pop(one.path, None)
        names[one.to] = file
