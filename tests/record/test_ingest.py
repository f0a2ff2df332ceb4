"""Events over HTTP, against the server as it is started."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

START = """
import sys
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.people import tokens
from clearline.people.models import Person, Role
from clearline.ui.clock import now
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
day = 86_400_000_000
print(tokens.make(alice, name="telephony", scopes=["events:write"], expires=now() + day, at=now())[1])
print(tokens.make(alice, name="reader", scopes=["calls:read"], expires=now() + day, at=now())[1])
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """A server with a home of its own: its address, a token that may write, and one that may not."""
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the server under test has a home of its own, with SQLite")
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "CLEARLINE_HOME": str(home)}
    made = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=True
    )
    writes, reads = made.stdout.split()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        _await(address)
        yield f"{address}/api/events", writes, reads
        process.terminate()


def _await(address: str) -> None:
    for _ in range(150):
        try:
            httpx.get(f"{address}/account/login/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start in 30 seconds")


def event(name: str, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "telephony",
        "type": "call.started",
        "time": "2026-11-01T10:00:00Z",
        "call": "c-1",
        "data": {"direction": "inbound"},
        **more,
    }


@pytest.fixture
def post(server: tuple[str, str, str]) -> Iterator[Any]:
    address, token, _ = server
    with httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=30) as client:

        def post(content: Any, kind: str = "application/cloudevents+json") -> httpx.Response:
            data = content if isinstance(content, bytes | str) else json.dumps(content)
            return client.post(address, content=data, headers={"content-type": kind})

        yield post


def test_an_event_is_answered_with_its_place_in_the_log(post: Any) -> None:
    answer = post(event("one"))
    assert answer.status_code == 202
    (result,) = answer.json()["results"]
    assert result["status"] == "stored"
    again = post(event("one"))
    assert (again.status_code, again.json()["results"][0]["entry"]) == (202, result["entry"])
    assert again.json()["results"][0]["status"] == "known"


def test_another_event_under_the_same_id_is_a_conflict(post: Any) -> None:
    post(event("same"))
    answer = post(event("same", type="call.ended"))
    assert answer.status_code == 409
    assert "replaces" in answer.json()["results"][0]["reason"]


def test_each_event_of_a_batch_has_its_own_answer(post: Any) -> None:
    batch = [event("b-1"), event("b-2", time="2026-11-01T10:00:00"), {"specversion": "1.0"}, event("b-3")]
    answer = post(batch, "application/cloudevents-batch+json")
    assert answer.status_code == 202
    assert [one["status"] for one in answer.json()["results"]] == ["stored", "refused", "refused", "stored"]
    assert "zone" in answer.json()["results"][1]["reason"]


def test_lines_are_taken_one_by_one(post: Any) -> None:
    lines = "\n".join([json.dumps(event("l-1")), "{broken", "", json.dumps(event("l-2"))])
    answer = post(lines, "application/x-ndjson")
    assert [one["status"] for one in answer.json()["results"]] == ["stored", "refused", "stored"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("{}", "text/plain", 415),
        ("", "application/x-ndjson", 400),
        (b"\xff\xfe", "application/json", 400),
        ("[" * 100_000, "application/cloudevents-batch+json", 400),
        ("{}", "application/cloudevents-batch+json", 400),
        ("x" * 5_000_001, "application/json", 413),
        ("{}\n" * 5_001, "application/x-ndjson", 413),
        ('{"specversion":"1.0","id":1e999}', "application/json", 422),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    post: Any, content: Any, kind: str, status: int
) -> None:
    answer = post(content, kind)
    assert answer.status_code == status
    assert answer.json()


def test_no_token_and_the_wrong_token_are_told_apart(server: tuple[str, str, str]) -> None:
    address, _, reads = server
    assert httpx.post(address, json=event("x")).status_code == 401
    forged = {"authorization": "Bearer cl_forged"}
    assert httpx.post(address, json=event("x"), headers=forged).status_code == 401
    assert (
        httpx.post(address, json=event("x"), headers={"authorization": f"Bearer {reads}"}).status_code == 403
    )
    assert httpx.get(address).status_code == 405
