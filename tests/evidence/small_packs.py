"""Small logs and evidence packs with fixed keys, made with clearline.seal, for whoever checks them."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from clearline.seal.checkpoints import Checkpoint, signed
from clearline.seal.commitments import canonical, commitment
from clearline.seal.cosignatures import cosignature, cosigned
from clearline.seal.entries import Entry
from clearline.seal.keys import LOG, WITNESS, SignerKey
from clearline.seal.merkle import Tree, leaf_hash
from clearline.seal.notes import Note
from clearline.seal.packs import Listed, Member, archive, manifest
from clearline.seal.proofs import Growth, Receipt
from clearline.seal.rings import Ring
from clearline.seal.tiles import tile_bytes, tiles

ORIGIN = "shop.example/log"
FIRST = SignerKey(ORIGIN, LOG, bytes(range(32)))
SECOND = SignerKey(ORIGIN, LOG, bytes(range(1, 33)))
THIEF = SignerKey(ORIGIN, LOG, b"\x07" * 32)
WITNESS_KEY = SignerKey("witness.example/w1", WITNESS, bytes(range(2, 34)))
START = datetime(2025, 1, 2, 9, tzinfo=UTC)
NOW = int(START.timestamp()) + 86_400
Files = dict[str, bytes]


def key_of(index: int) -> bytes:
    return sha256(b"key %d" % index).digest()


def payload_of(index: int) -> bytes:
    return canonical({"call": f"c-{index}", "said": "Grüße, this call is recorded."})


@dataclass(frozen=True)
class Log:
    """A log of so many entries; with `turned`, its key was rotated at that size."""

    size: int
    turned: int | None = None
    words: str = "call.ended"
    signer: SignerKey = field(default=FIRST)

    @cached_property
    def lines(self) -> list[bytes]:
        return [
            Entry(
                n,
                START + timedelta(seconds=n),
                self.words,
                f"agent-{n % 7}",
                commitment(key_of(n), payload_of(n)),
            ).line
            for n in range(self.size)
        ]

    @cached_property
    def tree(self) -> Tree:
        return Tree(map(leaf_hash, self.lines))

    @cached_property
    def ring(self) -> Ring:
        ring = Ring.of(self.signer.verifier)
        return ring if self.turned is None else ring.rotated(self.signer, SECOND.verifier, self.turned)

    def signer_at(self, size: int) -> SignerKey:
        return self.signer if self.turned is None or size < self.turned else SECOND

    def checkpoint(self, size: int | None = None, *, at: int = NOW) -> Note:
        size = self.size if size is None else size
        note = signed(Checkpoint(ORIGIN, size, self.tree.root(size)), self.signer_at(size))
        return cosigned(note, cosignature(note, WITNESS_KEY, at))

    def files(self) -> Files:
        """The folder of the log."""
        return {
            "checkpoint": str(self.checkpoint()).encode(),
            "entries.jsonl": b"".join(line + b"\n" for line in self.lines),
            "log.vkey": str(self.ring).encode(),
            "witness.vkey": f"{WITNESS_KEY.verifier}\n".encode(),
        } | {tile.path: tile_bytes(tile, self.tree.at) for tile in tiles(self.size)}

    def pack(self, opened: Iterable[int] = (), *, only: Iterable[int] | None = None, since: int = 0) -> Files:
        """A pack of the whole log, or of some entries with their proofs and the growth since an older checkpoint."""
        files = self.files() | {"README.txt": b"See docs/evidence-format.md.\n"}
        held = list(range(self.size) if only is None else only)
        if only is not None:
            files = {path: data for path, data in files.items() if not path.startswith("tile/")}
            files["entries.jsonl"] = b"".join(self.lines[n] + b"\n" for n in held)
            note = self.checkpoint()
            for n in held:
                files[f"proofs/{n}.tlog-proof"] = str(
                    Receipt(n, tuple(self.tree.inclusion(n)), note)
                ).encode()
            if since:
                files[f"growth/{since}"] = str(
                    Growth(since, tuple(self.tree.consistency(since)), note)
                ).encode()
        if opened:
            files["openings.jsonl"] = b"".join(map(opening, opened))
        return self.sealed(files, len(held))

    def sealed(self, files: Files, held: int) -> Files:
        """The files with a manifest over them."""
        listed = [Listed(path, len(data), sha256(data).digest()) for path, data in files.items()]
        return files | {
            "manifest": str(manifest(self.signer_at(self.size), held, self.size, listed)).encode()
        }


def opening(index: int) -> bytes:
    told = {"index": index, "key": key_of(index).hex(), "payload": payload_of(index).decode()}
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    members = [Member(path, len(data), zlib.crc32(data), [data]) for path, data in sorted(files.items())]
    return b"".join(archive(members))
