"""Secrets of connections and of the switch at rest: AES-256-GCM, bound to their row and place, under a key that lies in the home."""

import hashlib
import os
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE: Final = 12
_FOR: Final = b"clearline connections v1"


def sealed(secret: str, row: str, place: str) -> bytes:
    """The secret so that only this home opens it, and only for this row and place in it."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, secret.encode(), f"{row} {place}".encode())


def opened(kept: bytes, row: str, place: str) -> str:
    """The secret again; cryptography's InvalidTag where it is not of this home, row and place."""
    return _cipher().decrypt(kept[:_NONCE], kept[_NONCE:], f"{row} {place}".encode()).decode()


@cache
def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(_FOR + settings.HOME.secret("connections").encode()).digest())
