"""The log's keys on disk, and what was last signed: the memory that a restored database does not have."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clearline.evidence.errors import RolledBack
from clearline.seal.keys import LOG, SignerKey, signer_key
from clearline.seal.rings import Ring


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


def open_keys(folder: Path, origin: str) -> Keys:
    """The keys in a folder; made, under this name of the log, when there are none."""
    signer_path, ring_path = folder / "log.key", folder / "log.vkey"
    if not signer_path.exists():
        made = SignerKey(origin, LOG, secrets.token_bytes(32))
        write(ring_path, str(Ring.of(made.verifier)))
        write(signer_path, made.secret())
    signer = signer_key(signer_path.read_text(encoding="utf-8").strip())
    ring = Ring.parse(ring_path.read_text(encoding="utf-8"))
    return Keys(signer, ring, Last(folder / "log.last"))


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
