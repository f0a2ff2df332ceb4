"""RFC 9162 trees: known roots, every small proof, and no damaged one."""

from base64 import b64decode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.seal.errors import NotVerified, OutOfRange
from clearline.seal.merkle import (
    EMPTY_ROOT,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves and roots of Certificate Transparency's reference tree.
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KNOWN = Tree(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES)
MOST = 70
TREE = Tree(leaf_hash(b"%d" % n) for n in range(MOST))


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(slow_root(leaves[:half]), slow_root(leaves[half:]))


def decoded(*hashes: str) -> list[bytes]:
    return [b64decode(one) for one in hashes]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_its_known_roots(size: int) -> None:
    assert KNOWN.root(size).hex() == ROOTS[size]


def test_published_inclusion_proofs_come_out_byte_for_byte() -> None:
    assert KNOWN.inclusion(5) == decoded(
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    )
    assert KNOWN.inclusion(1, 5) == decoded(
        "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
    )


def test_published_consistency_proofs_come_out_byte_for_byte() -> None:
    assert KNOWN.consistency(6) == decoded(
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    )
    assert KNOWN.consistency(6, 7) == decoded(
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
        "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    )
    assert KNOWN.consistency(2, 5) == decoded(
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
    )


@pytest.mark.parametrize("size", range(MOST + 1))
def test_a_root_is_what_the_definition_says(size: int) -> None:
    assert TREE.root(size) == slow_root([TREE.at(0, n) for n in range(size)])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_inclusion_proof_holds_for_its_leaf_alone(size: int) -> None:
    root = TREE.root(size)
    for index in range(size):
        proof = TREE.inclusion(index, size)
        verify_inclusion(TREE.at(0, index), index, size, proof, root)
        for wrong_index, wrong_leaf in ((index, (index + 1) % size), ((index + 1) % size, index)):
            if wrong_index != wrong_leaf:
                with pytest.raises(NotVerified):
                    verify_inclusion(TREE.at(0, wrong_leaf), wrong_index, size, proof, root)


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_consistency_proof_holds_for_its_two_trees_alone(size: int) -> None:
    for old in range(size + 1):
        proof = TREE.consistency(old, size)
        verify_consistency(old, TREE.root(old), size, TREE.root(size), proof)
        for other in {max(old - 1, 0), old + 1} - {old}:
            with pytest.raises(NotVerified):
                verify_consistency(other, TREE.root(old), size, TREE.root(size), proof)
        if old != size:
            with pytest.raises(NotVerified):
                verify_consistency(size, TREE.root(size), old, TREE.root(old), proof)


damage = st.sampled_from(["flip", "drop", "add", "swap", "short", "root"])


def damaged(proof: list[bytes], how: str, place: int, bit: int) -> list[bytes]:
    at = place % max(len(proof), 1)
    flipped = bytearray(proof[at]) if proof else bytearray(32)
    flipped[bit // 8] ^= 1 << bit % 8
    match how:
        case "flip" | "root":
            return [*proof[:at], bytes(flipped), *proof[at + 1 :]] if proof else [bytes(flipped)]
        case "drop":
            return [*proof[:at], *proof[at + 1 :]]
        case "add":
            return [*proof[:at], bytes(flipped), *proof[at:]]
        case "swap":
            return [*proof[at:], *proof[:at]]
        case _:
            return [*proof[:at], *(one[: bit % 32] for one in proof[at : at + 1]), *proof[at + 1 :]]


@given(st.integers(1, MOST), st.data(), damage, st.integers(0, 7), st.integers(0, 255))
def test_no_damaged_inclusion_proof_holds(
    size: int, data: st.DataObject, how: str, place: int, bit: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = TREE.inclusion(index, size)
    other = damaged(proof, how, place, bit)
    assume(other != proof)
    with pytest.raises(NotVerified):
        verify_inclusion(TREE.at(0, index), index, size, other, TREE.root(size))


@given(st.integers(1, MOST), st.data(), damage, st.integers(0, 7), st.integers(0, 255))
def test_no_damaged_consistency_proof_holds(
    size: int, data: st.DataObject, how: str, place: int, bit: int
) -> None:
    old = data.draw(st.integers(0, size))
    proof = TREE.consistency(old, size)
    other = damaged(proof, how, place, bit)
    assume(other != proof)
    with pytest.raises(NotVerified):
        verify_consistency(old, TREE.root(old), size, TREE.root(size), other)


@given(st.integers(1, MOST), st.data(), st.integers(0, 255))
def test_a_proof_to_another_root_does_not_hold(size: int, data: st.DataObject, bit: int) -> None:
    old, index = data.draw(st.integers(0, size)), data.draw(st.integers(0, size - 1))
    flipped = bytearray(TREE.root(size))
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotVerified):
        verify_inclusion(TREE.at(0, index), index, size, TREE.inclusion(index, size), bytes(flipped))
    if old:
        with pytest.raises(NotVerified):
            verify_consistency(old, TREE.root(old), size, bytes(flipped), TREE.consistency(old, size))


@pytest.mark.parametrize(
    ("old", "old_root", "size", "root", "proof"),
    [
        (0, EMPTY_ROOT, 0, EMPTY_ROOT, [EMPTY_ROOT]),
        (0, TREE.root(1), 0, EMPTY_ROOT, []),
        (0, TREE.root(1), 0, TREE.root(1), []),
        (0, TREE.root(1), 1, TREE.root(1), []),
        (0, EMPTY_ROOT, 1, b"no hash", []),
        (0, EMPTY_ROOT, 4, TREE.root(4), [EMPTY_ROOT]),
        (1, TREE.root(1), 1, TREE.root(2), []),
        (1, TREE.root(1), 1, TREE.root(1), [TREE.root(1)]),
        (1, TREE.root(1), 2, TREE.root(2), []),
        (1, TREE.root(1), 2, TREE.root(2), [b""]),
        (2, TREE.root(2), 1, TREE.root(1), []),
        (-1, TREE.root(1), 1, TREE.root(1), []),
    ],
)
def test_no_edge_of_consistency_is_passed_by(
    old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]
) -> None:
    with pytest.raises(NotVerified):
        verify_consistency(old, old_root, size, root, proof)


@pytest.mark.parametrize(
    ("leaf", "index", "size", "proof", "root"),
    [
        (TREE.at(0, 0), 0, 0, [], EMPTY_ROOT),
        (TREE.at(0, 0), 1, 1, [], TREE.root(1)),
        (TREE.at(0, 0), -1, 1, [], TREE.root(1)),
        (TREE.at(0, 0), 0, 1, [TREE.root(1)], TREE.root(1)),
        (b"", 0, 1, [], b""),
        (b"", 0, 1, [], TREE.root(1)),
        (TREE.at(0, 0), 1 << 200, 1 << 200, [], TREE.root(1)),
    ],
)
def test_no_edge_of_inclusion_is_passed_by(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    with pytest.raises(NotVerified):
        verify_inclusion(leaf, index, size, proof, root)


def test_what_the_tree_does_not_have_is_refused() -> None:
    small = Tree([leaf_hash(b"a")])
    for ask in (
        lambda: small.root(2),
        lambda: small.root(-1),
        lambda: small.inclusion(1),
        lambda: small.inclusion(-1),
        lambda: small.consistency(2),
        lambda: small.at(1, 0),
        lambda: small.at(0, -1),
    ):
        with pytest.raises(OutOfRange):
            ask()
    with pytest.raises(OutOfRange, match="hash the entry first"):
        small.append(b"an entry itself")
