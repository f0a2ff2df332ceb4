"""What was compiled is read again, and whatever is wrong with it costs time and nothing else."""

import os
from pathlib import Path

import pytest

from clearline.engine.scan import Lexicon
from clearline.rulebook.kept import MOST, Kept

PHRASES = ["this call is recorded", "stop calling (me|us)", "[please] take ... off your list"]
SAID = ["Please stop calling us", "this call is recorded", "please take my number off your list"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache/phrases"


def found(folder: Path) -> list[tuple[int, ...]]:
    return [tuple(hit) for hit in Lexicon(PHRASES, keeper=Kept(folder)).find(SAID)]


def test_what_was_kept_finds_what_was_compiled(folder: Path) -> None:
    first = found(folder)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    written = file.read_bytes()
    assert first == found(folder) == [tuple(hit) for hit in Lexicon(PHRASES, portable=True).find(SAID)]
    assert written == file.read_bytes()


def test_other_phrases_are_compiled(folder: Path) -> None:
    found(folder)
    Lexicon(PHRASES[:2], keeper=Kept(folder))
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("harm", ["cut", "flipped", "another's", "of another version"])
def test_a_file_that_can_not_be_believed_is_not_read(folder: Path, harm: str) -> None:
    first = found(folder)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[:-100])
    elif harm == "flipped":
        file.write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
    elif harm == "another's":
        file.chmod(0o666)
    else:  # a sum that is right, over what the library refuses
        Kept(folder).keep(file.name, b"no database")
    if harm != "of another version":
        assert Kept(folder).kept(file.name) is None
    assert found(folder) == first
    assert Kept(folder).kept(file.name) == whole[32:]


def test_a_folder_that_can_not_be_made_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert found(tmp_path / "cache/phrases") == found(tmp_path / "other")


def test_what_was_not_used_for_longest_is_removed(folder: Path) -> None:
    kept = Kept(folder)
    for number in range(MOST):
        kept.keep(f"n{number}", b"x")
        os.utime(folder / f"n{number}", (number, number))
    assert kept.kept("n0") == b"x"  # so that it was used last
    kept.keep("more", b"x")
    assert {one.name for one in folder.iterdir()} == {f"n{number}" for number in range(MOST)} - {"n1"} | {
        "more"
    }
