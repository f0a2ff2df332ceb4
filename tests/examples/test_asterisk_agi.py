"""Asterisk's side of the talk, over real sockets."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.examples.conftest import ALLOW, DENY, EXAMPLES, LATER, NAME, FakeGate, environment

Start = Callable[[str, str], int]
GREETING = {
    "agi_network": "yes",
    "agi_network_script": "decide",
    "agi_uniqueid": "1795478400.17",
    "agi_extension": "912025550143",
    "agi_arg_1": "2025550143",
    "agi_arg_2": "K-7",
    "agi_arg_3": "a-1",
}
SET = re.compile(r'SET VARIABLE (\w+) "(.*)"')


def answer(command: str, variables: dict[str, str]) -> str:
    """What Asterisk says to a command."""
    if told := SET.fullmatch(command):
        variables[told[1]] = told[2].replace('\\"', '"').replace("\\\\", "\\")
        return "200 result=1"
    if command.startswith("GET VARIABLE "):
        value = variables.get(command.split()[2], "")
        return f"200 result=1 ({value})" if value else "200 result=0"
    return "510 Invalid or unknown command"


def call(port: int, variables: dict[str, str] | None = None, **greeting: str) -> dict[str, str]:
    """Runs a call past the script: the channel's variables afterwards."""
    found = dict(variables or {})
    with socket.create_connection(("127.0.0.1", port), timeout=10) as talk, talk.makefile("rw") as line:
        told = {**GREETING, **greeting}
        line.write("".join(f"{name}: {value}\n" for name, value in told.items()) + "\n")
        line.flush()
        for command in line:
            line.write(answer(command.strip(), found) + "\n")
            line.flush()
    return found


@pytest.fixture
def port(start: Start, gate: FakeGate) -> int:
    return start("asterisk_agi.py", gate.url)


def test_an_allowed_call_is_dialled(port: int, gate: FakeGate) -> None:
    found = call(port)
    assert (found["CLEARLINE"], found["CLEARLINE_DECISION"]) == ("allow", NAME)
    path, token, told = gate.asked[0]
    assert (path, token) == ("/api/gate/decisions", "Bearer cl_test")
    assert told == {
        "number": "+12025550143",
        "campaign": "K-7",
        "agent": "a-1",
        "call": "1795478400.17",
        "purpose": "marketing",
        "technology": "human_dialer",
    }


def test_a_call_of_vicidial_keeps_its_name(port: int, gate: FakeGate) -> None:
    call(port, agi_calleridname="V6210101010000000017")
    assert gate.asked[0][2]["call"] == "V6210101010000000017"


def test_a_denied_call_says_why(port: int, gate: FakeGate) -> None:
    gate.says(DENY)
    found = call(port)
    assert (found["CLEARLINE"], found["CLEARLINE_REASON"]) == ("deny", 'on the "own" list')


def test_a_call_that_is_too_early_says_until_when(port: int, gate: FakeGate) -> None:
    gate.says(LATER)
    found = call(port)
    assert (found["CLEARLINE"], found["CLEARLINE_NOT_BEFORE"]) == ("not before", LATER["not_before"])


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (ALLOW, 503),
        (ALLOW, 401),
        ({**ALLOW, "id": ""}, 200),
        ({**ALLOW, "answer": "ALLOW"}, 200),
        ({**ALLOW, "answer": True}, 200),
        ({**ALLOW, "answer": ["allow"]}, 200),
        ([ALLOW], 200),
        (b"allow", 200),
        (b"", 200),
        (b"[" * 100_000, 200),
        ({"answer": "deny", "reasons": [{"title": "the record can't be written now"}]}, 503),
        ({**DENY, "reasons": "none"}, 200),
        ({**DENY, "reasons": [None]}, 200),
    ],
)
def test_whatever_else_the_gate_says_is_a_no(port: int, gate: FakeGate, told: Any, status: int) -> None:
    gate.says(told, status)
    assert call(port, {"CLEARLINE": "allow"})["CLEARLINE"] == "deny"


def test_a_gate_that_is_slow_or_away_is_a_no(start: Start, gate: FakeGate) -> None:
    gate.slow = 4
    assert call(start("asterisk_agi.py", gate.url))["CLEARLINE"] == "deny"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        found = call(start("asterisk_agi.py", nobody))
    assert found["CLEARLINE"] == "deny"
    assert "can't be asked" in found["CLEARLINE_REASON"]
    assert call(start("asterisk_agi.py", "file:///etc/hosts"))["CLEARLINE"] == "deny"


@pytest.mark.parametrize(
    ("status", "told"), [("ANSWER", "confirm"), ("BUSY", "confirm"), ("CONGESTION", "release")]
)
def test_afterwards_the_gate_hears_what_became_of_it(
    port: int, gate: FakeGate, status: str, told: str
) -> None:
    call(port, {"CLEARLINE_DECISION": NAME, "DIALSTATUS": status}, agi_network_script="done")
    assert gate.asked[0][0] == f"/api/gate/decisions/{NAME}/{told}"
    call(port, {"CLEARLINE_DECISION": "../../people"}, agi_network_script="done")
    assert len(gate.asked) == 1


def test_a_peer_that_talks_nonsense_gets_nothing(port: int) -> None:
    for words in (b"x" * 10_000, b"agi_a: b\n" * 300, b"\n510 no\n", b"\xff\n\n\n"):
        heard = b""
        with socket.create_connection(("127.0.0.1", port), timeout=10) as talk, suppress(ConnectionError):
            talk.sendall(words)
            heard = talk.recv(100)
        assert b"allow" not in heard
    assert call(port)["CLEARLINE"] == "allow"


def test_it_is_an_agi_script_too(gate: FakeGate) -> None:
    greeting = "agi_request: asterisk_agi.py\nagi_arg_1: 2025550143\n\n" + "200 result=1\n" * 5
    command = [sys.executable, str(EXAMPLES / "asterisk_agi.py"), "2025550143"]
    done = subprocess.run(
        command,
        input=greeting,
        env=environment(gate.url),
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == 'SET VARIABLE CLEARLINE "allow"'
