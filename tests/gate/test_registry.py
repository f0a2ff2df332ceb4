"""The registry as bits: it says of each number what a set of numbers would say."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.gate.list_heads import PAGE, DamagedList
from clearline.gate.registry import Builder, Registry

LISTED = [12025550143, 12025550144, 13035559999, 19892000000, 12029999999]


def made(folder: Path, numbers: list[int], *, areas: tuple[int, ...] = ()) -> Registry:
    builder = Builder()
    builder.add(np.array(numbers, np.int64))
    builder.covers(areas)
    builder.write(folder / "list", "s-1", "us-national", 5)
    return Registry.open(folder / "list")


def test_it_holds_what_was_put_in_and_nothing_else(tmp_path: Path) -> None:
    registry = made(tmp_path, LISTED)
    assert len(registry) == len(LISTED)
    for number in LISTED:
        assert f"+{number}" in registry
        assert f"+{number + 1}" not in registry or number + 1 in LISTED
    assert "+442079460958" not in registry
    assert "+12021550143" not in registry


def test_it_covers_the_area_codes_that_were_met_or_asked_for(tmp_path: Path) -> None:
    registry = made(tmp_path, LISTED, areas=(415,))
    assert registry.covers("+12025550199")
    assert registry.covers("+14155550199")
    assert "+14155550199" not in registry
    assert not registry.covers("+12125550199")
    assert not registry.covers("+442079460958")
    asked = np.array([12025550199, 14155550199, 12125550199, 442079460958], np.int64)
    assert registry.covers_many(asked).tolist() == [True, True, False, False]


@settings(deadline=None)
@given(
    st.lists(st.integers(10**9, 2 * 10**10), max_size=40),
    st.lists(st.integers(10**9, 2 * 10**10), max_size=40),
    st.lists(st.integers(10**9, 2 * 10**10), max_size=10),
)
def test_many_and_one_and_a_set_agree(
    tmp_path_factory: pytest.TempPathFactory, put: list[int], asked: list[int], gone: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("registry")
    builder = Builder()
    none = builder.add(np.array(put, np.int64))
    builder.remove(np.array(gone, np.int64))
    head = builder.write(folder / "list", "s", "us-national", 0)
    registry = Registry.open(folder / "list")
    told = {number for number, bad in zip(put, none.tolist(), strict=True) if not bad} - set(gone)
    assert head.numbers == len(told)
    everything = np.array([*asked, *put], np.int64)
    assert registry.many(everything).tolist() == [number in told for number in everything.tolist()]
    assert [f"+{number}" in registry for number in everything.tolist()] == registry.many(everything).tolist()


def test_it_goes_on_from_another(tmp_path: Path) -> None:
    builder = Builder(made(tmp_path, LISTED, areas=(415,)))
    builder.add(np.array([14155550199], np.int64))
    builder.remove(np.array([12025550143], np.int64))
    builder.write(tmp_path / "next", "s-2", "us-national", 6)
    after = Registry.open(tmp_path / "next")
    assert len(after) == len(LISTED)
    assert "+14155550199" in after
    assert "+12025550143" not in after
    assert set(after.head.areas) == {202, 303, 415, 989}


@pytest.mark.parametrize("at", [3, 40, PAGE - 1])
def test_a_damaged_page_is_refused(tmp_path: Path, at: int) -> None:
    made(tmp_path, LISTED)
    held = bytearray((tmp_path / "list").read_bytes())
    held[at] ^= 1
    (tmp_path / "list").write_bytes(held)
    with pytest.raises(DamagedList, match="load"):
        Registry.open(tmp_path / "list")


@pytest.mark.parametrize("size", [0, 100, PAGE, PAGE + 100])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    made(tmp_path, LISTED)
    (tmp_path / "list").write_bytes((tmp_path / "list").read_bytes()[:size])
    with pytest.raises(DamagedList):
        Registry.open(tmp_path / "list")


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "in the way").touch()
    with pytest.raises(OSError, match="list"):
        made(tmp_path, LISTED)
    assert [path.name for path in tmp_path.iterdir()] == ["list"]


def test_an_empty_registry_says_no(tmp_path: Path) -> None:
    registry = made(tmp_path, [], areas=(202,))
    assert "+12025550143" not in registry
    assert registry.many(np.array([12025550143], np.int64)).tolist() == [False]
    assert registry.covers("+12025550143")
