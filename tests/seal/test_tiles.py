"""Tiles: paths and widths as C2SP tlog-tiles says, and the same hashes as the tree in memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.seal.errors import Malformed, OutOfRange
from clearline.seal.merkle import Tree, consistency_proof, inclusion_proof, leaf_hash, root
from clearline.seal.tiles import (
    ENTRIES,
    Tile,
    bundle,
    grown,
    hashes_from,
    parse_path,
    tile_bytes,
    tiles,
    unbundle,
)

TREE = Tree(leaf_hash(b"%d" % n) for n in range(70_000))


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(1, 0, 17).path == "tile/1/000.p/17"
    assert Tile(ENTRIES, 273, 112).path == "tile/entries/273.p/112"


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_path_leads_back_to_its_tile(level: int, index: int, width: int) -> None:
    assert parse_path(Tile(level, index, width).path) == Tile(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/67",
        "tile/00/067",
        "tile/64/000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/067.p/256",
        "tile/0/067.p/0",
        "tile/0/067.p/09",
        "tile/0/٠٦٧",
        "tile/data/067",
        "../tile/0/067",
        "tile/0/067\n",
    ],
)
def test_no_other_path_is_one(path: str) -> None:
    with pytest.raises(Malformed):
        parse_path(path)


def test_the_specifications_tree_of_70_000_has_its_tiles() -> None:
    told = list(tiles(70_000))
    assert len(told) == 273 + 1 + 1 + 1 + 1
    assert told[-4:] == [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_what_grew_together_with_what_stood_is_the_tree(one: int, other: int) -> None:
    old, size = sorted((one, other))
    before, after = set(tiles(old)), set(tiles(size))
    new = list(grown(old, size))
    assert after <= before | set(new)
    assert not before & set(new)
    assert set(new) <= after


def test_a_tree_does_not_grow_backwards() -> None:
    with pytest.raises(OutOfRange):
        list(grown(2, 1))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_536, 65_537, 70_000])
def test_proofs_from_tiles_are_those_of_the_tree(size: int) -> None:
    stored = {tile: tile_bytes(tile, TREE.at) for tile in tiles(size)}
    at = hashes_from(stored.__getitem__, size)
    assert root(size, at) == TREE.root(size)
    for index in {0, size // 3, size // 2, size - 1}:
        assert inclusion_proof(index, size, at) == TREE.inclusion(index, size)
        assert consistency_proof(index, size, at) == TREE.consistency(index, size)


def test_a_tile_of_the_wrong_size_and_a_hash_beyond_the_tree_are_refused() -> None:
    at = hashes_from(lambda _: b"short", 5)
    with pytest.raises(Malformed):
        at(0, 0)
    for level, index in ((0, 5), (0, -1), (3, 0)):
        with pytest.raises(OutOfRange):
            at(level, index)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_holds_its_entries(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries)) == entries


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5), st.integers(1, 30))
def test_a_bundle_that_ends_within_an_entry_is_refused(entries: list[bytes], missing: int) -> None:
    last = len(entries[-1]) + 2
    with pytest.raises(Malformed):
        unbundle(bundle(entries)[: -min(missing, last - 1)])


def test_an_entry_that_no_length_can_tell_is_refused() -> None:
    with pytest.raises(OutOfRange):
        bundle([b"x" * 65_536])
