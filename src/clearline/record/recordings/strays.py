"""Files of recordings that no row stands behind: who deleted the row, or kept the file, died before they were done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clearline.engine.events import SECOND, Instant
from clearline.record.models import Recording
from clearline.record.recordings import places

_SETTLED: Final = 86_400 * SECOND  # what is younger may still be on its way


def strays(now: Instant) -> Iterator[Path]:
    """All of them, a day after they were written."""
    for path in places.files():
        if path.stat().st_mtime * SECOND < now - _SETTLED and not _stands(path):
            yield path


def _stands(path: Path) -> bool:
    rows = Recording.objects.filter(uid=path.stem)
    if path == places.muted(path.stem):
        return rows.exclude(muted="").exists()
    return path == places.sealed(path.stem) and rows.exclude(key=None).exists()
