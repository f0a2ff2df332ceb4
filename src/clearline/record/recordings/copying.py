"""The muted copies in a backup. Originals are in none: one that has to be destroyed must not live on in a copy."""

import shutil
from pathlib import Path

from django.db.models import QuerySet

from clearline.record.models import Recording
from clearline.record.recordings import places
from clearline.record.recordings.sealing import digest

FOLDER = places.FOLDER  # in a backup, as in a home


def copy_out(folder: Path) -> None:
    """Copies the files that a backup has not got yet.

    Called before and after the record is copied, it has all that the copied record names: a file never changes, and has
    its name before its row tells of it.
    """
    to = folder / FOLDER
    for uid in _released().values_list("uid", flat=True).iterator():
        source = places.muted(uid)
        if source.is_file() and not (to / source.name).exists():
            to.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy(source, to / source.name)
            except FileNotFoundError:  # deleted just now
                (to / source.name).unlink(missing_ok=True)


def copy_in(folder: Path) -> list[str]:
    """Brings the copies that the restored record names to their place, each proven to the bit; the calls of those that are missing."""
    missing = []
    for row in _released().iterator():
        source = folder / FOLDER / places.muted(row.uid).name
        if not source.is_file() or digest(source) != row.muted:
            missing.append(row.call)
            continue
        with source.open("rb") as file, places.written(places.muted(row.uid)) as to:
            shutil.copyfileobj(file, to)
    return missing


def _released() -> QuerySet[Recording]:
    return Recording.objects.exclude(muted="").order_by("pk")
