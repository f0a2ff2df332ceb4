"""A witness: cosigns what continues the logs that it knows, and never forgets what it has seen (C2SP tlog-witness).

Its home is a folder: `witness.key`, and for each log `logs/<hash of its name>.vkey` with its keys, `.seen` with the checkpoint
that was cosigned last, and `.refused` with the last one that a log signed and that does not continue it. No database.
"""

import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import alone, write
from clearline.seal.checkpoints import Checkpoint
from clearline.seal.cosignatures import cosignature, cosigned
from clearline.seal.errors import Malformed, NotVerified, Unproven
from clearline.seal.keys import WITNESS, SignerKey, signer_key
from clearline.seal.merkle import EMPTY_ROOT, verify_consistency
from clearline.seal.notes import Note, parse
from clearline.seal.proofs import Growth
from clearline.seal.rings import Ring

SIZE: Final = "text/x.tlog.size"
PLAIN: Final = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """What is answered over HTTP."""

    status: int
    text: str
    kind: str = PLAIN


class Witness:
    """The key and the memory of a witness."""

    def __init__(self, home: Path, name: str = "") -> None:
        """Opens a home; made, with a key of this name, when there is none."""
        self.home = home
        path = home / "witness.key"
        with alone(home):
            if not path.exists():
                made = SignerKey(name or f"witness/{secrets.token_hex(8)}", WITNESS, secrets.token_bytes(32))
                write(path, made.secret())
        self.signer = signer_key(path.read_text(encoding="utf-8").strip())

    def trust(self, text: str) -> str:
        """Takes in the keys of a log (log.vkey), new ones or more of them; the name of the log."""
        try:
            ring = Ring.parse(text)
        except Unproven as fault:
            raise EvidenceError(f"these are no keys of a log: {fault}") from None
        with alone(self.home):
            known = self._ring(ring.origin)
            if known is not None and ring.links[: len(known.links)] != known.links:
                raise EvidenceError(
                    f"{ring.origin} is known with other keys; if it is a new log under an old name, "
                    f"take away {self._path(ring.origin, 'vkey')} and what stands beside it by hand"
                )
            write(self._path(ring.origin, "vkey"), text)
        return ring.origin

    def seen(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint of a log that it cosigned."""
        path = self._path(origin, "seen")
        if not path.exists():
            return None
        return Checkpoint.parse(parse(path.read_bytes()).text)

    def add(self, body: bytes, at: int) -> Answer:
        """add-checkpoint, at a Unix second."""
        try:
            growth = Growth.parse(body)
            told = Checkpoint.parse(growth.checkpoint.text)
        except Malformed as fault:
            return Answer(400, f"{fault}\n")
        with alone(self.home):
            ring = self._ring(told.origin)
            if ring is None:
                return Answer(404, "this log is not known here\n")
            try:
                growth.checkpoint.signed_by([ring.key(told.size)])
            except NotVerified:
                return Answer(403, "the log has not signed this with a key that is known here\n")
            if growth.old_size > told.size:
                return Answer(400, "the old size is larger than the new one\n")
            return self._judge(growth, told, at)

    def _judge(self, growth: Growth, told: Checkpoint, at: int) -> Answer:
        seen = self.seen(told.origin) or Checkpoint(told.origin, 0, EMPTY_ROOT)
        if growth.old_size != seen.size:
            return Answer(409, f"{seen.size}\n", SIZE)
        if told.size == seen.size and told.root != seen.root:
            self._refuse(growth.checkpoint, told)
            return Answer(409, f"{seen.size}\n", SIZE)
        try:
            verify_consistency(seen.size, seen.root, told.size, told.root, growth.hashes)
        except NotVerified as fault:
            self._refuse(growth.checkpoint, told)
            return Answer(422, f"{fault}\n")
        line = cosignature(growth.checkpoint, self.signer, at)
        write(self._path(told.origin, "seen"), str(cosigned(growth.checkpoint, line)))
        return Answer(200, str(line))

    def _refuse(self, note: Note, told: Checkpoint) -> None:
        """Keeps what the log signed against what it signed before: the two together prove it."""
        write(self._path(told.origin, "refused"), str(note))

    def _ring(self, origin: str) -> Ring | None:
        path = self._path(origin, "vkey")
        return Ring.parse(path.read_text(encoding="utf-8")) if path.exists() else None

    def _path(self, origin: str, kind: str) -> Path:
        return self.home / "logs" / f"{sha256(origin.encode()).hexdigest()[:32]}.{kind}"
