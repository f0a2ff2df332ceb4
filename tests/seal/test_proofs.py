"""Receipts: read and written in one way, and good for one entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.seal.checkpoints import Checkpoint, signed
from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, SignerKey
from clearline.seal.merkle import Tree, leaf_hash
from clearline.seal.proofs import Growth, Receipt

ENTRIES = [b"entry %d" % n for n in range(11)]
TREE = Tree(map(leaf_hash, ENTRIES))
HEAD = Checkpoint("shop.example/log", 11, TREE.root())
NOTE = signed(HEAD, SignerKey("shop.example/log", LOG, b"\1" * 32))
RECEIPT = Receipt(4, tuple(TREE.inclusion(4)), NOTE, b"entry 4")


def test_a_receipt_is_laid_out_as_the_specification_says() -> None:
    lines = str(RECEIPT).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZW50cnkgNA==", "index 4"]
    assert lines[3 + len(RECEIPT.hashes)] == ""
    assert str(RECEIPT).endswith(str(NOTE))
    assert "extra" not in str(Receipt(4, RECEIPT.hashes, NOTE))


@given(st.integers(0, 10), st.binary(max_size=20))
def test_a_receipt_is_read_as_it_was_written(index: int, extra: bytes) -> None:
    receipt = Receipt(index, tuple(TREE.inclusion(index)), NOTE, extra)
    assert Receipt.parse(str(receipt).encode()) == receipt
    receipt.verify(ENTRIES[index], HEAD)


def test_a_receipt_is_good_for_its_entry_alone() -> None:
    with pytest.raises(NotVerified):
        RECEIPT.verify(b"entry 5", HEAD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 4", "index 04"),
        ("index 4", "index x"),
        ("index 4\n", ""),
        ("extra ZW50cnkgNA==", "extra ZW50cnkgNB=="),
        ("\n\n", "\n"),
        ("index 4\n", "index 4\nAAAA\n"),
        ("index 4\n", "index 4\n" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        ("index 4", "index 4\udcff"),
    ],
)
def test_what_is_no_receipt_is_refused(old: str, new: str) -> None:
    with pytest.raises(Malformed):
        Receipt.parse(str(RECEIPT).replace(old, new, 1).encode(errors="surrogateescape"))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_receipt_or_refused(data: bytes) -> None:
    for kind in (Receipt, Growth):
        with pytest.raises(Malformed):
            kind.parse(data)


def test_growth_needs_an_old_size() -> None:
    growth = Growth(3, tuple(TREE.consistency(3)), NOTE)
    assert Growth.parse(str(growth).encode()) == growth
    with pytest.raises(Malformed, match="old"):
        Growth.parse(str(growth).replace("old 3", "new 3").encode())
