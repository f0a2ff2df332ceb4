"""The log's keys on disk, and what was last signed: the memory that a restored database does not have."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clearline.evidence.errors import EvidenceError, RolledBack
from clearline.seal.keys import LOG, SignerKey, signer_key
from clearline.seal.rings import Ring

SIGNER, NEXT, RING, LAST, LOCK = "log.key", "log.key.next", "log.vkey", "log.last", "log.lock"


@dataclass(frozen=True, slots=True)
class Last:
    """The size and root that were last signed, in a file of its own."""

    path: Path

    def follow(self, size: int, root_of: Callable[[int], bytes]) -> None:
        """RolledBack unless the log of this size continues what was signed last."""
        if not self.path.exists():
            return
        old, root = self.path.read_text(encoding="ascii").split()
        if int(old) > size:
            raise RolledBack(
                f"the log has {size:,} entries, but {int(old):,} were signed: the database went back. "
                "Restore the newest backup, or have an auditor look at both"
            )
        if root_of(int(old)).hex() != root:
            raise RolledBack(f"the first {int(old):,} entries of the log are not those that were signed")

    def keep(self, size: int, root: bytes) -> None:
        """Remembers, so that it survives a power cut."""
        write(self.path, f"{size} {root.hex()}\n")


@dataclass(frozen=True, slots=True)
class Keys:
    """The signer in use, the ring of all keys so far, and what was signed last."""

    signer: SignerKey
    ring: Ring
    last: Last

    @property
    def folder(self) -> Path:
        return self.last.path.parent


def open_keys(folder: Path, origin: str = "") -> Keys:
    """The keys in a folder; made when there are none, under this name of the log or a random one."""
    with alone(folder):
        if not (folder / RING).exists():
            name = origin or f"clearline/{secrets.token_hex(8)}"
            made = SignerKey(name, LOG, secrets.token_bytes(32))
            write(folder / NEXT, made.secret())
            write(folder / RING, str(Ring.of(made.verifier)))
        keys = read_keys(folder)
    if origin and keys.ring.origin != origin:
        raise EvidenceError(
            f"the keys in {folder} are those of the log {keys.ring.origin}, not of {origin}: a log keeps its name. "
            "Take CLEARLINE_ORIGIN back"
        )
    return keys


def read_keys(folder: Path) -> Keys:
    """The keys as they are now, for whoever is alone with them. A change of keys that was cut short is finished."""
    ring = Ring.parse((folder / RING).read_text(encoding="utf-8"))
    for name in (SIGNER, NEXT):
        path = folder / name
        if not path.exists():
            continue
        signer = signer_key(path.read_text(encoding="utf-8").strip())
        if signer.verifier == ring.keys[-1]:
            if name == NEXT:
                _rename(path, folder / SIGNER)
            return Keys(signer, ring, Last(folder / LAST))
    raise EvidenceError(
        f"{folder / SIGNER} is missing, or is not the newest key of {RING}: restore both from one backup"
    )


def rotated(keys: Keys, since: int) -> Keys:
    """A new key, which the old one vouches for and which signs from this size on; for whoever is alone with the keys."""
    made = SignerKey(keys.ring.origin, LOG, secrets.token_bytes(32))
    ring = keys.ring.rotated(keys.signer, made.verifier, since)
    write(keys.folder / NEXT, made.secret())
    write(keys.folder / RING, str(ring))  # from here on the new key counts
    return read_keys(keys.folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else signs or changes keys meanwhile, in this process or another."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _rename(beside, path)


def sync(folder: Path) -> None:
    """Names in a folder survive a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename(path: Path, to: Path) -> None:
    path.replace(to)
    sync(path.parent)
