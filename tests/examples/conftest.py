"""A gate that answers as it is told, and the programs of examples/ as they are started."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NAME = "0123456789abcdef0123456789abcdef"
ALLOW: dict[str, Any] = {"id": NAME, "answer": "allow", "not_before": None, "reasons": []}
DENY: dict[str, Any] = {
    "id": NAME,
    "answer": "deny",
    "not_before": None,
    "reasons": [{"title": 'on the "own" list'}],
}
LATER: dict[str, Any] = {
    "id": NAME,
    "answer": "not before",
    "not_before": "2026-11-25T13:00:00+00:00",
    "reasons": [{"title": "outside the hours"}],
}


class FakeGate(ThreadingHTTPServer):
    """Keeps what it is asked, and answers with status and body that a test has set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.slow = 200, json.dumps(ALLOW).encode(), 0.0
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, told: Any, status: int = 200) -> None:
        self.body, self.status = told if isinstance(told, bytes) else json.dumps(told).encode(), status


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, FakeGate)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, self.headers["authorization"], json.loads(body)))
        time.sleep(self.server.slow)
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    with FakeGate() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def environment(url: str) -> dict[str, str]:
    told = {"CLEARLINE_URL": url, "CLEARLINE_TOKEN": "cl_test", "CLEARLINE_COUNTRY_CODE": "1"}
    return {**os.environ, **told, "CLEARLINE_PURPOSE": "marketing", "CLEARLINE_TECHNOLOGY": "human_dialer"}


@pytest.fixture
def start() -> Iterator[Callable[[str, str], int]]:
    """Starts a program of examples/ with a gate's address; the port that it listens on."""
    running: list[subprocess.Popen[str]] = []

    def start(name: str, url: str) -> int:
        command = [sys.executable, str(EXAMPLES / name), "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, env=environment(url), stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        return int(process.stdout.readline().split()[-1])

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=10)
