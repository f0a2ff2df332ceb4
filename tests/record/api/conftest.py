"""A server with an API to ask, on the database of this run."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

START = """
import json
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.people import tokens
from clearline.people.models import Person, Role
from clearline.record.actions.append import append
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.ui.clock import now
from tests.record.conftest import call, received
from tests.record.test_append import LINES
at = now()
for number in range(30):
    told = call(*LINES, name=f"c-{number}", at=at - (number + 1) * 3_600_000_000, agent="a-1", contact=f"k-{number % 4}")
    append(received(told), at, Watches(judging))
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
scopes = ["calls:read", "findings:read", "contacts:read", "evidence:read", "events:write", "recordings:write", "gate:decide", "decisions:read", "overrides:read"]
made = [tokens.make(alice, name=one[-1], scopes=one, expires=at + 86_400_000_000, at=at)[1] for one in (scopes, ["events:write"])]
print(json.dumps(made))
"""


class Server(NamedTuple):
    """A running server, a token that may do everything, and one that may only send events."""

    url: str
    token: str
    sender: str


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("api")
    told = {**os.environ, "CLEARLINE_HOME": str(home), "CLEARLINE_API_RATE": "100000"}
    told["PYTHONPATH"] = str(Path(__file__).parents[3])
    if given := os.environ.get("CLEARLINE_DATABASE_URL"):
        told["CLEARLINE_DATABASE_URL"] = _database(given)
    made = subprocess.run(
        [sys.executable, "-c", START], env=told, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    token, sender = json.loads(made.stdout)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    log = home / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, env=told, stdout=out, stderr=out) as process:
        url = f"http://127.0.0.1:{port}"
        _await(url, log)
        yield Server(url, token, sender)
        process.terminate()


def _database(url: str) -> str:
    """A database of its own on the same PostgreSQL."""
    import psycopg
    from django.conf import settings

    one = settings.DATABASES["default"]
    name = f"clearline_api_{secrets.token_hex(4)}"
    host = {"host": one["HOST"]} if one["HOST"] else {}
    with psycopg.connect(
        dbname=urlsplit(url).path.strip("/"),
        user=one["USER"],
        password=one["PASSWORD"],
        autocommit=True,
        **host,
    ) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _await(url: str, log: Path) -> None:
    for _ in range(150):
        try:
            if httpx.get(f"{url}/api/openapi.json", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start in 30 seconds: {log.read_text()}")
