"""The evidence log: appends beside two bare hashes, proofs in a tree of a million leaves, and the offline verifier."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.measuring import Part, goal, in_turns, table, timed

from clearline.evidence.clearline_verify import Asked, verify
from clearline.seal.checkpoints import Checkpoint, signed
from clearline.seal.commitments import commitment
from clearline.seal.entries import Entry
from clearline.seal.keys import LOG, SignerKey
from clearline.seal.merkle import Tree, leaf_hash, verify_consistency, verify_inclusion
from clearline.seal.packs import Listed, manifest
from clearline.seal.rings import Ring
from clearline.seal.tiles import tile_bytes, tiles

TITLE = "The evidence log"
LEAVES, PROOFS = 1_000_000, 2_000
KEY = SignerKey("shop.example/log", LOG, bytes(range(32)))
START = datetime(2025, 1, 2, tzinfo=UTC)


def measure(*, quick: bool) -> Part:
    """Appends, proofs and verified entries a second."""
    count, rounds = (5_000, 1) if quick else (LEAVES, 3)
    lines = list(entries(count))
    tree = Tree(map(leaf_hash, lines))
    places = range(0, count, max(count // PROOFS, 1))
    proofs = {n: tree.inclusion(n) for n in places}
    with tempfile.TemporaryDirectory() as folder:
        log, pack = Path(folder) / "log", Path(folder) / "pack"
        write(log, lines, tree, sealed=False)
        write(pack, lines, tree, sealed=True)
        asked = Asked(int(START.timestamp()) + count)
        assert (verify(log, asked).code, verify(pack, asked).code) == (0, 0)
        taken = in_turns(
            {
                "two bare hashes": timed(lambda: [sha256(sha256(line).digest()).digest() for line in lines]),
                "append": timed(lambda: Tree(map(leaf_hash, lines))),
                "inclusion proof": timed(lambda: [tree.inclusion(n) for n in places]),
                "consistency proof": timed(lambda: [tree.consistency(n) for n in places]),
                "check of an inclusion proof": timed(lambda: check_inclusion(tree, proofs)),
                "check of a consistency proof": timed(lambda: check_consistency(tree, places)),
                "offline verifier, log with tiles": timed(lambda: verify(log, asked)),
                "offline verifier, pack with manifest": timed(lambda: verify(pack, asked)),
            },
            rounds,
        )
    each = {name: seconds / (len(places) if "proof" in name else count) for name, seconds in taken.items()}
    goals = [
        goal("entries a second verified, pack", 100_000, 1 / each["offline verifier, pack with manifest"]),
        goal("inclusion proofs a second (50 µs each)", 20_000, 1 / each["inclusion proof"]),
    ]
    about = (
        f"A tree of {count:,} leaves in memory; entries of {len(lines[0])} bytes. CPU time of one core, medians of rounds in which all take "
        "turns. *Append* hashes the entry and every subtree that it completes: two hashes an entry. The check of a consistency "
        "proof includes making it and the older root. The offline verifier reads a folder: each line to the byte, root, every tile, signatures; for a pack also "
        "the SHA-256 of every file."
    )
    rows = [(name, 1 / one, one * 1e6) for name, one in each.items()]
    return Part(
        "seal",
        TITLE,
        "\n\n".join(
            [
                about,
                table(("", "a second", "µs each"), rows),
                table(("goal", "wanted", "measured", ""), goals),
            ]
        ),
    )


def entries(count: int) -> Iterator[bytes]:
    """Lines as the log has them."""
    for n in range(count):
        key = sha256(b"%d" % n).digest()
        yield Entry(
            n,
            START + timedelta(milliseconds=n),
            "call.ended",
            f"agent-{n % 50}",
            commitment(key, b"payload %d" % n),
        ).line


def check_inclusion(tree: Tree, proofs: Mapping[int, list[bytes]]) -> None:
    root = tree.root()
    for n, proof in proofs.items():
        verify_inclusion(tree.at(0, n), n, tree.size, proof, root)


def check_consistency(tree: Tree, places: Iterable[int]) -> None:
    root = tree.root()
    for n in places:
        verify_consistency(n, tree.root(n), tree.size, root, tree.consistency(n))


def write(folder: Path, lines: list[bytes], tree: Tree, *, sealed: bool) -> None:
    """A log as a folder, or as a pack under a manifest."""
    head = Checkpoint(KEY.name, tree.size, tree.root())
    files = {
        "checkpoint": str(signed(head, KEY)).encode(),
        "entries.jsonl": b"".join(line + b"\n" for line in lines),
        "log.vkey": str(Ring.of(KEY.verifier)).encode(),
    } | {tile.path: tile_bytes(tile, tree.at) for tile in tiles(tree.size)}
    if sealed:
        listed = [Listed(path, len(data), sha256(data).digest()) for path, data in files.items()]
        files["manifest"] = str(manifest(KEY, tree.size, tree.size, listed)).encode()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
