"""The server, with a home/siprec.toml: an open one, and a strict one."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.intake.streams.conftest import House, free_port, made, running

OPEN = """
listen = "127.0.0.1:{port}"
ports = "{first}-{last}"
agents = ["2???@pbx.example"]
silence = 2
"""
STRICT = """
listen = "127.0.0.1:{port}"
ports = "{first}-{last}"
user = "sbc"
password = "a password of the tests"
call = "X-Call"
lines = ["customer", "agent"]
most = 2
"""


class Recorder(NamedTuple):
    """A house, and where its recording server listens."""

    house: House
    port: int

    @property
    def home(self) -> Path:
        return self.house.database.parent


def recorder(home: Path, settings: str, sound: int) -> Iterator[Recorder]:
    port, sip = free_port(), free_port()
    tokens = made(home)
    (home / "siprec.toml").write_text(settings.format(port=sip, first=sound, last=sound + 59))
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--log-level", "error"]
    serve = [*granian, "--port", str(port), "tests.intake.siprec.unheard:application"]
    for house in running(home, tokens, serve, port):
        yield Recorder(house, sip)


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    yield from recorder(tmp_path_factory.mktemp("home"), OPEN, 21_000)


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    yield from recorder(tmp_path_factory.mktemp("home"), STRICT, 21_100)
