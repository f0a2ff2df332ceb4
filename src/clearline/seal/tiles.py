"""C2SP tlog-tiles: the tree and its entries as files of 256, their paths, and hashes read back from them."""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from clearline.seal.errors import Malformed, OutOfRange
from clearline.seal.merkle import HASH_SIZE, HashAt, node_hash

WIDTH = 256
ENTRIES = -1  # the level of entry bundles, which lie beside the tiles of level 0
_HEIGHT = 8
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9]\d?)/(?P<index>(?:x\d{3}/){0,6}\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes (or, on level ENTRIES, entries) 256 * index to 256 * index + width of a level."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies: tile/<level>/x001/x234/067.p/112."""
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        named = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{named}" + (f".p/{self.width}" if self.width < WIDTH else "")


def parse_path(path: str) -> Tile:
    """The tile that lies at a path; Malformed for any other path."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise Malformed("path of a tile", "it must read tile/<level>/<index>, as tile/0/x001/067.p/9")
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, int(re.sub(r"[x/]", "", found["index"])), int(found["width"] or WIDTH))
    if tile.path != path or tile.level > 63:
        raise Malformed("path of a tile", "there is a shorter way to write it, or it lies too high")
    return tile


def tiles(size: int) -> Iterator[Tile]:
    """Every tile of hashes of a tree, full ones first on each level."""
    yield from grown(0, size)


def grown(old_size: int, size: int) -> Iterator[Tile]:
    """The tiles of hashes that are new or wider when a tree grows; write them before the checkpoint."""
    if not 0 <= old_size <= size:
        raise OutOfRange(f"a tree of {size} leaves did not grow from {old_size}")
    level, old, now = 0, old_size, size
    while now:
        yield from widened(level, old, now)
        level, old, now = level + 1, old // WIDTH, now // WIDTH


def widened(level: int, old: int, now: int) -> Iterator[Tile]:
    """The new or wider tiles of one level, given how many hashes (or entries) stood there and stand now."""
    yield from (Tile(level, index) for index in range(old // WIDTH, now // WIDTH))
    if now % WIDTH and now > old:
        yield Tile(level, now // WIDTH, now % WIDTH)


def tile_bytes(tile: Tile, at: HashAt) -> bytes:
    """What a tile of hashes holds."""
    first = tile.index * WIDTH
    return b"".join(at(tile.level * _HEIGHT, first + offset) for offset in range(tile.width))


def hashes_from(read: Callable[[Tile], bytes], size: int) -> HashAt:
    """Hashes of a tree of this size out of its tiles, the last 64 of which are kept at hand."""
    kept = lru_cache(maxsize=64)(read)

    def at(level: int, index: int) -> bytes:
        height, inner = divmod(level, _HEIGHT)
        first = index << inner
        in_level = size >> (height * _HEIGHT)
        if not 0 <= first < first + (1 << inner) <= in_level:
            raise OutOfRange(f"a tree of {size} leaves has no subtree {index} on level {level}")
        number, offset = divmod(first, WIDTH)
        tile = Tile(height, number, min(WIDTH, in_level - number * WIDTH))
        data = kept(tile)
        if len(data) != tile.width * HASH_SIZE:
            raise Malformed("tile", f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_SIZE}")
        hashes = [data[(offset + n) * HASH_SIZE : (offset + n + 1) * HASH_SIZE] for n in range(1 << inner)]
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    return at


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as one file: each with its length before it, two bytes, big end first."""
    parts = []
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise OutOfRange(f"an entry has at most {0xFFFF} bytes, not {len(entry)}")
        parts += [struct.pack(">H", len(entry)), entry]
    return b"".join(parts)


def unbundle(data: bytes) -> Sequence[bytes]:
    """The entries of a bundle; Malformed where it ends too early."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise Malformed("bundle of entries", f"it ends within entry {len(entries)}")
        entries.append(data[start:at])
    return entries
