"""Fake peers on real sockets: an HTTP server and a manager interface that answer as they are told to."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, TypeVar

from clearline.live import wire

Result = TypeVar("Result")
AT = 1_795_392_000_000_000


class Asked(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class HttpPeer:
    """Keeps what it was asked, and answers with the next of its answers, the last one again and again."""

    def __init__(
        self, *answers: tuple[int, Any], slow: float = 0.0, headers: Mapping[str, str] | None = None
    ) -> None:
        self.asked: list[Asked] = []
        self.answers, self.slow, self.headers = list(answers), slow, headers or {}
        self.address = ""

    def next(self) -> tuple[int, Any]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening(peer: HttpPeer) -> Iterator[HttpPeer]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            told = {name.lower(): value for name, value in self.headers.items()}
            peer.asked.append(Asked(self.command, self.path, told, body))
            status, answer = peer.next()
            time.sleep(peer.slow)
            if status == 0:
                self.connection.close()
                return
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in peer.headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            if status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    peer.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Manager:
    """An Asterisk's manager interface with some channels that run."""

    def __init__(
        self, channels: Mapping[str, tuple[str, str]] | None = None, recorded: tuple[str, ...] = ()
    ) -> None:
        self.channels = channels or {}  # name: unique id, linked id
        self.recorded = recorded
        self.asked: list[dict[str, str]] = []
        self.silent = False
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while not self.silent:
                block = (await reader.readuntil(b"\r\n\r\n")).decode()
                wish = dict(line.split(": ", 1) for line in block.split("\r\n") if line)
                self.asked.append(wish)
                writer.write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
                for answer in self.answers(wish):
                    told = {**answer, "ActionID": wish["ActionID"]}
                    writer.write(
                        "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode() + b"\r\n"
                    )
            await reader.read()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def answers(self, wish: Mapping[str, str]) -> list[dict[str, str]]:
        if wish["Action"] == "Login":
            right = (wish["Username"], wish["Secret"]) == ("clearline", "a secret of tests")
            return [{"Response": "Success" if right else "Error"}]
        if wish["Action"] == "CoreShowChannels":
            shown = [
                {"Event": "CoreShowChannel", "Channel": name, "Uniqueid": unique, "Linkedid": linked}
                for name, (unique, linked) in self.channels.items()
            ]
            return [
                {"Response": "Success", "EventList": "start"},
                *shown,
                {"Event": "CoreShowChannelsComplete"},
            ]
        known = wish["Action"] == "Ping" or wish.get("Channel") in self.recorded
        return [{"Response": "Success" if known else "Error", "Message": "…"}]


def deed(what: str = "pause", call: str = "CA0123") -> wire.Deed:
    return wire.Deed(call, what, "recording-pauses-for-card-data", AT)
