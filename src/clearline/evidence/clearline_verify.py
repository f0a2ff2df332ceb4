"""Checks a Clearline evidence pack or evidence log offline: python clearline_verify.py PATH [--key VKEY] ...

Needs Python 3.11 or newer and the package `cryptography`, nothing of Clearline. What it checks, and every format,
stands in docs/evidence-format.md. It exits with 0 if all is well, 1 if there are faults, 2 if it cannot be read.
"""

import argparse
import binascii
import hmac
import json
import os
import re
import stat
import struct
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BLOCK, SMALL, WIDTH = 1 << 20, 1 << 16, 256  # bytes read at once; the most a small file has; hashes in a tile
MOST_FILES, MOST_SHOWN, LONGEST_LINE = 2_000_000, 100, 1 << 20
SLACK, DAY = 300, 86_400  # seconds by which clocks may differ; after which a date is in the future
LINE = re.compile(
    rb'\{"index":(0|[1-9]\d{0,17}),"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)",'
    rb'"kind":"(?=[a-z0-9_.]{1,64}")[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*",'
    rb'"actor":"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}","commitment":"([0-9a-f]{64})"\}'
)
OPENING = re.compile(rb'\{"index":(0|[1-9]\d{0,17}),"key":"([0-9a-f]{64})","payload":(".*")\}')
LISTED = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,15}) ([A-Za-z0-9._/-]{1,200})")
TILE = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/){0,5}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
EMPTY = sha256().digest()


class Unreadable(Exception):  # noqa: N818 - an outcome
    """There is nothing that could be checked."""


