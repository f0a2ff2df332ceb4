"""Fetches a pack or the folder of a log over HTTP into a folder of its own, so that it can be checked offline."""

import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Final

from clearline.evidence.errors import EvidenceError
from clearline.seal.checkpoints import Checkpoint
from clearline.seal.errors import Unproven
from clearline.seal.notes import parse
from clearline.seal.tiles import tiles

PATIENCE: Final = 30.0  # seconds without a byte
_BLOCK: Final = 1 << 16
_MOST_FILES: Final = 100_000
_LISTED: Final = re.compile(r"[0-9a-f]{64} [0-9]{1,16} ([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*)")


@contextmanager
def fetched(source: str, most: int) -> Iterator[Path]:
    """A path as it is; what stands at a URL in a place that is gone afterwards, up to `most` bytes."""
    if not source.startswith(("http://", "https://")):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="clearline-") as name:
        yield _Fetching(source, Path(name), most).all()


class _Fetching:
    """One pack or log on its way."""

    def __init__(self, url: str, folder: Path, most: int) -> None:
        self.url, self.folder, self.left = url, folder, most

    def all(self) -> Path:
        archive = self.folder / "pack.zip"
        if self._take(self.url, archive) and archive.read_bytes()[:4] == b"PK\3\4":
            return archive
        archive.unlink(missing_ok=True)
        if not self._file("checkpoint"):
            raise EvidenceError(f"there is no pack at {self.url}, and no log with a checkpoint below it")
        for path in self._paths():
            if not self._file(path) and path != "witness.vkey":
                raise EvidenceError(f"{self.url} has no {path}")
        return self.folder

    def _paths(self) -> list[str]:
        """The files of a pack by its manifest, or of a log by the size in its checkpoint. The verifier judges both."""
        if self._file("manifest"):
            text = (self.folder / "manifest").read_text(encoding="utf-8", errors="replace")
            listed = [found[1] for line in text.split("\n") if (found := _LISTED.fullmatch(line))]
            wanted = [path for path in listed if path != "checkpoint" and ".." not in path.split("/")]
        else:
            try:
                head = Checkpoint.parse(parse((self.folder / "checkpoint").read_bytes()).text)
            except Unproven as fault:
                raise EvidenceError(f"what stands at {self.url}/checkpoint: {fault}") from None
            if head.size > _MOST_FILES * 256:
                raise EvidenceError(f"the log claims {head.size:,} entries; fetch it by other means")
            wanted = ["log.vkey", "witness.vkey", "entries.jsonl", *(tile.path for tile in tiles(head.size))]
        if len(wanted) > _MOST_FILES:
            raise EvidenceError(f"it has {len(wanted):,} files; fetch it by other means")
        return wanted

    def _file(self, path: str) -> bool:
        place = self.folder / path
        if not place.resolve().is_relative_to(self.folder.resolve()):
            raise EvidenceError("a path in the manifest leads elsewhere")
        place.parent.mkdir(parents=True, exist_ok=True)
        return self._take(f"{self.url.rstrip('/')}/{path}", place)

    def _take(self, url: str, place: Path) -> bool:
        """Whether there was something."""
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer, place.open("wb") as file:  # noqa: S310 - http only
                while block := answer.read(_BLOCK):
                    self.left -= len(block)
                    if self.left < 0:
                        raise EvidenceError("it is larger than may be fetched (--most)")
                    file.write(block)
        except urllib.error.HTTPError as error:
            if error.code in {403, 404, 405, 410}:
                return False
            raise EvidenceError(f"{url} answers with status {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise EvidenceError(f"{url} can't be fetched: {error}") from None
        return True
