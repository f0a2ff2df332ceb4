"""A dialer that can only call an address asks the gate through this: VICIdial, or any other.

    GET or POST /decide?phone_code=1&phone_number=2125550142&campaign_id=K&user=U&lead_id=L&call_id=C
        200 {"answer": "allow", "decision": "…"}     dial
        403 {"answer": "deny" or "not before", …}    do not; any other status means the same
    GET or POST /done?decision=…&dialled=yes         afterwards; `no` where nothing rang

The names are VICIdial's; each may also be called as the gate calls it. It listens on this machine only:
whoever reaches it asks the gate with your token.
"""

import argparse
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from clearline_gate import Gate, number_in_full

LARGEST = 20_000  # bytes of a form
NAMES = {
    "campaign": "campaign_id",
    "agent": "user",
    "contact": "lead_id",
    "call": "call_id",
    "postcode": "postal_code",
    "purpose": "",
    "technology": "",
    "voice": "",
    "seller": "",
    "caller_id": "",
    "line": "",
    "debt": "",
    "place": "",
}

MACHINES = {"VDAD", "VDCL"}  # VICIdial's own users, where nobody has been chosen to speak yet


def attempt(sent: dict[str, str]) -> dict[str, str]:
    """What the dialer sent, in the gate's words."""
    code, bare = sent.get("phone_code", ""), sent.get("phone_number", "")
    number = sent.get("number") or (f"+{code.lstrip('+')}{bare}" if code and bare else bare)
    told = {ours: sent.get(ours) or sent.get(theirs, "") for ours, theirs in NAMES.items()}
    told["agent"] = "" if told["agent"] in MACHINES else told["agent"]
    told["purpose"] = told["purpose"] or os.environ.get("CLEARLINE_PURPOSE", "")
    told["technology"] = told["technology"] or os.environ.get("CLEARLINE_TECHNOLOGY", "")
    return {"number": number_in_full(number), **told}


class Server(ThreadingHTTPServer):
    """Waits for the dialer."""

    def __init__(self, host: str, port: int, gate: Gate) -> None:
        self.gate = gate
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            self._say(413, {"answer": "deny", "reason": "too much was sent"})
            return
        query = urlsplit(self.path).query
        self._answer(f"{query}&{self.rfile.read(int(length)).decode('utf-8', 'replace')}")

    def _answer(self, query: str) -> None:
        assert isinstance(self.server, Server)
        sent, path = dict(parse_qsl(query)), urlsplit(self.path).path
        if path == "/decide":
            told = self.server.gate.ask(attempt(sent))
            body: dict[str, object] = {
                "answer": told.answer,
                "reason": told.reason,
                "decision": told.id,
                "not_before": told.not_before,
            }
            self._say(200 if told.allowed else 403, body)
        elif path == "/done":
            done = self.server.gate.done(sent.get("decision", ""), dialled=sent.get("dialled") != "no")
            self._say(200 if done else 502, {"done": done})
        else:
            self._say(404, {"answer": "deny", "reason": "ask at /decide, tell at /done"})

    def _say(self, status: int, told: dict[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Addresses hold numbers, and logs are no place for them."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Asks the gate for a dialer that can only call an address.")
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8765")
    host, _, port = parser.parse_args().listen.rpartition(":")
    with Server(host, int(port), Gate()) as server:
        print("listening on port", server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
