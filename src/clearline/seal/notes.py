"""C2SP signed notes: a text, an empty line, and a line for each signature."""

from collections.abc import Iterable
from typing import NamedTuple

from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import SignerKey, VerifierKey, base64_of, checked_name, unbase64

SIZE_LIMIT, SIGNATURE_LIMIT = 1_000_000, 100  # as in Go's reference
_WHAT = "signed note"


class Signature(NamedTuple):
    """One signature line: who says to have signed, and what."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64_of(self.id + self.signature)}\n"


class Note(NamedTuple):
    """A text and its signatures, none of them believed yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def signed_by(self, keys: Iterable[VerifierKey]) -> dict[VerifierKey, Signature]:
        """The known keys that signed; NotVerified when none did or one of them did not. Unknown signatures are passed over."""
        known = {(key.name, key.id): key for key in keys}
        signed: dict[VerifierKey, Signature] = {}
        for one in self.signatures:
            key = known.get((one.name, one.id))
            if key is not None:
                key.verify(self.text, one.signature)
                signed.setdefault(key, one)
        if not signed:
            raise NotVerified("no known key has signed the note")
        return signed


def sign(text: str, *signers: SignerKey) -> Note:
    """A note signed by keys of logs; the text must end in a newline."""
    _check_text(text)
    return Note(text, tuple(signature(text, signer) for signer in signers))


def signature(text: str, signer: SignerKey, at: int | None = None) -> Signature:
    """One signature over the text of a note."""
    return Signature(signer.name, signer.verifier.id, signer.sign(text, at))


def parse(data: bytes) -> Note:
    """Reads a note without believing it; Malformed for anything that is none."""
    if len(data) > SIZE_LIMIT:
        raise Malformed(_WHAT, f"it has more than {SIZE_LIMIT:,} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Malformed(_WHAT, "it is not UTF-8") from None
    head, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Malformed(_WHAT, "there is no empty line with signature lines after it")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise Malformed(_WHAT, f"it has more than {SIGNATURE_LIMIT} signatures")
    text = head + "\n"
    _check_text(text)
    return Note(text, tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, packed = rest.partition(" ")
    data = unbase64(packed, _WHAT)
    if dash != "—" or len(data) < 5:
        raise Malformed(_WHAT, "a signature line must read: a dash, a name, the id and signature as base64")
    return Signature(checked_name(name, _WHAT), data[:4], data[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise Malformed(_WHAT, "its text must end in a newline and hold no other control characters")