class Fault(Exception):  # noqa: N818 - an outcome
    """One thing that is not as it should be: where, and what."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Report:
    """What was found: how many faults, the first hundred of them, and what may be known besides."""

    def __init__(self) -> None:
        self.count = 0
        self.faults: list[str] = []
        self.notes: list[str] = []

    @property
    def code(self) -> int:
        return 1 if self.count else 0

    def fault(self, text: str) -> None:
        self.count += 1
        if len(self.faults) < MOST_SHOWN:
            self.faults.append(text)

    @contextmanager
    def finding(self) -> Iterator[None]:
        """A step that ends at its first fault; the steps after it are still made."""
        try:
            yield
        except Fault as fault:
            self.fault(str(fault))

    def __str__(self) -> str:
        lines = [f"FAULT {fault}" for fault in self.faults]
        lines += [f"... and {self.count - MOST_SHOWN} more"] * (self.count > MOST_SHOWN)
        lines += self.notes
        lines += [f"NOT VERIFIED: {self.count} faults." if self.count else "VERIFIED: no faults."]
        return "".join(f"{printable(line)}\n" for line in lines)


def printable(text: str) -> str:
    """Names come from whoever made the files: nothing of them may steer a terminal or fail to be printed."""
    return "".join(sign if " " <= sign <= "~" else "?" for sign in text)


# Where the bytes come from: a folder, or an archive.


class Source:
    """Files by path, with their sizes; nothing is read beyond the size that was seen first."""

    def __init__(self, sizes: dict[str, int], place: Callable[[str], tuple[Path, int]]) -> None:
        self.sizes, self.place = sizes, place

    def blocks(self, path: str) -> Iterator[bytes]:
        if path not in self.sizes:
            raise Fault(path, "it is missing")
        file, start = self.place(path)
        left = self.sizes[path]
        with file.open("rb") as stream:
            stream.seek(start)
            while left:
                block = stream.read(min(BLOCK, left))
                if not block:
                    raise Fault(path, "it ends too early")
                left -= len(block)
                yield block

    def read(self, path: str, most: int = SMALL) -> bytes:
        if self.sizes.get(path, 0) > most:
            raise Fault(path, f"it has {self.sizes[path]} bytes, more than the {most} that it may have")
        return b"".join(self.blocks(path))

    def lines(self, path: str) -> Iterator[list[bytes]]:
        rest = b""
        for block in self.blocks(path):
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise Fault(path, f"a line is longer than {LONGEST_LINE} bytes")
            yield lines
        if rest:
            raise Fault(path, "its last line does not end")


def folder(root: Path) -> Source:
    """The regular files of a folder; anything else in it could never end, or lead elsewhere."""
    sizes: dict[str, int] = {}
    waiting = [root]
    while waiting:
        here = waiting.pop()
        with os.scandir(here) as found:
            for one in found:
                seen, path = one.stat(follow_symlinks=False), Path(one.path)
                if stat.S_ISDIR(seen.st_mode):
                    waiting.append(path)
                elif not stat.S_ISREG(seen.st_mode):
                    raise Unreadable(f"{path.relative_to(root)} is neither a file nor a folder")
                else:
                    sizes[path.relative_to(root).as_posix()] = seen.st_size
        if len(sizes) + len(waiting) > MOST_FILES:
            raise Unreadable(f"there are more than {MOST_FILES} files")
    return Source(sizes, lambda path: (root / path, 0))


def archive(file: Path) -> Source:
    """The files of a plain archive, whose every byte outside them is as our exporter writes it: no compression, no dates."""
    sizes, starts, directory, at = dict[str, int](), dict[str, int](), list[bytes](), 0
    other = Unreadable("this is not the plain archive that Clearline writes; unpack it and check the folder")
    total = file.stat().st_size
    with file.open("rb") as stream:
        while (head := stream.read(30))[:4] == b"PK\3\4" and len(head) == 30:
            crc, size, _, length = struct.unpack("<3IH", head[14:28])
            name = stream.read(length)
            path, start = name.decode("ascii", "replace"), at + len(head) + length
            fixed = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc, size, size, length, 0)
            if head[4:] != fixed or path in sizes or start + size > total or total >> 32:
                raise other
            sizes[path], starts[path] = size, start
            tail = struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, at)
            directory.append(b"PK\1\2" + struct.pack("<H", 788) + fixed + tail + name)
            at = start + size
            stream.seek(at)
        count, whole = len(sizes), b"".join(directory)
        if count >> 16:
            raise other
        end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(whole), at, 0)
        stream.seek(at)
        if stream.read(len(whole) + len(end) + 1) != whole + end:
            raise other
    return Source(sizes, lambda path: (file, starts[path]))


# Notes, keys and checkpoints.


class Key(NamedTuple):
    """A public key under its name; type 1 signs as a log, type 4 as a witness."""

    name: str
    type: int
    public: bytes
    id: bytes

    def holds(self, text: str, signature: bytes) -> bool:
        if self.type == 4:
            text = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        packed = b64encode(bytes([self.type]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"


class Checkpoint(NamedTuple):
    """A tree head, and its note as it was signed."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: Sequence[tuple[str, bytes, bytes]]


