"""The server as it is started, and one that is impatient, with senders that may open streams."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[3]
TWILIO = "the auth token of the tests"
AUDIOHOOK = "YSBzZWNyZXQgb2YgdGhlIHRlc3RzLCBubyBvdGhlcg=="  # base64
START = """
import sys
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.intake.actions import made
from clearline.people import tokens
from clearline.people.models import Person, Role
from clearline.ui.clock import now
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
max = Person.objects.invited(email="max@shop.example", name="Max", role=Role.ADMINISTRATOR)
day = 86_400_000_000
for name, scope in (("telephony", "events:write"), ("other", "events:write"), ("reader", "calls:read")):
    print(tokens.make(alice, name=name, scopes=[scope], expires=now() + day, at=now())[1])
made(max, kind="twilio", name="twilio-eu", prefix="", secret=sys.argv[1], at=now())
made(max, kind="audiohook", name="genesys-eu", prefix="", secret=sys.argv[2], at=now())
"""


class House(NamedTuple):
    """A running server, its database, and the tokens made for it."""

    port: int
    audiosocket: int
    database: Path
    token: str
    other: str
    reader: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}/live/in/{path}"

    def open(self, path: str, token: str | None = "", **more: Any) -> ClientConnection:
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.token}"
        told = {"max_size": None, "close_timeout": 2, **more}
        line: ClientConnection = connect(self.url(path), additional_headers=headers, **told)
        return line

    def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        headers = more.pop("headers", {"authorization": f"Bearer {self.token}"})
        told = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.post(f"{self.address}/live/in/{path}", content=told, headers=headers, timeout=30, **more)

    def stored(self, call: str) -> list[dict[str, Any]]:
        """The events of a call that are on disk, in their order."""
        query = """
            SELECT e.body FROM record_event e JOIN record_eventon o ON o.event_id = e.id
            JOIN record_timeline t ON t.id = o.timeline_id
            WHERE t.kind = 'call' AND t.subject = ? ORDER BY e.at, e.seq, e.name
        """
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return [json.loads(body) for (body,) in database.execute(query, (call,))]

    def until(self, call: str, done: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """What is stored of a call, as soon as it is so."""
        deadline = time.monotonic() + 10
        while not done(found := self.stored(call)):
            assert time.monotonic() < deadline, [(one["type"], one.get("data")) for one in found]
            time.sleep(0.05)
        return found

    def ended(self, call: str) -> list[dict[str, Any]]:
        return self.until(call, lambda found: any(one["type"] == "call.ended" for one in found))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def running(
    home: Path, tokens: list[str], command: list[str], port: int, **environment: str
) -> Iterator[House]:
    audiosocket = free_port()
    told = {
        **os.environ,
        "CLEARLINE_HOME": str(home),
        "CLEARLINE_PORTABLE": "yes",
        "CLEARLINE_PLAIN_HTTP": "yes",
        "CLEARLINE_HEAR": "no",
        "CLEARLINE_AUDIOSOCKET": f"127.0.0.1:{audiosocket}",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    with subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL) as process:
        house = House(port, audiosocket, home / "clearline.sqlite3", *tokens)
        for _ in range(150):
            try:
                httpx.get(f"{house.address}/account/login/", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        else:
            pytest.fail("the server did not start in 30 seconds")
        yield house
        process.terminate()


def made(home: Path) -> list[str]:
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the server under test has a home of its own, with SQLite")
    environment = {**os.environ, "CLEARLINE_HOME": str(home)}
    command = [sys.executable, "-c", START, TWILIO, AUDIOHOOK]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.split()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    serve = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    yield from running(home, made(home), serve, port)


@pytest.fixture(scope="session")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same application, which waits seconds where the other waits minutes."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    yield from running(home, made(home), [*granian, "tests.intake.streams.impatient:application"], port)
