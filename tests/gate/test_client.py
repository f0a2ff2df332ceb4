"""The client that dialers in Python use, against a peer on a real socket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from clearline.gate.client import DECISIONS, Client

ANSWERS: dict[str, tuple[int, Any]] = {
    "/api/gate/decisions": (200, {"answer": "allow", "id": "d1", "reasons": []}),
    "/api/gate/decisions/d1/confirm": (200, {"id": "d1", "state": "placed"}),
    "/api/gate/decisions/d1/release": (409, {"title": "Conflict", "detail": "it was placed"}),
    "/full/api/gate/decisions": (503, {"detail": "the log can't be written", "answer": "deny"}),
    "/odd/api/gate/decisions": (200, {"answer": "sure"}),
    "/page/api/gate/decisions": (502, None),
    "/moved/api/gate/decisions": (307, None),
    "/seen/api/gate/decisions": (303, None),
    "/night/api/gate/decisions": (
        200,
        {"answer": "not before", "id": "d2", "reasons": [{"told": "20:30 there"}]},
    ),
}


class Peer(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, Any]] = []  # noqa: RUF012 - one for all requests, as it is meant

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"], None))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"answer": "allow", "id": "d1", "reasons": []}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], body))
        status, told = ANSWERS[self.path]
        if isinstance(body, list) and status == 200:
            told = [told] * len(body)
        self.send_response(status)
        if 300 <= status < 400:
            assert isinstance(self.server, HTTPServer)
            self.send_header("Location", f"http://localhost:{self.server.server_port}{DECISIONS}")
        self.end_headers()
        self.wfile.write(b"<html>" if told is None else json.dumps(told).encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_it_asks_and_says_what_became_of_it(address: str) -> None:
    client = Client(address, "cl_words")
    said = client.decide(number="+15035550123", purpose="marketing")
    assert said.allowed
    assert Peer.asked[-1] == (
        "/api/gate/decisions",
        "Bearer cl_words",
        {"number": "+15035550123", "purpose": "marketing"},
    )
    assert [one.allowed for one in client.decide_many([{"number": "1"}, {"number": "2"}])] == [True, True]
    assert client.confirm(said.id, call="c-1")
    assert not client.release(said.id)


@pytest.mark.parametrize(
    ("place", "answer", "why"),
    [
        ("full", "deny", "the log can't be written"),
        ("odd", "deny", "nothing that is understood"),
        ("page", "deny", "502"),
        ("night", "not before", "20:30 there"),
    ],
)
def test_whatever_is_no_clear_allow_is_none(address: str, place: str, answer: str, why: str) -> None:
    client = Client(f"{address}/{place}", "cl_words")
    said = client.decide(number="+15035550123")
    assert (said.allowed, said.answer) == (False, answer)
    assert why in said.why
    assert not any(one.allowed for one in client.decide_many([{"number": "1"}] * 2))


@pytest.mark.parametrize("place", ["moved", "seen"])
def test_its_token_goes_to_no_other_address(address: str, place: str) -> None:
    Peer.asked.clear()
    said = Client(f"{address}/{place}", "cl_words").decide(number="+15035550123")
    assert (said.allowed, "another address" in said.why) == (False, True)
    assert [path for path, _, _ in Peer.asked] == [f"/{place}{DECISIONS}"]


def test_where_nobody_answers_the_answer_is_no() -> None:
    said = Client("http://127.0.0.1:9", "cl_words", patience=1).decide(number="+15035550123")
    assert not said.allowed
    assert "does not answer" in said.why


def test_it_asks_only_over_http() -> None:
    with pytest.raises(ValueError, match="https"):
        Client("file:///etc", "cl_words")
