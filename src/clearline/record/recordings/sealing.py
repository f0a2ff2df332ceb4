"""What comes is sealed on its way to the disk: AES-256-GCM, chunk by chunk, under a key of its own.

    chunk n  = AES-GCM(key, nonce = n, data = up to a mebibyte, and whether it is the last)

The key opens this one file; the record holds it under the home's secret. To destroy the key is to destroy the original,
on whatever disk a copy of it lies.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from clearline.engine.errors import ClearlineError
from clearline.record.recordings import places

CHUNK: Final = 1 << 20
_TAG, _NONCE = 16, 12
_MORE, _LAST = b"more", b"last"
_FOR: Final = b"clearline recordings v1"


class UnopenedError(ClearlineError):
    """A sealed original can't be opened."""


class Incoming:
    """A recording on its way in: counted, hashed and sealed, and nowhere to be found until it is kept."""

    def __init__(self, uid: str) -> None:
        self.uid, self.size = uid, 0
        self._key = AESGCM.generate_key(256)
        self._hash = hashlib.sha256()
        self._held = bytearray()
        self._chunks = 0
        self._cipher = AESGCM(self._key)
        self._path = places.sealed(f".{uid}.coming")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def take(self, block: bytes) -> None:
        """The next bytes of it; an OSError where the disk has no room."""
        self._hash.update(block)
        self.size += len(block)
        self._held += block
        while len(self._held) > CHUNK:  # the last one is left for the end, which marks it
            self._seal(bytes(self._held[:CHUNK]), _MORE)
            del self._held[:CHUNK]

    def end(self) -> None:
        """All has come: it is on the disk, and has no name yet."""
        self._seal(bytes(self._held), _LAST)
        self._held.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def keep(self, uid: str) -> bytes:
        """Gives it its name; the key for the record, which only this home opens."""
        self._path.replace(places.sealed(uid))
        nonce = os.urandom(_NONCE)
        return nonce + _home().encrypt(nonce, self._key, uid.encode())

    def discard(self) -> None:
        """It was not wanted, or did not come whole; no harm where it was kept."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _seal(self, chunk: bytes, mark: bytes) -> None:
        self._file.write(self._cipher.encrypt(self._chunks.to_bytes(_NONCE), chunk, mark))
        self._chunks += 1


def unsealed(uid: str, key: bytes) -> Iterator[bytes]:
    """What came, chunk by chunk; each has proved to be what was sealed, and the last that nothing was cut off."""
    path = places.sealed(uid)
    try:
        cipher = AESGCM(_home().decrypt(key[:_NONCE], key[_NONCE:], uid.encode()))
        left = path.stat().st_size
        with path.open("rb") as file:
            number = 0
            while left > 0:
                sealed = file.read(CHUNK + _TAG)
                left -= len(sealed)
                yield cipher.decrypt(number.to_bytes(_NONCE), sealed, _MORE if left > 0 else _LAST)
                number += 1
    except InvalidTag:
        raise UnopenedError("what was kept of it is damaged, or of another home: send it again") from None
    except FileNotFoundError:
        raise UnopenedError("what came is not here any more: send it again") from None
    if not number:
        raise UnopenedError("what was kept of it is empty: send it again")


def opened(uid: str, key: bytes) -> Path:
    """What came, as a file of its own, which whoever asked for it deletes."""
    path = places.opened(uid)
    with places.written(path) as file:
        for chunk in unsealed(uid, key):
            file.write(chunk)
    return path


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _home() -> AESGCM:
    return AESGCM(hashlib.sha256(_FOR + settings.HOME.secret("recordings").encode()).digest())
