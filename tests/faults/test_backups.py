"""Backups made under load, restored into a new home and verified; and everything that must be refused."""

import json
import shutil
import time
from copy import copy
from pathlib import Path

import pytest
from tests.faults.conftest import Build, Postgres
from tests.faults.house import House
from tests.faults.sender import Sender, acknowledged


def restored(house: House, home: Path, database: str = "") -> House:
    """A house over a home that was restored, which is asked and not started."""
    again = copy(house)
    again.home, again.process = home, None
    again.environment = {
        **house.environment,
        "CLEARLINE_HOME": str(home),
        "CLEARLINE_DATABASE_URL": database,
    }
    return again


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded(
    request: pytest.FixtureRequest, build: Build, tmp_path: Path
) -> tuple[House, Path, str, dict[str, int]]:
    """A house, a backup that was made under load, an empty database, and what was acknowledged before."""
    postgres: Postgres | None = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    house = build(postgres.database() if postgres else "")
    house.start()
    senders = [Sender(house, f"s{number}") for number in range(3)]
    for sender in senders:
        sender.start()
    while sum(len(sender.entries) for sender in senders) < 100:
        time.sleep(0.05)
    before = acknowledged(senders)
    made = house.command("backup", str(tmp_path / "backup"), "--with-keys")
    assert made.returncode == 0, made.stderr
    for sender in senders:
        sender.stop()
    house.stop()
    return house, tmp_path / "backup", postgres.database() if postgres else "", before


def test_a_backup_under_load_holds_all_that_was_answered_before_it_and_verifies(
    loaded: tuple[House, Path, str, dict[str, int]], tmp_path: Path
) -> None:
    house, backup, database, before = loaded
    assert all(path.stat().st_mode & 0o077 == 0 for path in [backup, *backup.rglob("*")])
    again = restored(house, tmp_path / "new", database)
    done = again.command("restore", str(backup), "--home", str(again.home))
    assert done.returncode == 0, done.stderr
    assert "erased or deleted after" in done.stdout + done.stderr
    told = again.audit()
    assert told["faults"] == []
    assert {name: told["events"].get(name) for name in before} == before
    second = again.command("restore", str(backup), "--home", str(again.home))
    assert second.returncode == 2
    _refuses_rollback(house, backup, tmp_path)


def _refuses_rollback(house: House, backup: Path, tmp_path: Path) -> None:
    """The house went on after the backup; whoever kept what was signed last must not be told an older story."""
    last = house.home / "keys/log.last"
    signed = house.command("backup", str(tmp_path / "later"))
    assert signed.returncode == 0, signed.stderr
    again = restored(
        house, tmp_path / "older", house.environment["CLEARLINE_DATABASE_URL"] and "postgresql://x/y"
    )
    if again.environment["CLEARLINE_DATABASE_URL"]:
        return  # its database would have to be empty, and is not asked that far
    done = again.command("restore", str(backup), "--home", str(again.home), "--since", str(last))
    assert done.returncode == 2
    assert "went back" in done.stderr
    assert not (again.home / "clearline.sqlite3").exists()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Path]:
    """A house at rest, and a backup of it."""
    folder = tmp_path_factory.mktemp("kept")
    house = House(folder / "home")
    made = house.command("backup", str(folder / "backup"))
    assert made.returncode == 0, made.stderr
    return house, folder / "backup"


@pytest.mark.parametrize(
    "harm",
    ["flipped", "truncated", "missing", "added", "manifest", "resigned"],
)
def test_what_was_changed_is_refused(kept: tuple[House, Path], tmp_path: Path, harm: str) -> None:
    house, whole = kept
    backup = tmp_path / "backup"
    shutil.copytree(whole, backup)
    record = backup / "record.sqlite3"
    data = record.read_bytes()
    if harm == "flipped":
        place = len(data) // 2
        record.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    elif harm == "truncated":
        record.write_bytes(data[:-4096])
    elif harm == "missing":
        (backup / "form.json").unlink()
    elif harm == "added":
        (backup / "packs/new.toml").parent.mkdir(exist_ok=True)
        (backup / "packs/new.toml").write_text("")
    elif harm == "manifest":
        text = (backup / "manifest").read_text()
        (backup / "manifest").write_text(text.replace("form.json", "form.jsom"))
    else:  # another log's key under the same files
        other = House(tmp_path / "other")
        made = other.command("backup", str(tmp_path / "others"))
        assert made.returncode == 0, made.stderr
        for name in ("manifest", "log.vkey"):
            shutil.copy(tmp_path / "others" / name, backup / name)
    again = restored(house, tmp_path / "new")
    done = again.command("restore", str(backup), "--home", str(again.home))
    assert done.returncode == 2, done.stderr
    assert "nothing was restored" in done.stderr
    assert not (again.home / "clearline.sqlite3").exists()


def test_a_backup_without_keys_holds_none_and_a_home_with_others_is_refused(
    kept: tuple[House, Path], tmp_path: Path
) -> None:
    house, backup = kept
    assert not (backup / "keys").exists()
    assert json.loads((backup / "form.json").read_text())["migrations"]
    other = House(tmp_path / "other")
    assert other.command("backup", str(tmp_path / "others")).returncode == 0
    (tmp_path / "new/keys").mkdir(parents=True)
    shutil.copy(other.home / "keys/log.vkey", tmp_path / "new/keys/log.vkey")
    again = restored(house, tmp_path / "new")
    done = again.command("restore", str(backup), "--home", str(again.home))
    assert done.returncode == 2
    assert "another log" in done.stderr


def test_lists_are_in_a_backup_and_proven_when_they_come_back(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    file = tmp_path / "registry-2026-11-20.txt"
    file.write_text("202,5550143\n202,5550144\n")
    loaded = house.command("gate", "lists", "load", "ftc", str(file))
    assert loaded.returncode == 0, loaded.stderr
    made = house.command("backup", str(tmp_path / "backup"), "--with-keys")
    assert made.returncode == 0, made.stderr
    again = restored(house, tmp_path / "new")
    done = again.command("restore", str(tmp_path / "backup"), "--home", str(again.home))
    assert (done.returncode, "Load these lists" in done.stderr) == (0, False), done.stderr
    (kept,), (back,) = ((one / "lists").iterdir() for one in (house.home, again.home))
    assert (kept.name, kept.read_bytes()) == (back.name, back.read_bytes())
    (tmp_path / "backup/lists" / kept.name).write_bytes(kept.read_bytes()[:-1])
    third = restored(house, tmp_path / "third")
    refused = third.command("restore", str(tmp_path / "backup"), "--home", str(third.home))
    assert (refused.returncode, kept.name in refused.stderr) == (2, True)


def test_a_backup_goes_over_nothing(kept: tuple[House, Path]) -> None:
    house, backup = kept
    assert house.command("backup", str(backup)).returncode == 2
