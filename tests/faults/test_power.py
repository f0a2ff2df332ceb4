"""Power that fails at any moment, modelled: what was acknowledged is there, and the log and its signature agree."""

import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.faults.conftest import ORDEAL
from tests.faults.house import House
from tests.faults.power import Asked, Disk, recorded

CUTS = 3_000 if ORDEAL else 400
APPENDS = 60
WORKER = """
import os, sys
from clearline.config.starting import start
start()
from django.conf import settings
from django.db import connection
from tests.faults.sender import LINES
from clearline.ui.clock import now
from clearline.engine.events import Event
from clearline.evidence.actions import checkpoint
from clearline.evidence.keys import open_keys
from clearline.record.actions.append import Received, append
from clearline.record.judging import judging
from clearline.record.watching import Watches
with connection.cursor() as cursor:
    if sys.argv[1] != "FULL":
        cursor.execute(f"PRAGMA synchronous={sys.argv[1]}")
    cursor.execute("PRAGMA wal_autocheckpoint=150")  # often enough to be struck within one
keys, watches, begun = open_keys(settings.HOME.keys), Watches(judging), now() - 3_600_000_000
for n in range(int(sys.argv[2])):
    kind, data = LINES[n % len(LINES)]
    call = f"c-{n // len(LINES)}"
    event = Event(f"e-{n}", kind, begun + n * 1_000_000, data, {"call": call}, n)
    append([Received("telephony", event, "token-1")], now(), watches)
    os.write(1, f"event e-{n}\\n".encode())
    if n % 7 == 6:
        signed = checkpoint(keys, now())
        os.write(1, f"signed {signed.size}\\n".encode())
os._exit(0)
"""


class Struck(NamedTuple):
    """What came of many cuts."""

    cuts: int
    losing: int  # cuts at which something acknowledged was lost
    broken: list[str]  # damage of any kind


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: power cuts are not modelled (apt-get install strace)")
    made = House(tmp_path_factory.mktemp("power") / "home")
    made.run("-c", "from clearline.config.starting import start; start()")
    return made


def struck(house: House, tmp_path: Path, synchronous: str) -> Struck:
    """Lets a worker append in a copy of the home, and then cuts the power at many of its moments."""
    home = tmp_path / "home"
    shutil.copytree(house.home, home)
    disk = Disk(home)
    environment = {**house.environment, "CLEARLINE_HOME": str(home)}
    command = [sys.executable, "-c", WORKER, synchronous, str(APPENDS)]
    asked = recorded(command, environment, home, tmp_path / "trace")
    dice = random.Random(11)
    writes = [place for place, one in enumerate(asked) if one.what != "said"]
    cuts = sorted(dice.sample(writes, min(CUTS, len(writes))))
    losing, broken, said, at = 0, list[str](), list[str](), 0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        for number, cut in enumerate(cuts):
            for one in asked[at:cut]:
                disk.ask(one)
                said += _said(one)
            at = cut
            left = Path(folder) / str(number)
            disk.without_power(dice, left)
            try:
                losing += bool(_lost(left, said, broken))
            except sqlite3.DatabaseError as error:
                broken.append(str(error))
            shutil.rmtree(left)
    return Struck(len(cuts), losing, broken)


def _said(one: Asked) -> list[str]:
    return one.data.decode().split("\n")[:-1] if one.what == "said" else []


def _lost(left: Path, said: list[str], broken: list[str]) -> set[str]:
    """What was acknowledged and is not there; any other damage is told."""
    with closing(sqlite3.connect(left / "clearline.sqlite3")) as database:
        (sound,) = database.execute("PRAGMA integrity_check").fetchone()
        names = {name for (name,) in database.execute("SELECT name FROM record_event")}
        entries = [index for (index,) in database.execute('SELECT "index" FROM evidence_entry ORDER BY 1')]
        (size,) = database.execute("SELECT coalesce(max(size), 0) FROM evidence_head").fetchone()
        (signed,) = database.execute("SELECT coalesce(max(size), 0) FROM evidence_checkpoint").fetchone()
    if sound != "ok" or entries != list(range(size)):
        broken.append(f"{sound}; {len(entries)} entries under a head of {size}")
    last = left / "keys/log.last"
    told = last.read_text().split() if last.exists() else ["0", ""]
    if len(told) != 2 or (told[1] and len(told[1]) != 64) or not signed <= int(told[0]):
        broken.append(f"log.last says {told}, the newest checkpoint has {signed}")
    lost = {line for line in said if line.startswith("event ") and line[6:] not in names}
    return lost | {line for line in said if line.startswith("signed ") and int(line[7:]) > int(told[0])}


def test_nothing_that_was_acknowledged_is_lost_when_the_power_fails(house: House, tmp_path: Path) -> None:
    told = struck(house, tmp_path, "FULL")
    assert told.cuts >= 300
    assert told.broken == []
    assert told.losing == 0


def test_the_model_finds_a_database_that_does_not_wait_for_the_disk(house: House, tmp_path: Path) -> None:
    told = struck(house, tmp_path, "NORMAL")
    assert told.losing > told.cuts // 2


def test_the_model_finds_a_database_that_never_waits(house: House, tmp_path: Path) -> None:
    told = struck(house, tmp_path, "OFF")
    assert told.broken
