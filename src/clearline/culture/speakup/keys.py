"""Who opens what: every report has a key of its own, sealed to its handlers, and to whoever holds the receipt code. Pure but for the dice.

The report's key opens all of it; from it come one key for the letters, which the reporter has too, and one for the handlers' notes,
which the reporter has not. Nothing here is new: X25519 sealed boxes, XChaCha20-Poly1305, BLAKE2b and Argon2id are libsodium's.
"""

import hashlib
from typing import Final, NamedTuple

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead
from nacl.utils import random

from clearline.engine.errors import ClearlineError

SIZE: Final = 32
SEALED: Final = 80  # bytes of a report's key in a sealed box
KIB: Final = 1024
CLASSES: Final = tuple(size * KIB for size in (4, 64, 512, 2048, 8192, 16384))
"""What is sealed is filled up to one of these, so that its length tells little."""
_LENGTH: Final = 8  # bytes that hold how long the content is
_SALT: Final = b"clearlinespeakup"  # one for all: codes are drawn at random, and no table of them can be made


class Cost(NamedTuple):
    """What one guess costs: passes and bytes of memory of Argon2id."""

    passes: int
    memory: int


OF_CODES: Final = Cost(3, 64 * KIB * KIB)
OF_PASSPHRASES: Final = Cost(4, 128 * KIB * KIB)


class SpeakUpError(ClearlineError):
    """What can go wrong when something is sealed or opened."""


class ShutError(SpeakUpError):
    """It can't be opened with this key: it is another's, or the content was changed."""


class TooLargeError(SpeakUpError):
    """It is larger than the largest size class."""


class Receipt(NamedTuple):
    """What comes from a receipt code: under what the report is found, and what opens its letters."""

    lookup: bytes
    key: bytes


class Locked(NamedTuple):
    """A holder's pair of keys: the public one, and the private one under a passphrase."""

    public: bytes
    private: bytes
    salt: bytes
    cost: Cost


def receipt(code: bytes, cost: Cost | None = None) -> Receipt:
    """Slow on purpose; the same code leads to the same receipt, and no receipt back to its code."""
    both = _stretched(code, _SALT, cost or OF_CODES, 2 * SIZE)
    return Receipt(both[:SIZE], both[SIZE:])


def new() -> bytes:
    """The key of a report."""
    return random(SIZE)


def of_letters(report: bytes) -> bytes:
    """The key that its reporter has, too."""
    return _derived(report, b"letters")


def of_notes(report: bytes) -> bytes:
    """The key of what handlers keep to themselves."""
    return _derived(report, b"notes")


def shut(key: bytes, content: bytes, place: str) -> bytes:
    """The content padded and encrypted, for this place alone: elsewhere it does not open."""
    return bytes(Aead(key).encrypt(_padded(content), place.encode()))


def opened(key: bytes, sealed: bytes, place: str) -> bytes:
    """The content again; ShutError with another key, for another place, or when a byte of it was changed."""
    try:
        return _unpadded(Aead(key).decrypt(sealed, place.encode()))
    except CryptoError as error:
        raise ShutError(ShutError.__doc__) from error


def sealed_to(public: bytes, report: bytes) -> bytes:
    """A report's key for one holder."""
    return bytes(SealedBox(PublicKey(public)).encrypt(report))


def decoy() -> bytes:
    """What stands in place of that for somebody who may not read: nobody can tell it from one that opens."""
    return sealed_to(bytes(PrivateKey.generate().public_key), random(SIZE))


def unsealed(private: bytes, sealed: bytes) -> bytes | None:
    """The report's key; None where it is sealed to somebody else."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(sealed))
    except CryptoError:
        return None


def pair(passphrase: str, cost: Cost | None = None) -> Locked:
    """A new pair of keys. The private one is never stored without its passphrase."""
    private, salt, cost = PrivateKey.generate(), random(pwhash.argon2id.SALTBYTES), cost or OF_PASSPHRASES
    return _locked(private, passphrase, salt, cost)


def unlocked(locked: Locked, passphrase: str) -> bytes:
    """The private key; ShutError with a wrong passphrase."""
    key = _stretched(passphrase.encode(), locked.salt, locked.cost, SIZE)
    return opened(key, locked.private, locked.public.hex())


def locked_anew(private: bytes, passphrase: str, cost: Cost | None = None) -> Locked:
    """The same keys under another passphrase."""
    salt = random(pwhash.argon2id.SALTBYTES)
    return _locked(PrivateKey(private), passphrase, salt, cost or OF_PASSPHRASES)


def fingerprint(public: bytes) -> str:
    """By what two people compare a key: `3f9a 01c2 …`."""
    told = hashlib.sha256(public).hexdigest()[:24]
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))


def _locked(private: PrivateKey, passphrase: str, salt: bytes, cost: Cost) -> Locked:
    public = bytes(private.public_key)
    key = _stretched(passphrase.encode(), salt, cost, SIZE)
    return Locked(public, shut(key, bytes(private), public.hex()), salt, cost)


def _stretched(secret: bytes, salt: bytes, cost: Cost, size: int) -> bytes:
    return bytes(pwhash.argon2id.kdf(size, secret, salt, cost.passes, cost.memory))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(key=key, digest_size=SIZE, person=purpose.ljust(16, b" ")).digest()


def _padded(content: bytes) -> bytes:
    size = next((size for size in CLASSES if len(content) + _LENGTH <= size), None)
    if size is None:
        raise TooLargeError(TooLargeError.__doc__)
    return (len(content).to_bytes(_LENGTH, "big") + content).ljust(size, b"\0")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH], "big")
    return padded[_LENGTH : _LENGTH + length]
