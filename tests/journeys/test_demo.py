"""`clearline demo`, as a newcomer starts it: the shop is there, somebody logs in, and the day's calls can be seen."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

GRADING = tuple(f"/review/{one}/" for one in ("grades", "queue", "samples", "agreement", "machine"))
GATE = ("/gate/", *(f"/gate/{one}/" for one in ("decisions", "campaigns", "consents", "overrides", "lists")))
LONGEST = 240  # seconds to the first page on a busy machine; on a quiet one it is under 30


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a demo, and the password that it printed."""
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the demo has a home of its own, with SQLite")
    home = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = home / "told.txt"
    environment = {**os.environ, "COLUMNS": "120"}
    command = [
        sys.executable,
        "-m",
        "clearline.cli.main",
        "demo",
        "--home",
        str(home / "shop"),
        "--port",
        str(port),
    ]
    with (
        told.open("wb") as out,
        subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            password = _await(told, address, process)
            yield address, password
            process.send_signal(2)
            process.wait(60)
        finally:
            process.kill()  # else a demo that never said where it is would be waited for without end


def _await(told: Path, address: str, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"the password\s+is\s+([a-z-]+)", told.read_text())
        if found:
            try:
                httpx.get(f"{address}/account/login/", timeout=10)
            except httpx.TransportError:
                pass
            else:
                return found[1]
        time.sleep(0.5)
    pytest.fail(f"the demo did not start:\n{told.read_text()}")


def logged_in(address: str, email: str, password: str) -> httpx.Client:
    client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)
    page = client.get("/account/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    data = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
    client.post("/account/login/", data=data, headers={"referer": f"{address}/account/login/"})
    return client


@pytest.mark.parametrize(
    ("email", "pages"),
    [
        (
            "alice.renner@example.com",
            (
                "/",
                "/calls/",
                "/findings/",
                "/duties/",
                "/contacts/",
                "/rules/",
                "/evidence/",
                *GATE,
                *GRADING,
            ),
        ),
        ("bob.sandoval@example.com", ("/", "/calls/", "/findings/")),
        ("max.feld@example.com", ("/", "/people/")),
    ],
)
def test_each_role_finds_its_pages(demo: tuple[str, str], email: str, pages: tuple[str, ...]) -> None:
    address, password = demo
    with closing(logged_in(address, email, password)) as client:
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert "Log in" not in answer.text[:2_000]


def test_an_administrator_sees_no_calls(demo: tuple[str, str]) -> None:
    address, password = demo
    with closing(logged_in(address, "max.feld@example.com", password)) as client:
        assert client.get("/calls/").status_code == 403


def test_a_campaign_comes_near_its_limit_and_the_pages_say_so_before_it_happens(
    demo: tuple[str, str],
) -> None:
    address, password = demo
    with closing(logged_in(address, "alice.renner@example.com", password)) as client:
        for page in ("/", "/gate/campaigns/m-overflow/"):
            assert "passes 3 % on" in client.get(page).text
        decisions = client.get("/gate/decisions/").text
        refused = re.findall(
            r'href="(/gate/decisions/[0-9a-f]+/)"', client.get("/gate/decisions/?answer=deny").text
        )
        assert "no rule is against it" in decisions
        assert "What would change it" in client.get(refused[0]).text
        assert "asks for an override" in client.get("/").text
