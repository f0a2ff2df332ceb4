"""Disks that are full or read-only, databases that are locked, gone or silent: clear answers, nothing lost, and on it goes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.faults.conftest import Build, Postgres
from tests.faults.house import House
from tests.faults.proxy import Proxy
from tests.faults.sender import Sender, acknowledged

LOCK = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no disk can be mounted here (only root may): a full disk is not tested")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def sending(house: House, count: int = 3, timeout: float = 40) -> Iterator[list[Sender]]:
    """Senders who send until the block ends, and then finish what they have in hand."""
    senders = [Sender(house, f"s{number}", timeout=timeout) for number in range(count)]
    for sender in senders:
        sender.start()
    yield senders
    for sender in senders:
        sender.stop()


def await_answer(senders: list[Sender], status: int, seconds: float = 30) -> None:
    """Waits until somebody is answered so from now on."""
    before = sum(sender.answers[status] for sender in senders)
    until = time.monotonic() + seconds
    while sum(sender.answers[status] for sender in senders) <= before:
        seen = [dict(sender.answers) for sender in senders]
        assert time.monotonic() < until, f"nobody was answered with {status}: {seen}"
        time.sleep(0.05)


def whole(house: House, senders: list[Sender], allowed: set[int]) -> None:
    """Everything that was answered is there, once; only these statuses were seen; refusals say when to come again."""
    house.stop()
    told = house.audit()
    answered = acknowledged(senders)
    assert told["faults"] == []
    assert [sender.wrong for sender in senders] == [[]] * len(senders)
    assert {name: told["events"].get(name) for name in answered} == answered
    assert set().union(*(sender.answers for sender in senders)) <= allowed | {202}
    assert all("retry-after" in headers for sender in senders for headers in sender.headers)


def test_a_full_disk_is_said_and_events_are_taken_again_when_there_is_room(small: Path, build: Build) -> None:
    house = build(name="small/home")
    house.start()
    with sending(house) as senders:
        await_answer(senders, 202)
        await_answer(senders, 507)
        subprocess.run(["mount", "-o", "remount,size=256m", str(small)], check=True)
        await_answer(senders, 202)
    whole(house, senders, {507})


def test_a_disk_that_turned_read_only_is_said_and_nothing_is_lost(small: Path, build: Build) -> None:
    subprocess.run(["mount", "-o", "remount,size=256m", str(small)], check=True)
    house = build(name="small/home")
    house.start()
    with sending(house) as senders:
        await_answer(senders, 202)
        subprocess.run(["fsfreeze", "--freeze", str(small)], check=False, capture_output=True)
        frozen = subprocess.run(
            ["mount", "-o", "remount,ro", str(small)], check=False, capture_output=True, text=True
        )
        if frozen.returncode == 0:
            await_answer(senders, 503)
        subprocess.run(["mount", "-o", "remount,rw", str(small)], check=True)
        await_answer(senders, 202)
    whole(house, senders, {503})


def test_a_locked_database_is_waited_for_and_then_said(build: Build) -> None:
    house = build()
    house.start()
    with sending(house) as senders:
        await_answer(senders, 202)
        command = [sys.executable, "-c", LOCK, str(house.home / "clearline.sqlite3"), "30"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as locking:
            assert locking.stdout is not None
            assert locking.stdout.readline() == "locked\n"
            await_answer(senders, 503, 29)
            locking.wait()
        await_answer(senders, 202)
    whole(house, senders, {503, 429})


@pytest.fixture
def wired(postgres: Postgres, build: Build) -> Iterator[tuple[House, Proxy, Postgres]]:
    """A house whose database is at the other end of a wire."""
    proxy = Proxy(postgres.socket)
    name = urlsplit(postgres.database()).path
    yield build(f"postgresql://postgres@127.0.0.1:{proxy.port}{name}"), proxy, postgres
    proxy.close()


def test_a_database_that_goes_away_and_comes_back_loses_nothing(
    wired: tuple[House, Proxy, Postgres],
) -> None:
    house, proxy, postgres = wired
    house.start()
    with sending(house) as senders:
        await_answer(senders, 202)
        for strike in (proxy.cut, postgres.kill):
            strike()
            await_answer(senders, 503 if strike == postgres.kill else 202)
            postgres.start()
            await_answer(senders, 202)
    whole(house, senders, {503})


def test_a_database_that_falls_silent_is_said_in_time_and_nothing_is_lost_or_doubled(
    wired: tuple[House, Proxy, Postgres],
) -> None:
    house, proxy, _ = wired
    house.start()
    with sending(house) as senders:
        await_answer(senders, 202)
        proxy.hold()
        await_answer(senders, 503, 35)
        proxy.go_on()
        await_answer(senders, 202)
    whole(house, senders, {503, 429})
