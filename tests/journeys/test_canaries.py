"""Card and authentication data that callers say: in no table, index, write-ahead log, log line, answer, page, export or back-up."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

MADE = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.people import tokens
from clearline.people.models import Person, Role
from clearline.ui.clock import now
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER, password="canary-song-at-dawn")
print(tokens.make(alice, name="t", scopes=["events:write", "calls:read"], expires=now() + 10**11, at=now())[1])
"""
SAID = (
    ("agent", "Could I have the long number on the card, please?"),
    ("customer", "Sure, it is 5105 1051 0510 5100."),
    (
        "agent",
        "So that is five one zero five, one zero five one, zero five one zero, five one zero zero. And the code on the back?",
    ),
    ("customer", "seven three one"),
    ("customer", "my other one is four triple one, one one one one, one one one one, double one double one"),
    ("customer", "it starts with 4929 8765"),
    ("customer", "4321 0987"),
    ("customer", "and the social is 536-22-8764, the pin is four four eight one"),
    ("customer", "the code you texted me was 662 190"),
    ("customer", "DE89 3704 0044 0532 0130 00 is the IBAN"),
)
CANARIES = (
    *(
        "5105 1051 0510 5100",
        "5105105105105100",
        "five one zero five",
        "zero five one zero",
        "seven three one",
    ),
    *(
        "four triple one",
        "double one double one",
        "4929 8765",
        "49298765",
        "4321 0987",
        "536-22-8764",
        "536228764",
    ),
    *(
        "four four eight one",
        "662 190",
        "662190",
        "3704 0044",
        "DE89 3704",
        "DE89370400440532013000",
        "4012888888881881",
    ),
)


def events() -> list[dict[str, Any]]:
    head = {"specversion": "1.0", "source": "telephony", "call": "c-1"}
    told: list[dict[str, Any]] = [
        {**head, "type": "call.started", "data": {"direction": "inbound", "recorded": True}},
        {**head, "type": "recording.started"},
        {**head, "type": "call.answered"},
    ]
    told += [
        {**head, "type": "utterance", "data": {"by": by, "text": text, "seconds": 4}} for by, text in SAID
    ]
    told.append({**head, "type": "order.noted", "data": {"note": "card 4012888888881881, cvv 731"}})
    told.append({**head, "type": "call.ended"})
    return [
        {**event, "id": f"e-{number}", "seq": number, "time": f"2026-11-01T10:00:{number:02}Z"}
        for number, event in enumerate(told)
    ]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, str, str]]:
    """A home, the address of its server, and a token."""
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the files of a home are looked through, which holds them all with SQLite only")
    home = tmp_path / "home"
    environment = {**os.environ, "CLEARLINE_HOME": str(home), "CLEARLINE_DEMO": "yes"}
    made = subprocess.run(
        [sys.executable, "-c", MADE], env=environment, capture_output=True, text=True, check=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "clearline.cli.main", "serve", "--plain-http", "--port", str(port)]
    with (
        (tmp_path / "printed.txt").open("wb") as out,
        subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process,
    ):
        address = f"http://localhost:{port}"
        _await(address)
        yield home, address, made.stdout.strip()
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


def _look_around(address: str) -> str:
    """All that an officer sees: every page that the first pages link to."""
    with closing(httpx.Client(base_url=address, follow_redirects=True, timeout=30)) as client:
        login = client.get("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login.text)
        assert token
        form = {
            "login": "alice@shop.example",
            "password": "canary-song-at-dawn",
            "csrfmiddlewaretoken": token[1],
        }
        client.post("/account/login/", data=form, headers={"referer": f"{address}/account/login/"})
        seen: dict[str, str] = {}
        waiting = ["/", "/calls/", "/findings/", "/duties/", "/contacts/", "/evidence/"]
        while waiting and len(seen) < 120:
            path = waiting.pop()
            if path in seen:
                continue
            seen[path] = client.get(path).text
            links = re.findall(r'href="(/(?:calls|findings|duties|evidence|contacts)/[^"#]*)"', seen[path])
            waiting += [link.replace("&amp;", "&") for link in links if link not in seen]
        assert "/calls/c-1/" in seen
        return "\n".join(seen.values())


def test_no_canary_sings_anywhere(place: tuple[Path, str, str], tmp_path: Path) -> None:
    home, address, token = place
    headers = {"authorization": f"Bearer {token}", "content-type": "application/cloudevents-batch+json"}
    answer = httpx.post(f"{address}/api/events", json=events(), headers=headers, timeout=30)
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}
    broken = [
        {**events()[4], "id": "x", "time": "never"},
        {**events()[4], "type": "No Name"},
        {**events()[5], "seq": 99},
    ]
    answers = answer.text + httpx.post(f"{address}/api/events", json=broken, headers=headers, timeout=30).text
    answers += httpx.post(f"{address}/api/events", content=json.dumps(events()[4])[:-9], headers=headers).text
    answers += httpx.get(f"{address}/api/calls", headers=headers, timeout=30).text
    pages = _look_around(address)
    assert "xxxx" not in pages
    environment = {**os.environ, "CLEARLINE_HOME": str(home)}
    for command in (
        ["evidence", "export", str(tmp_path / "pack"), "--all"],
        ["backup", str(tmp_path / "backup")],
    ):
        program = [sys.executable, "-m", "clearline.cli.main", *command]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answers += done.stdout + done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    assert any("pack" in path.parts for path in files)
    for where, what in [("answers", answers), ("pages", pages)]:
        assert [canary for canary in CANARIES if canary in what] == [], where
    for path in files:
        data = path.read_bytes()
        assert [canary for canary in CANARIES if canary.encode() in data] == [], path
