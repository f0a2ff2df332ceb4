"""The examples against the gate itself, as it is started: what they send is taken, what it says is understood."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.examples.conftest import EXAMPLES

START = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.people import tokens
from clearline.people.models import Person, Role
from clearline.ui.clock import now
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
print(tokens.make(alice, name="dialer", scopes=["gate:decide"], expires=now() + 86_400_000_000, at=now())[1])
"""
ASK = """
from clearline_gate import Gate
gate = Gate(patience=20)
every = dict(number="{number}", purpose="service", technology="human_manual", campaign="K", agent="a-1", call="c-1",
             contact="", voice="human", seller="", caller_id="+12025550100", line="", debt="", place="", postcode="20001")
one = gate.ask(every)
print(one.answer, len(one.id), gate.done(one.id, dialled=False) if one.allowed else "", one.reason, sep="|")
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the server under test has a home of its own, with SQLite")
    house = {**os.environ, "CLEARLINE_HOME": str(tmp_path_factory.mktemp("home"))}
    made = subprocess.run(
        [sys.executable, "-c", START], env=house, capture_output=True, text=True, check=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    with subprocess.Popen(command, env=house, stdout=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        for _ in range(150):
            try:
                httpx.get(f"{url}/account/login/", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield {**os.environ, "CLEARLINE_URL": url, "CLEARLINE_TOKEN": made.stdout.strip()}
        process.terminate()


def ask(environment: dict[str, str], number: str) -> list[str]:
    """The answer, the length of its id, whether it was released, the reason."""
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(number=number)],
        env={**environment, "PYTHONPATH": str(EXAMPLES)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip().split("|")


def test_the_gate_understands_every_field_and_is_understood(environment: dict[str, str]) -> None:
    answer, length, released, reason = ask(environment, "+12025550143")
    assert length == "32", reason
    assert answer in {"allow", "deny", "not before"}
    assert released == ("True" if answer == "allow" else "")


def test_what_is_no_number_is_denied_with_the_gates_own_reason(environment: dict[str, str]) -> None:
    answer, _, _, reason = ask(environment, "call me")
    assert answer == "deny"
    assert "number" in reason


def test_a_token_that_is_not_known_is_a_no(environment: dict[str, str]) -> None:
    answer, _, _, reason = ask({**environment, "CLEARLINE_TOKEN": "cl_forged"}, "+12025550143")
    assert (answer, "token" in reason) == ("deny", True)
