"""The files of lists in a backup: those that are asked, and those that wait for a person."""

import shutil
from pathlib import Path

from clearline.engine.events import Instant
from clearline.gate.list_heads import DamagedList
from clearline.gate.lists import names
from clearline.gate.lists.current import place
from clearline.gate.lists.sorted_numbers import SortedNumbers
from clearline.gate.models import Snapshot
from clearline.gate.registry import Registry

FOLDER = "lists"  # in a backup, as in a home
_WANTED = (Snapshot.State.CURRENT, Snapshot.State.HELD)


def copy_out(folder: Path) -> None:
    """Copies the files that a backup has not got yet.

    Called before and after the record is copied, it has all that the copied record names: a file never changes once it
    has its name, and goes only when two newer ones have come.
    """
    to = folder / FOLDER
    for row in Snapshot.objects.filter(state__in=_WANTED):
        path = place(row.uid, row.name)
        if path.is_file() and not (to / path.name).exists():
            to.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy(path, to / path.name)
            except FileNotFoundError:  # another list took its place just now
                continue


def copy_in(folder: Path) -> list[str]:
    """Brings the lists that the restored record names to their place, each proven to the bit; those that have to be loaded again."""
    missing = []
    for row in Snapshot.objects.filter(state__in=_WANTED).order_by("name", "-loaded"):
        source, to = folder / FOLDER / place(row.uid, row.name).name, place(row.uid, row.name)
        if not _proven(source, row):
            missing.append(row.name)
            continue
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(source, to)
        to.chmod(0o600)
    return list(dict.fromkeys(missing))


def _proven(path: Path, row: Snapshot) -> bool:
    """Whether a file is the list that a row of the record names, whole."""
    if not path.is_file():
        return False
    try:
        found = Registry.open(path) if names.as_bits(row.name) else SortedNumbers.open(path)
        found.check()
    except DamagedList:
        return False
    head = found.head
    told: tuple[str, str, Instant, int] = (head.snapshot, head.name, head.made, head.numbers)
    return told == (row.uid, row.name, row.made, row.numbers)
