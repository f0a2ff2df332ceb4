"""The keys on disk: made once, changed whole or not at all, and never by two at once."""

import threading
from pathlib import Path

import pytest

from clearline.evidence.errors import EvidenceError
from clearline.evidence.keys import NEXT, RING, SIGNER, alone, open_keys, read_keys, rotated, write


def test_they_are_made_once_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    first = open_keys(tmp_path / "keys")
    assert open_keys(tmp_path / "keys") == first
    assert first.ring.origin.startswith("clearline/")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert open_keys(tmp_path / "other") != first


def test_a_log_keeps_its_name(tmp_path: Path) -> None:
    assert open_keys(tmp_path, "shop.example/log").ring.origin == "shop.example/log"
    assert open_keys(tmp_path).ring.origin == "shop.example/log"
    with pytest.raises(EvidenceError, match="a log keeps its name"):
        open_keys(tmp_path, "shop.example/other")


def test_a_new_key_counts_from_its_ring_on_wherever_the_change_was_cut_short(tmp_path: Path) -> None:
    keys = open_keys(tmp_path, "shop.example/log")
    old = {name: (tmp_path / name).read_text(encoding="utf-8") for name in (SIGNER, RING)}
    new = rotated(keys, 5)
    after = {name: (tmp_path / name).read_text(encoding="utf-8") for name in (SIGNER, RING)}
    assert new.ring.key(4) == keys.signer.verifier
    assert new.ring.key(5) == new.signer.verifier != keys.signer.verifier
    for name, text in old.items():  # the new key was written, its ring was not
        write(tmp_path / name, text)
    write(tmp_path / NEXT, after[SIGNER])
    assert read_keys(tmp_path).signer == keys.signer
    write(tmp_path / RING, after[RING])  # its ring was, the rest was not
    assert read_keys(tmp_path).signer == new.signer
    assert not (tmp_path / NEXT).exists()
    assert (tmp_path / SIGNER).read_text(encoding="utf-8") == after[SIGNER]


def test_a_key_that_is_not_the_newest_signs_nothing(tmp_path: Path) -> None:
    keys = open_keys(tmp_path, "shop.example/log")
    before = (tmp_path / SIGNER).read_text(encoding="utf-8")
    rotated(keys, 5)
    write(tmp_path / SIGNER, before)
    with pytest.raises(EvidenceError, match="restore both"):
        read_keys(tmp_path)


def test_one_at_a_time_is_alone_with_them(tmp_path: Path) -> None:
    order = []

    def second() -> None:
        with alone(tmp_path):
            order.append("second")

    with alone(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
