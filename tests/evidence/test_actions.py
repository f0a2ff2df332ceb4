"""The log as it is kept: it grows without gaps, proves itself, and is never signed backwards."""

from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clearline.evidence import actions, queries
from clearline.evidence.actions import Entered
from clearline.evidence.errors import EvidenceError, RolledBack
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Entry, Head
from clearline.seal import checkpoints, merkle

pytestmark = pytest.mark.django_db


def entered(count: int) -> list[Entered]:
    return [Entered(1_000_000 * n, "call.ended", "a-17", bytes([n % 256]) * 32) for n in range(count)]


def append(count: int) -> range:
    with transaction.atomic():
        return actions.append(entered(count))


def leaves() -> list[bytes]:
    return [merkle.leaf_hash(queries.leaf(row)) for row in Entry.objects.order_by("index")]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path, "shop.example/log")


class Growing(TestCase):
    """Whatever the sizes of the batches, the tiles say what the leaves say."""

    @settings(deadline=None, max_examples=25)  # a database answers when it can
    @given(batches=st.lists(st.integers(0, 600), max_size=6))
    def test_tiles_and_leaves_have_the_same_root(self, batches: list[int]) -> None:
        for count in batches:
            append(count)
        tree = merkle.Tree(leaves())
        assert queries.head_size() == tree.size == sum(batches)
        assert merkle.root(tree.size, queries.tree(tree.size)) == tree.root()


def test_every_entry_has_a_proof_to_the_signed_checkpoint(keys: Keys) -> None:
    append(300)
    note = actions.checkpoint(keys, at=5).note
    told = checkpoints.opened(note.encode(), "shop.example/log", keys.ring.keys).checkpoint
    for index, leaf in enumerate(leaves()):
        merkle.verify_inclusion(leaf, index, told.size, queries.inclusion(index, told.size), told.root)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_appended_outside_a_transaction() -> None:
    with pytest.raises(EvidenceError, match="transaction"):
        actions.append(entered(1))


def test_a_failed_transaction_leaves_no_entry() -> None:
    append(3)
    with transaction.atomic():
        actions.append(entered(5))
        transaction.set_rollback(True)
    assert (queries.head_size(), Entry.objects.count()) == (3, 3)
    assert append(1) == range(3, 4)


def test_the_same_log_is_signed_once(keys: Keys) -> None:
    append(2)
    assert actions.checkpoint(keys, at=1).note == actions.checkpoint(keys, at=2).note


def test_a_log_that_went_back_is_not_signed(keys: Keys) -> None:
    append(10)
    actions.checkpoint(keys, at=1)
    Entry.objects.filter(index__gte=5).delete()
    Head.objects.update(size=5)
    with pytest.raises(RolledBack, match="went back"):
        actions.checkpoint(keys, at=2)


def test_a_log_that_was_rewritten_is_not_signed(keys: Keys, tmp_path: Path) -> None:
    append(10)
    actions.checkpoint(keys, at=1)
    append(1)
    other = (tmp_path / "log.last").read_text(encoding="ascii").split()[1][::-1]
    (tmp_path / "log.last").write_text(f"10 {other}", encoding="ascii")
    with pytest.raises(RolledBack, match="not those that were signed"):
        actions.checkpoint(keys, at=2)