def unbase64(text: str, where: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault(where, "a part of it is no base64") from None
    if b64encode(data).decode() != text:
        raise Fault(where, "a part of it is base64 with stray bits at its end")
    return data


def decoded(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Fault(where, "it is not UTF-8") from None


def number(text: str, where: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Fault(where, "a number of it is not written as a plain decimal")
    return int(text)


def parse_key(text: str, where: str) -> Key:
    name, _, rest = text.partition("+")
    told, _, packed = rest.partition("+")
    data = unbase64(packed, where)
    if len(data) != 33 or data[0] not in (1, 4) or not name or any(map(str.isspace, name)):
        raise Fault(where, "a key in it is none that is known (Ed25519, type 1 or 4)")
    key = Key(name, data[0], data[1:], sha256(name.encode() + b"\n" + data).digest()[:4])
    if told != key.id.hex():
        raise Fault(where, "the id of a key in it does not belong to its name and key")
    return key


def parse_note(data: bytes, where: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    head, gap, tail = decoded(data, where).rpartition("\n\n")
    if not gap or not tail.endswith("\n") or any(sign < " " and sign != "\n" for sign in head):
        raise Fault(where, "it is no signed note: text, an empty line, signature lines")
    signatures = []
    for line in tail[:-1].split("\n")[:1000]:
        dash, name, packed = [*line.split(" ", 2), "", ""][:3]
        blob = unbase64(packed, where)
        if dash != "—" or not name or len(blob) < 68:
            raise Fault(where, "a signature line of it is malformed")
        signatures.append((name, blob[:4], blob[4:]))
    return head + "\n", signatures


def parse_checkpoint(data: bytes, where: str) -> Checkpoint:
    text, signatures = parse_note(data, where)
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]):
        raise Fault(where, "it is no checkpoint: origin, size, root, each on a line")
    root = unbase64(lines[2], where)
    if len(root) != 32:
        raise Fault(where, "its root has not 32 bytes")
    return Checkpoint(lines[0], number(lines[1], where), root, text, signatures)


def parse_ring(data: bytes, where: str) -> list[tuple[Key, int]]:
    """The keys of the log, each vouched for by the one before it, with the size from which it signs."""
    ring: list[tuple[Key, int]] = []
    text = decoded(data, where)
    for line in text.removesuffix("\n").split("\n"):
        told, since, vouched = [*line.split(" ", 2), "", ""][:3]
        key, start = parse_key(told, where), number(since, where)
        statement = f"clearline/key/v1\n{key.name}\n{start}\n{told}\n"
        before = ring[-1] if ring else None
        if key.type != 1 or line.count(" ") != (2 if before else 1) or not (before or start == 0):
            raise Fault(where, "a line of it is not: key, size, and from the second line on a signature")
        if before and (before[0].name != key.name or before[1] > start):
            raise Fault(where, "its keys have different names, or are out of order")
        if before and not before[0].holds(statement, unbase64(vouched, where)):
            raise Fault(where, f"the key that signs from size {start} is not signed for by the one before it")
        ring.append((key, start))
    if not text.endswith("\n"):
        raise Fault(where, "its last line does not end")
    return ring


class Asked(NamedTuple):
    """What the reader brings along, which no pack can forge."""

    now: int
    key: str | None = None
    witnesses: Sequence[str] = ()
    since: bytes | None = None


class Head(NamedTuple):
    """The checkpoint, the keys of its log, and the older checkpoint that the reader kept."""

    seen: Checkpoint
    ring: list[tuple[Key, int]]
    kept: Checkpoint | None

    def signer(self, size: int) -> Key:
        return [key for key, since in self.ring if since <= size][-1]


def read_head(source: Source, asked: Asked, report: Report) -> Head:
    """Checks who signed. A line by nobody that is listed is a fault too, so that no bit can hide there."""
    ring = parse_ring(source.read("log.vkey"), "log.vkey")
    told = decoded(source.read("witness.vkey"), "witness.vkey") if "witness.vkey" in source.sizes else "\n"
    if not told.endswith("\n"):
        raise Fault("witness.vkey", "its last line does not end")
    listed = [parse_key(line, "witness.vkey") for line in told[:-1].split("\n") if told != "\n"]
    pinned = [parse_key(text, "--witness") for text in asked.witnesses]
    kept = parse_checkpoint(asked.since, "--since") if asked.since is not None else None
    head = Head(parse_checkpoint(source.read("checkpoint"), "checkpoint"), ring, kept)
    seen, known = (
        head.seen,
        {(key.name, key.id): key for key in [*listed, *pinned, *(key for key, _ in ring)]},
    )
    if seen.origin != ring[0][0].name or not is_signed(seen, head.signer(seen.size)):
        report.fault("checkpoint: the log has not signed it with the key for its size")
    for name, key_id, signature in seen.signatures:
        key = known.get((name, key_id))
        if key is None:
            report.fault(f"checkpoint: {name} signed with a key that is in neither log.vkey nor witness.vkey")
        elif not key.holds(seen.text, signature):
            report.fault(f"checkpoint: the signature of {name} does not hold")
        elif key.type == 4 and int.from_bytes(signature[:8], "big") > asked.now + SLACK:
            report.fault(f"checkpoint: the witness {name} signed in the future")
    for witness in pinned:
        if not is_signed(seen, witness):
            report.fault(f"checkpoint: the witness {witness.name} has not cosigned it")
    if asked.key and parse_key(asked.key, "--key") not in [key for key, since in ring if since <= seen.size]:
        report.fault("log.vkey: the key that you gave is not one of those that signed for this log until now")
    if kept and (kept.origin != seen.origin or not is_signed(kept, head.signer(kept.size))):
        raise Fault("--since", "this log has not signed the checkpoint that you gave")
    if kept and kept.size > seen.size:
        raise Fault("checkpoint", f"ROLLBACK: it has {seen.size} entries, and you have seen {kept.size}")
    return head


def is_signed(seen: Checkpoint, key: Key) -> bool:
    return any((key.name, key.id) == (n, i) and key.holds(seen.text, told) for n, i, told in seen.signatures)


def check_manifest(source: Source, head: Head, report: Report) -> int:
    """Compares every file with the list that the log has signed; the number of entries that the pack claims."""
    text, signatures = parse_note(source.read("manifest", 1 << 26), "manifest")
    key = head.signer(head.seen.size)
    if [one[:2] for one in signatures] != [(key.name, key.id)] or not key.holds(text, signatures[0][2]):
        report.fault("manifest: the log has not signed it, or somebody else has too")
    version, origin, held, *lines = [*text.split("\n")[:-1], "", "", ""]
    count, of, size = held.partition(" of ")
    if (version, origin, of, size) != ("clearline/pack/v1", head.seen.origin, " of ", str(head.seen.size)):
        raise Fault("manifest", "it does not belong to this checkpoint")
    named = {"manifest"}
    for line in filter(None, lines):
        found = LISTED.fullmatch(line)
        if found is None or found[3] in named:
            raise Fault("manifest", "a line of it is not: hash, size, path; or it names a file twice")
        named.add(found[3])
        with report.finding():
            check_file(source, found[3], int(found[2]), found[1])
    for path in sorted(source.sizes.keys() - named):
        report.fault(f"{path}: the manifest does not list it")
    return number(count, "manifest")


def check_log(source: Source, head: Head, report: Report) -> int:
    """Without a manifest there may be nothing but a log: a pack that lost it is no whole pack."""
    for path in sorted(source.sizes.keys() - {"checkpoint", "entries.jsonl", "log.vkey", "witness.vkey"}):
        if not TILE.fullmatch(path):
            report.fault(f"{path}: it is no part of a log, and there is no manifest that lists it")
    return head.seen.size


def check_file(source: Source, path: str, size: int, told: str) -> None:
    if source.sizes.get(path, size) != size:
        raise Fault(path, f"it has {source.sizes[path]} bytes, not {size}")
    digest = sha256()
    for block in source.blocks(path):
        digest.update(block)
    if digest.hexdigest() != told:
        raise Fault(path, "its bytes are not those that the manifest lists")


# The tree.


def pairs(hashes: list[bytes]) -> list[bytes]:
    both = iter(hashes)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(both, both, strict=True)]


class Tree:
    """Hashes leaves level by level in tiles of 256, and hands over each tile when it is complete."""

    def __init__(self, tile: Callable[[int, int, list[bytes]], None]) -> None:
        self.tile, self.open, self.done, self.size = tile, [list[bytes]()], [0], 0

    def add(self, hashes: list[bytes], level: int = 0) -> None:
        if level == len(self.open):
            self.open.append([])
            self.done.append(0)
        self.size += len(hashes) * (level == 0)
        row = self.open[level] + hashes
        whole = len(row) - len(row) % WIDTH
        full, self.open[level] = row[:whole], row[whole:]
        for at in range(0, whole, WIDTH):
            self.tile(level, self.done[level], full[at : at + WIDTH])
            self.done[level] += 1
        for _ in range(8):
            full = pairs(full)
        if full:
            self.add(full, level + 1)

    def root(self) -> bytes:
        peaks = []
        for row in reversed(self.open):
            at = 0
            while at < len(row):
                part = row[at : at + (1 << (len(row) - at).bit_length() - 1)]
                at += len(part)
                while len(part) > 1:
                    part = pairs(part)
                peaks += part
        root = peaks.pop() if peaks else EMPTY
        while peaks:
            root = sha256(b"\1" + peaks.pop() + root).digest()
        return root


def climb(seed: bytes, index: int, last: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """RFC 9162 2.1.3.2 and 2.1.4.2: root of the tree that ends at the index, and of the one that ends at last."""
    old = new = seed
    for one in hashes:
        if last == 0:
            return None
        if index & 1 or index == last:
            old, new = sha256(b"\1" + one + old).digest(), sha256(b"\1" + one + new).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = sha256(b"\1" + new + one).digest()
        index, last = index >> 1, last >> 1
    return None if last else (old, new)


def grown(old: Checkpoint, new: Checkpoint, hashes: list[bytes]) -> bool:
    """Whether the proof shows that the older tree is the beginning of the newer one."""
    if old.size in (0, new.size):
        return not hashes and old.root == (new.root if old.size else EMPTY)
    seed = [old.root] if old.size & old.size - 1 == 0 else []
    first, *rest = [*seed, *hashes] or [b""]
    shift = (old.size & -old.size).bit_length() - 1
    return climb(first, old.size - 1 >> shift, new.size - 1 >> shift, rest) == (old.root, new.root)


def parse_proof(data: bytes, where: str, opens: str) -> tuple[int, list[bytes], bytes]:
    """Number in the opening line, hashes, and the note under them."""
    head, _, note = data.partition(b"\n\n")
    first, *lines = decoded(head, where).removeprefix(opens).split("\n")
    hashes = [unbase64(line, where) for line in lines[:64]]
    if not head.startswith(opens.encode()) or len(lines) > 63 or any(len(one) != 32 for one in hashes):
        raise Fault(where, "it is no proof: a number, hashes of 32 bytes, an empty line, a checkpoint")
    return number(first, where), hashes, note


class Tiles:
    """The tile files of a log, each compared with the entries as soon as they reach it."""

    def __init__(self, source: Source, report: Report, sealed: int) -> None:
        self.source, self.report, self.sealed = source, report, sealed
        self.waiting: dict[tuple[int, int], list[tuple[int, str]]] = {}
        for path in source.sizes:
            if found := TILE.fullmatch(path):
                where = int(found[1]), int(found[2].replace("/", "").replace("x", ""))
                self.waiting.setdefault(where, []).append((int(found[3] or WIDTH), path))

    def compare(self, level: int, index: int, hashes: list[bytes]) -> None:
        found = self.waiting.pop((level, index), [])
        needed = min((self.sealed >> 8 * level) - index * WIDTH, WIDTH)
        if needed > max((width for width, _ in found), default=0):
            self.report.fault(f"tile/{level}: the one with number {index} is missing or too narrow")
        for width, path in found:
            with self.report.finding():
                if self.source.read(path) != b"".join(hashes[:width]) or width > len(hashes):
                    raise Fault(path, "its hashes are not those of the entries")

    def finish(self, tree: Tree) -> None:
        for level, row in enumerate(tree.open):
            self.compare(level, tree.done[level], row)
        for path in sorted(path for found in self.waiting.values() for _, path in found):
            self.report.fault(f"{path}: it stands for entries that are not there")


# Entries and what is known of them.


class Entries:
    """Entries as they are read, line by line, and beside them the openings of those whose content may be seen."""

    def __init__(self, source: Source, report: Report, *, whole: bool) -> None:
        self.report, self.whole, self.latest = report, whole, b""
        self.next = self.count = self.opened = 0
        self.openings = self.read_openings(source) if "openings.jsonl" in source.sizes else iter(())
        self.waiting = next(self.openings, None)

    def read_openings(self, source: Source) -> Iterator[tuple[bytes, bytes, bytes]]:
        before = -1
        for lines in source.lines("openings.jsonl"):
            for line in lines:
                found = OPENING.fullmatch(line)
                if found is None or int(found[1]) <= before:
                    raise Fault(
                        "openings.jsonl", f"the line after entry {before} is malformed or out of order"
                    )
                before = int(found[1])
                try:
                    yield found[1], bytes.fromhex(found[2].decode()), json.loads(found[3]).encode()
                except (ValueError, RecursionError):
                    raise Fault("openings.jsonl", f"the payload of entry {before} is no JSON text") from None

    def hashes(self, lines: list[bytes]) -> list[bytes]:
        """Leaf hashes of the lines, each of which must be written to the byte as the format says."""
        for line in lines:
            found = LINE.fullmatch(line)
            index = int(found[1]) if found else self.next
            if found is None or index < self.next or (self.whole and index > self.next):
                self.report.fault(f"entries.jsonl: line {self.count + 1} is malformed or out of order")
            elif self.waiting and found[1] == self.waiting[0]:
                self.open(found[3], *self.waiting)
            self.latest = max(self.latest, found[2] if found else b"")
            self.next = index + 1
            self.count += 1
        return [sha256(b"\0" + line).digest() for line in lines]

    def open(self, commitment: bytes, index: bytes, key: bytes, payload: bytes) -> None:
        self.opened += 1
        if hmac.digest(key, b"clearline/commitment/v1\n" + payload, "sha256").hex().encode() != commitment:
            self.report.fault(f"openings.jsonl: entry {index.decode()} was not about this payload")
        self.waiting = next(self.openings, None)

    def finish(self, now: int) -> None:
        if self.waiting:
            self.report.fault(f"openings.jsonl: there is no entry {self.waiting[0].decode()} to open")
        if self.latest.decode() > f"{datetime.fromtimestamp(now + DAY, UTC):%Y-%m-%dT%H:%M:%S}":
            self.report.fault(f"entries.jsonl: an entry is dated in the future, {self.latest.decode()}")


def check_whole(source: Source, head: Head, entries: Entries, report: Report) -> None:
    """All entries: root and tiles are computed anew, and the older checkpoint that somebody kept is met on the way."""
    seen, kept, tiles = (
        head.seen,
        head.kept,
        Tiles(source, report, 0 if "manifest" in source.sizes else head.seen.size),
    )
    tree, roots = Tree(tiles.compare), {0: EMPTY}
    cuts = sorted({0, seen.size, kept.size if kept else 0} - {0})
    for lines in source.lines("entries.jsonl"):
        hashes = entries.hashes(lines)
        while cuts and cuts[0] <= tree.size + len(hashes):
            cut = cuts[0] - tree.size
            tree.add(hashes[:cut])
            hashes = hashes[cut:]
            roots[cuts.pop(0)] = tree.root()
        tree.add(hashes)
    tiles.finish(tree)
    if roots.get(seen.size) != seen.root:
        report.fault(f"entries.jsonl: its {tree.size} entries do not give the root of the checkpoint")
    if kept and roots.get(kept.size) != kept.root:
        report.fault(
            f"checkpoint: SPLIT VIEW: its first {kept.size} entries are not those that you have seen"
        )
    if tree.size > seen.size:
        report.notes.append(f"{tree.size - seen.size} entries after the checkpoint are not sealed yet.")


def check_some(source: Source, head: Head, entries: Entries, report: Report) -> None:
    """Some entries, each with a proof that leads to the root of the checkpoint."""
    seen, kept, note = head.seen, head.kept, source.read("checkpoint")
    left = {path for path in source.sizes if path.startswith("proofs/")}
    for line in (line for lines in source.lines("entries.jsonl") for line in lines):
        leaf, at = entries.hashes([line])[0], entries.next - 1
        path = f"proofs/{at}.tlog-proof"
        left.discard(path)
        with report.finding():
            index, hashes, under = parse_proof(source.read(path), path, "c2sp.org/tlog-proof@v1\nindex ")
            reached = climb(leaf, at, seen.size - 1, hashes) if at < seen.size else None
            if reached is None or reached[1] != seen.root or under != note or index != at:
                raise Fault(path, "it does not lead from the entry to the root of the checkpoint")
    for path in sorted(left):
        report.fault(f"{path}: there is no such entry in the pack")
    if kept:
        path = f"growth/{kept.size}"
        old_size, hashes, under = parse_proof(source.read(path), path, "old ")
        if old_size != kept.size or under != note or not grown(kept, seen, hashes):
            report.fault(f"{path}: SPLIT VIEW: the log does not continue the one that you have seen")


def verify(path: Path, asked: Asked) -> Report:
    """Checks a pack or the folder of a log; Unreadable or OSError where there is nothing that could be checked."""
    report = Report()
    source = archive(path) if path.is_file() else folder(path)
    if "checkpoint" not in source.sizes:
        raise Unreadable("there is no checkpoint in it: it is neither an evidence pack nor an evidence log")
    with report.finding():
        head = read_head(source, asked, report)
        packed = "manifest" in source.sizes
        count = check_manifest(source, head, report) if packed else check_log(source, head, report)
        whole = count == head.seen.size
        entries = Entries(source, report, whole=whole)
        (check_whole if whole else check_some)(source, head, entries, report)
        entries.finish(asked.now)
        if packed and entries.count != count:
            report.fault(f"entries.jsonl: it has {entries.count} entries where the manifest says {count}")
        report.notes += summary(head, asked, entries)
    return report


def summary(head: Head, asked: Asked, entries: Entries) -> Iterator[str]:
    """What a reader should know besides the faults."""
    seen = head.seen
    yield f"Log {seen.origin}, {seen.size} entries; {entries.count} are here, {entries.opened} of them opened."
    for name, _, signature in seen.signatures:
        if len(signature) == 72:
            at = datetime.fromtimestamp(min(int.from_bytes(signature[:8], "big"), 1 << 37), UTC)
            yield f"Cosigned by {name} at {at:%Y-%m-%d %H:%M:%S} UTC."
    if asked.key is None:
        yield f"Compare the key with the one that the shop has published, or give that as --key: {head.ring[0][0]}"
    if not asked.witnesses:
        yield "No witness was asked for (--witness): nobody else vouches that this is the only history."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="clearline_verify.py", description=__doc__)
    parser.add_argument(
        "path", type=Path, metavar="PATH", help="a pack (folder or .zip) or the folder of a log"
    )
    parser.add_argument("--key", metavar="VKEY", help="the key of the log, as the shop has published it")
    parser.add_argument(
        "--witness", metavar="VKEY", action="append", default=[], help="who must have cosigned"
    )
    parser.add_argument(
        "--since", metavar="FILE", type=Path, help="an older checkpoint of this log that you kept"
    )
    chosen = parser.parse_args(arguments)
    now = int(time.time())  # noqa: TID251 - this program is an edge of its own
    try:
        kept = chosen.since.read_bytes() if chosen.since else None
        report = verify(chosen.path, Asked(now, chosen.key, chosen.witness, kept))
    except (Unreadable, OSError) as why:
        sys.stdout.write(f"CANNOT BE READ: {printable(str(why))}\n")
        return 2
    sys.stdout.write(str(report))
    return report.code


if __name__ == "__main__":
    sys.exit(main())
