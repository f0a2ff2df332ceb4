"""Asterisk asks the gate before it dials: as an AGI script, or with `--listen` as a FastAGI server.

    AGI(agi://127.0.0.1:4574/decide,${NUMBER},${CAMPAIGN},${AGENT},${LINE})   sets CLEARLINE,
                                                CLEARLINE_REASON, CLEARLINE_DECISION, CLEARLINE_NOT_BEFORE
    AGI(agi://127.0.0.1:4574/done)                                    after Dial(): tells what became of it

CLEARLINE is `allow`, `deny` or `not before`. Dial only where it is `allow`: if this script can't be reached it is empty.
See extensions.conf beside this file. CLEARLINE_PURPOSE and CLEARLINE_TECHNOLOGY say what the campaigns' calls are.
"""

import argparse
import os
import re
import socketserver
import sys
from io import BufferedIOBase
from typing import BinaryIO

from clearline_gate import Decision, Gate, number_in_full

PATIENCE = 10.0  # seconds for a line of Asterisk's
MOST = 200  # lines of the greeting
LONGEST = 4_096  # bytes of a line
VICIDIAL = re.compile(r"[A-Z]{1,3}\d{10,30}")  # its name of a call
NOT_DIALLED = {"CHANUNAVAIL", "CONGESTION", "INVALIDARGS"}  # nothing rang


class Session:
    """One talk with Asterisk: it greets with what it knows of the call, then takes commands."""

    def __init__(self, heard: BufferedIOBase | BinaryIO, said: BufferedIOBase | BinaryIO) -> None:
        self.heard, self.said = heard, said
        self.known: dict[str, str] = {}

    def greet(self) -> None:
        """Reads agi_… lines up to the empty one."""
        for _ in range(MOST):
            line = self._line()
            if not line:
                return
            name, _, value = line.partition(":")
            self.known[name.strip()] = value.strip()
        raise ValueError("Asterisk's greeting does not end")

    def get(self, name: str) -> str:
        """A variable of the channel; empty where it has none."""
        answer = self._command(f"GET VARIABLE {name}")
        return answer.partition("(")[2].rpartition(")")[0]

    def set(self, name: str, value: str) -> None:
        plain = "".join(sign if sign.isprintable() and sign.isascii() else " " for sign in value)[:200]
        quoted = plain.replace("\\", "\\\\").replace('"', '\\"')
        self._command(f'SET VARIABLE {name} "{quoted}"')

    def _command(self, text: str) -> str:
        self.said.write(text.encode() + b"\n")
        self.said.flush()
        answer = self._line()
        if not answer.startswith("200"):
            raise ValueError(f"Asterisk does not take a command: {answer[:80]}")
        return answer

    def _line(self) -> str:
        line = self.heard.readline(LONGEST)
        if not line.endswith(b"\n"):
            raise ValueError("Asterisk hung up, or its line is too long")
        return line.decode("utf-8", "replace").strip()


def serve(session: Session, gate: Gate) -> None:
    """Does what the path asks: decide, or done."""
    session.greet()
    script = session.known.get("agi_network_script") or session.known.get("agi_arg_4", "")
    if script.strip("/") == "done":
        decision, status = session.get("CLEARLINE_DECISION"), session.get("DIALSTATUS")
        if decision:
            gate.done(decision, dialled=status not in NOT_DIALLED)
        return
    session.set("CLEARLINE", "")  # an answer to another attempt says nothing of this one
    decided = decide(session.known, gate)
    session.set("CLEARLINE_REASON", decided.reason)
    session.set("CLEARLINE_DECISION", decided.id)
    session.set("CLEARLINE_NOT_BEFORE", decided.not_before)
    session.set("CLEARLINE", decided.answer)  # last: whoever sees it sees the rest


def decide(known: dict[str, str], gate: Gate) -> Decision:
    """The gate's answer to the call that Asterisk is about to make."""
    number = known.get("agi_arg_1") or known.get("agi_extension", "")
    own = known.get("agi_calleridname", "")
    return gate.ask(
        {
            "number": number_in_full(number),
            "campaign": known.get("agi_arg_2", ""),
            "agent": known.get("agi_arg_3", ""),
            "line": known.get("agi_arg_4", ""),
            "call": own if VICIDIAL.fullmatch(own) else known.get("agi_uniqueid", ""),
            "purpose": os.environ.get("CLEARLINE_PURPOSE", ""),
            "technology": os.environ.get("CLEARLINE_TECHNOLOGY", ""),
        }
    )


class Server(socketserver.ThreadingTCPServer):
    """FastAGI: Asterisk connects once a call."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int, gate: Gate) -> None:
        self.gate = gate
        super().__init__((host, port), Talk)


class Talk(socketserver.StreamRequestHandler):
    timeout = PATIENCE

    def handle(self) -> None:
        assert isinstance(self.server, Server)
        try:
            serve(Session(self.rfile, self.wfile), self.server.gate)
        except (OSError, ValueError) as fault:
            print(f"a call was not decided: {fault}", file=sys.stderr)  # its CLEARLINE stays empty


def main() -> None:
    parser = argparse.ArgumentParser(description="Asterisk asks the gate before it dials.")
    parser.add_argument(
        "--listen", metavar="HOST:PORT", help="be a FastAGI server there, such as 127.0.0.1:4574"
    )
    told, _ = parser.parse_known_args()  # as an AGI script it gets Asterisk's own arguments
    gate = Gate()
    if not told.listen:
        serve(Session(sys.stdin.buffer, sys.stdout.buffer), gate)
        return
    host, _, port = told.listen.rpartition(":")
    with Server(host, int(port), gate) as server:
        print("listening on port", server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
