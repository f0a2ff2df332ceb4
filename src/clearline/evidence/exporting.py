"""Exports the log, or a part of it with its proofs, as a pack that a stranger can check."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from django.db import transaction

from clearline.engine.events import SECOND, Instant
from clearline.evidence import clearline_verify, queries
from clearline.evidence.actions import checkpoint, done
from clearline.evidence.errors import EvidenceError
from clearline.evidence.folders import Folder, name_archive, name_folder, unseen
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Checkpoint, Entry
from clearline.evidence.openings import Chosen, Opening
from clearline.seal import merkle, packs, tiles
from clearline.seal.notes import parse
from clearline.seal.proofs import Receipt

BY_PROOF: Final = (
    10_000  # entries; a larger part goes out as the whole log, in which only its content is opened
)
LONGEST: Final = clearline_verify.LONGEST_LINE - 1_000  # bytes of an opening
_HERE = Path(__file__).parent


class Order(NamedTuple):
    """What is wanted: a part of the log at a place, as a folder or an archive, by somebody (an opaque id).

    What goes out beside it, by its paths, is listed in the signed manifest as well.
    """

    chosen: Chosen
    path: Path
    zipped: bool
    actor: str
    beside: Mapping[str, bytes] = {}


class Exported(NamedTuple):
    """What was written, and which entry of the log tells of it."""

    entry: int  # its index
    size: int  # of the log
    entries: int
    opened: int
    too_long: Sequence[int]  # entries whose content fits into no line


def export(order: Order, keys: Keys, at: Instant, cosign: Callable[[Checkpoint], Checkpoint]) -> Exported:
    """Writes a pack. The export is an entry itself, made before: what can't be logged does not go out."""
    with unseen(order.path) as folder:
        told = {"by": order.actor, "what": order.chosen.what}
        about = order.chosen.what if order.chosen.indices else ""
        with transaction.atomic():
            index = done("evidence.exported", order.actor, told, at, about)
        signed = cosign(checkpoint(keys, at))
        packing = _Packing(folder, open_keys(keys.folder), signed)
        for path, content in order.beside.items():
            folder.write(path, [content])
        packing.pack(order.chosen)
        checked = clearline_verify.verify(folder.path, clearline_verify.Asked(at // SECOND))
        if checked.code:
            raise EvidenceError(
                f"the pack does not verify, and was not written: {checked.faults[0]}. "
                "Run `clearline evidence check`"
            )
        (name_archive if order.zipped else name_folder)(folder, order.path)
    return Exported(index, signed.size, packing.entries, packing.opened, packing.too_long)


class _Packing:
    """The files of one pack, under one checkpoint."""

    def __init__(self, folder: Folder, keys: Keys, signed: Checkpoint) -> None:
        self.folder, self.keys, self.signed, self.size = folder, keys, signed, signed.size
        self.entries = self.opened = 0
        self.too_long: list[int] = []

    def pack(self, chosen: Chosen) -> None:
        self._head()
        some = list(islice(chosen.indices(self.size), BY_PROOF + 1)) if chosen.indices else []
        if chosen.indices is None or len(some) > BY_PROOF:
            self._whole()
        else:
            self._some(some)
        openings = self._openings(chosen.openings(self.size))
        first = next(openings, None)
        if first is not None:
            self.folder.write("openings.jsonl", chain([first], openings))
        signer = self.keys.signer
        manifest = packs.manifest(signer, self.entries, self.size, self.folder.listed)
        self.folder.write(packs.MANIFEST, [str(manifest).encode()])

    def _head(self) -> None:
        """The checkpoint, the keys under it, and how to check it all."""
        cosigners = queries.cosigners(self.signed)
        files = {
            "checkpoint": self.signed.note,
            "log.vkey": str(self.keys.ring),
            "witness.vkey": "".join(f"{key}\n" for key in cosigners),
        }
        for name in ("README.txt", "clearline_verify.py"):
            files[name] = (_HERE / name).read_text(encoding="utf-8")
        for path, text in files.items():
            if text:
                self.folder.write(path, [text.encode()])

    def _whole(self) -> None:
        self.folder.write("entries.jsonl", self._lines(queries.rows(0, self.size)))
        for tile in tiles.tiles(self.size):
            self.folder.write(tile.path, [queries.tile(tile)])

    def _some(self, indices: Iterable[int]) -> None:
        note, tree = parse(self.signed.note.encode()), queries.tree(self.size)
        some = sorted(set(indices))
        self.folder.write("entries.jsonl", self._lines(queries.chosen(some)))
        for index in some:
            proof = tuple(merkle.inclusion_proof(index, self.size, tree))
            self.folder.write(f"proofs/{index}.tlog-proof", [str(Receipt(index, proof, note)).encode()])

    def _lines(self, rows: Iterable[Entry]) -> Iterator[bytes]:
        for row in rows:
            self.entries += 1
            yield queries.leaf(row) + b"\n"

    def _openings(self, openings: Iterable[Opening]) -> Iterator[bytes]:
        for one in openings:
            told = {"index": one.entry, "key": one.key.hex(), "payload": one.payload.decode()}
            line = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
            if len(line) > LONGEST:
                self.too_long.append(one.entry)
                continue
            self.opened += 1
            yield line + b"\n"
