"""Keys of C2SP signed notes: Ed25519 for logs (type 1), timestamped Ed25519 for witnesses (type 4), as text and in use."""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clearline.seal.errors import Malformed, NotVerified

LOG, WITNESS = 1, 4  # signature types
_KEY_SIZE, _TIME_SIZE = 32, 8
_HEX = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key, under its name."""

    name: str
    type: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(f"{self.name}\n".encode() + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes([self.type]) + self.public)}"

    def verify(self, text: str, signature: bytes) -> None:
        """NotVerified unless this key made the signature over the text of a note."""
        at = None
        if self.type == WITNESS:
            at, signature = int.from_bytes(signature[:_TIME_SIZE], "big"), signature[_TIME_SIZE:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, _message(text, at))
        except InvalidSignature:
            raise NotVerified(f"the signature of {self.name} does not hold") from None


@dataclass(frozen=True)
class SignerKey:
    """The private half: 32 bytes of randomness under a name. Never shown unless asked for."""

    name: str
    type: int
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, self.type, private.public_key().public_bytes_raw())

    def secret(self) -> str:
        """The key as text, to be stored where nobody else reads it."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{base64_of(bytes([self.type]) + self.seed)}"

    def sign(self, text: str, at: int | None = None) -> bytes:
        """Signature over the text of a note; a witness says at which Unix second."""
        if (at is None) is (self.type == WITNESS) or (at is not None and not 0 <= at < 1 << 63):
            raise ValueError("a witness signs at a Unix second, a log without a time")
        stamp = b"" if at is None else at.to_bytes(_TIME_SIZE, "big")
        return stamp + Ed25519PrivateKey.from_private_bytes(self.seed).sign(_message(text, at))


def verifier_key(text: str) -> VerifierKey:
    """Reads name+id+key; Malformed for anything else."""
    what = "verifier key"
    name, told, packed = _three(text, what)
    kind, public = _unpacked(packed, what)
    key = VerifierKey(checked_name(name, what), kind, public)
    if told != key.id.hex():
        raise Malformed(what, "its id does not belong to its name and key")
    return key


def signer_key(text: str) -> SignerKey:
    """Reads PRIVATE+KEY+name+id+key; Malformed for anything else."""
    what = "signer key"
    if not text.startswith("PRIVATE+KEY+"):
        raise Malformed(what, "it does not begin with PRIVATE+KEY+")
    name, told, packed = _three(text.removeprefix("PRIVATE+KEY+"), what)
    kind, seed = _unpacked(packed, what)
    key = SignerKey(checked_name(name, what), kind, seed)
    if told != key.verifier.id.hex():
        raise Malformed(what, "its id does not belong to its name and key")
    return key


def checked_name(name: str, what: str) -> str:
    """The name of a key, if it may be one: no spaces, no plus, nothing unprintable."""
    if not name or "+" in name or not name.isprintable() or any(map(str.isspace, name)):
        raise Malformed(what, "a name has no spaces, no plus and nothing unprintable, and is not empty")
    return name


def unbase64(text: str, what: str) -> bytes:
    """Bytes of standard base64, if it is written in the one way that is right."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(what, "a part of it is no base64") from None
    if base64_of(data) != text:
        raise Malformed(what, "a part of it is base64 with stray bits at its end")
    return data


def base64_of(data: bytes) -> str:
    return b64encode(data).decode()


def _three(text: str, what: str) -> tuple[str, str, str]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _HEX.fullmatch(parts[1]):
        raise Malformed(what, "it must read name+id+key, the id as eight hexadecimal digits")
    return parts[0], parts[1], parts[2]


def _unpacked(packed: str, what: str) -> tuple[int, bytes]:
    data = unbase64(packed, what)
    if len(data) != 1 + _KEY_SIZE or data[0] not in (LOG, WITNESS):
        raise Malformed(what, "only Ed25519 keys of type 1 (logs) and 4 (witnesses) are known")
    return data[0], data[1:]


def _message(text: str, at: int | None) -> bytes:
    """What is signed: the text, under two more lines where a witness signs (C2SP tlog-cosignature)."""
    return (text if at is None else f"cosignature/v1\ntime {at}\n{text}").encode()
