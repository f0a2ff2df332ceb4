"""A backup has the lists that its record names; a restored home asks those only that are whole."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.record.conftest import LATER, NOON

from clearline.gate.lists import copying, current
from clearline.gate.lists.current import lookup, place
from clearline.gate.lists.loading import Brought, load
from clearline.gate.models import Snapshot
from clearline.record.judging import judging
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
ON = "+12025550143"
Bring = Callable[[str, str, int], Snapshot]


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    current.forget()
    yield
    current.forget()


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    def bring(name: str, content: str, made: int) -> Snapshot:
        file = tmp_path / "list"
        file.write_text(content)
        return load(Brought(name, file, made), LATER, Watches(judging))

    return bring


@pytest.fixture
def rows(bring: Bring) -> list[Snapshot]:
    """A registry, a state's list, and one that waits for a person."""
    return [
        bring("us-national", "202,5550143\n202,5550144\n", NOON),
        bring("US-TX", "2145550100\n2145550101\n", NOON),
        bring("US-TX", "2145550100\n", NOON + 1),
    ]


def test_a_home_that_was_restored_asks_the_same_lists(rows: list[Snapshot], tmp_path: Path) -> None:
    copying.copy_out(tmp_path / "backup")
    copying.copy_out(tmp_path / "backup")
    for row in rows:
        place(row.uid, row.name).unlink()
    current.forget()
    assert copying.copy_in(tmp_path / "backup") == []
    current.forget()
    found = lookup(ON)
    assert (found.registry, found.states) == (True, {"US-TX": False})
    assert rows[2].state == Snapshot.State.HELD
    assert all(place(row.uid, row.name).stat().st_mode & 0o777 == 0o600 for row in rows)


def test_a_list_that_came_while_the_record_was_copied_does_not_take_the_old_one_along(
    rows: list[Snapshot], bring: Bring, tmp_path: Path
) -> None:
    copying.copy_out(tmp_path / "backup")  # and now the record is copied
    later = [bring("us-national", "202,5550143\n202,5550144\n202,5550145\n", NOON + more) for more in (1, 2)]
    copying.copy_out(tmp_path / "backup")
    names = {path.name for path in (tmp_path / "backup/lists").iterdir()}
    assert f"us-national.{rows[0].uid}" in names
    assert f"us-national.{later[1].uid}" in names


@pytest.mark.parametrize("harm", ["gone", "bit", "other"])
def test_a_list_that_is_not_whole_is_named_and_does_not_count(
    rows: list[Snapshot], tmp_path: Path, harm: str
) -> None:
    copying.copy_out(tmp_path)
    national, texan = (tmp_path / "lists" / f"{row.name}.{row.uid}" for row in rows[:2])
    if harm == "gone":
        national.unlink()
    elif harm == "bit":
        data = bytearray(national.read_bytes())
        data[-1] ^= 1
        national.write_bytes(data)
    else:
        shutil.copy(texan, national)
    for row in rows:
        place(row.uid, row.name).unlink()
    assert copying.copy_in(tmp_path) == ["us-national"]
    assert not place(rows[0].uid, rows[0].name).exists()
    assert lookup(ON).registry is None
