"""From paths to the files that are to be read, with a line for each that is left out."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from clearline.formats.text import SIZE_LIMIT
from clearline.reports.masked import masked_name
from clearline.reports.reviewed import SCHEMA, NotReviewed
from clearline.speech import kinds

STDIN = "-"
SUFFIXES = {"", ".json", ".jsonl", ".ndjson", ".vcon", ".vtt", ".srt", ".txt", ".log"} | kinds.SUFFIXES


class Task(msgspec.Struct, frozen=True):
    """A file to be read; `data` is what came by standard input."""

    shown: str  # its name, masked
    path: str
    size: int
    data: bytes | None = None
    place: str = ""  # under the folder that was named
    sounds: bool = False  # it is a recording by its first bytes, whatever it is called

    def read(self, most: int = SIZE_LIMIT + 1) -> bytes:
        """The bytes, at most so many; OSError where it can't be read."""
        if self.data is not None:
            return self.data[:most]
        with Path(self.path).open("rb") as file:
            return file.read(most)

    @property
    def heard(self) -> bool:
        """Whether it is taken for a recording, which takes longer than to read a transcript."""
        return self.sounds or Path(self.path).suffix.lower() in kinds.SUFFIXES


def find(paths: Iterable[str], own: Iterable[Path] = (), *, under: str = "") -> Iterator[Task | NotReviewed]:
    """Every file of the paths, folders walked in order; those of our own output are left out.

    Names are shown as they were given, but for the beginning `under`.

    What was named is read whatever it is called; in a folder only what is called like a transcript or a recording, or is a
    recording by its first bytes.
    """
    finder = _Finder({path.resolve() for path in own}, under)
    for path in paths:
        yield from finder.named(path)


def excluded(shown: str, reason: str, told: str = "") -> NotReviewed:
    """The line of a file that is in order, but not to be judged; `told` says more than files are counted by."""
    return NotReviewed(SCHEMA, shown, "excluded", reason, f"{shown}: {told or reason}")


def failed(shown: str, reason: str, told: str) -> NotReviewed:
    """The line of a file that could not be read or judged."""
    return NotReviewed(SCHEMA, shown, "failed", reason, f"{shown}: {told}")


def unreadable(shown: str, error: OSError) -> NotReviewed:
    """The line of a file that the system does not give."""
    told = (error.strerror or type(error).__name__).lower()
    return failed(shown, told, f"it can't be opened ({told}). Check that it is there and may be read.")


class _Finder:
    """Remembers what it has met, so that no call is counted twice and no loop of links is walked twice."""

    def __init__(self, own: set[Path], under: str) -> None:
        self.own = own
        self.under = under
        self.met: set[tuple[int, int]] = set()
        self.root = Path()

    def named(self, path: str) -> Iterator[Task | NotReviewed]:
        shown, self.root = self._shown(path), Path(path)
        try:
            about = os.stat(path)  # noqa: PTH116 - a Path would take the dot from ./-
        except (OSError, ValueError) as error:
            yield unreadable(shown, error if isinstance(error, OSError) else OSError(0, "no such name"))
            return
        if stat.S_ISDIR(about.st_mode):
            yield from self._folder(path, shown, about)
        else:
            yield self._file(path, shown, about)

    def _folder(self, path: str, shown: str, about: os.stat_result) -> Iterator[Task | NotReviewed]:
        if self._again(about):
            yield excluded(shown, "a folder that was walked already")
            return
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            yield unreadable(shown, error)
            return
        for entry in entries:
            name = self._shown(entry.path)
            try:
                about = entry.stat()
            except OSError as error:
                yield unreadable(name, error)
                continue
            if entry.name.startswith("."):
                yield excluded(name, "hidden")
            elif stat.S_ISDIR(about.st_mode):
                yield from self._folder(entry.path, name, about)
            elif Path(entry.name).suffix.lower() not in SUFFIXES and stat.S_ISREG(about.st_mode):
                yield self._odd(entry.path, name, about)
            else:
                yield self._file(entry.path, name, about)

    def _odd(self, path: str, shown: str, about: os.stat_result) -> Task | NotReviewed:
        """A file that is called like nothing that is read: it may be a recording all the same."""
        try:
            with Path(path).open("rb") as file:
                head = file.read(kinds.HEAD)
        except OSError as error:
            return unreadable(shown, error)
        if kinds.recording(head):
            return self._file(path, shown, about, sounds=True)
        reason = "neither transcript nor recording"
        return excluded(
            shown, reason, f"{reason} by its name (*{Path(shown).suffix.lower()}); it is {kinds.other(head)}"
        )

    def _file(
        self, path: str, shown: str, about: os.stat_result, *, sounds: bool = False
    ) -> Task | NotReviewed:
        if not stat.S_ISREG(about.st_mode):
            return excluded(shown, "neither a file nor a folder")
        if Path(path).resolve() in self.own:
            return excluded(shown, "a report of this very run")
        if self._again(about):
            return excluded(shown, "a file that was met already")
        place = Path(path).name if Path(path) == self.root else str(Path(path).relative_to(self.root))
        return Task(shown, path, about.st_size, place=place, sounds=sounds)

    def _shown(self, path: str) -> str:
        return masked_name(path.removeprefix(self.under))

    def _again(self, about: os.stat_result) -> bool:
        known = (about.st_dev, about.st_ino)
        again = known in self.met
        self.met.add(known)
        return again
