"""Keyed commitments: what the log holds in place of content. Without the key they say nothing; with it they bind."""

import hmac
import json
from typing import Any

from clearline.seal.errors import NotVerified

KEY_SIZE = 32
_LABEL = b"clearline/commitment/v1\n"
_KEY_LABEL = b"clearline/entry-key/v1\n"


def canonical(value: Any) -> bytes:
    """JSON in the one way we write it: keys in order, no spaces, UTF-8; ValueError for what JSON has no word for."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def entry_key(secret: bytes, label: str) -> bytes:
    """The key of one entry, which opens it and no other: 32 bytes from the secret of whom or what it is about."""
    return hmac.digest(secret, _KEY_LABEL + label.encode(), "sha256")


def commitment(key: bytes, payload: bytes) -> bytes:
    """HMAC-SHA256 of the payload under a key of 32 random bytes; forget the key and the payload is gone."""
    if len(key) != KEY_SIZE:
        raise ValueError(
            f"a key has {KEY_SIZE} bytes: shorter ones can be guessed, and two must never be equal"
        )
    return hmac.digest(key, _LABEL + payload, "sha256")


def check(committed: bytes, key: bytes, payload: bytes) -> None:
    """NotVerified unless key and payload open the commitment."""
    if len(key) != KEY_SIZE or not hmac.compare_digest(committed, commitment(key, payload)):
        raise NotVerified("key and payload do not open the commitment")
