"""Events taken in over HTTP by the server as it is started: a second, how long each waits, and that all are there."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bench.measuring import Part, goal, table
from bench.serving import fresh, postgresql, python, server

TITLE = "Taking in events"
CONNECTIONS, CALLS, LINES = 64, 400, 50
WORDS = (
    "Thank you for calling Northwind, how can I help?",
    "Where is my parcel?",
    "Let me look it up for you, may I have your order number?",
    "It is one zero two three four.",
    "It arrives on Friday, is there anything else?",
    "No thank you, bye.",
)
MAKE = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.ui.clock import now
from clearline.people import tokens
from clearline.people.models import Person, Role
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
print(tokens.make(alice, name="bench", scopes=["events:write"], expires=now() + 86_400_000_000, at=now())[1])
"""
COUNT = """
from clearline.config.starting import start
start()
from clearline.record.models import Event
print(Event.objects.count())
"""


class Taken(NamedTuple):
    """What one run took."""

    name: str
    each: int  # events in a request
    rate: float
    half: float  # milliseconds in which half of all requests were answered
    most: float  # and 99 of 100
    refused: int


def measure(*, quick: bool) -> Part:
    """Events a second and latencies, on both databases."""
    calls = 8 if quick else CALLS
    runs = list(_runs("SQLite, synchronous FULL", "", calls, (1, 20)))
    with postgresql() as url:
        runs += _runs("PostgreSQL", url, calls, (1, 20)) if url else []
    rows = [(run.name, run.each, run.rate, run.half, run.most, run.refused) for run in runs]
    goals = [
        row
        for run in runs
        if run.each == 1
        for row in (
            goal(f"{run.name}: events a second", 2_000, run.rate),
            goal(f"{run.name}: requests a second that wait at most 150 ms, of 100", 99, _within(run)),
        )
    ]
    about = (
        f"`clearline serve` on loopback, {CONNECTIONS} connections kept alive, each with calls of its own "
        f"({LINES} lines each), a token, JSON; the sender shares the cores. Every event is masked, judged by the rules in "
        "force, proven in the log, and on disk before it is answered; afterwards all of them are counted in the database. "
        "*each* is how many events a request holds."
    )
    head = ("", "each", "events a second", "p50 ms", "p99 ms", "refused")
    return Part(
        "ingest",
        TITLE,
        "\n\n".join([about, table(head, rows), table(("goal", "wanted", "measured", ""), goals)]),
    )


def _within(run: Taken) -> float:
    return 99.0 if run.most <= 150 else 0.0


def _runs(name: str, url: str, calls: int, sizes: tuple[int, ...]) -> Iterator[Taken]:
    for each in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="clearline-bench-") as home,
            server(home, url, MAKE) as serving,
        ):
            address, token, environment = serving
            _sent(address, token, 4, each, "warm")
            begun = time.perf_counter()
            waits, refused = _sent(address, token, calls, each, f"run{each}")
            taken = time.perf_counter() - begun
            sent = (calls + 4) * LINES
            stored = int(python(COUNT, environment))
            if stored < sent or (not url and stored != sent):
                raise RuntimeError(f"{name}: {sent} events were answered, {stored} are stored")
            waits.sort()
            half, most = statistics.median(waits), waits[int(len(waits) * 0.99)]
            yield Taken(name, each, calls * LINES / taken, half * 1e3, most * 1e3, refused)
        url = url and fresh(url)


def _sent(*asked: Any) -> tuple[list[float], int]:
    """Sends from a thread of its own, whatever loop this one may be running."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(lambda: asyncio.run(_send(*asked))).result()


async def _send(port: int, token: str, calls: int, each: int, name: str) -> tuple[list[float], int]:
    """All calls over as many connections as may be; seconds that each request waited, and refusals."""
    waits: list[float] = []
    refused = 0
    left = iter(range(calls))

    async def connection() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for call in left:
            for body in _bodies(f"{name}-{call}", each):
                begun = time.perf_counter()
                while await _post(reader, writer, token, body) != 202:
                    refused += 1
                    await asyncio.sleep(0.2)
                waits.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(min(CONNECTIONS, calls))))
    return waits, refused


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, body: bytes) -> int:
    head = (
        "POST /api/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/cloudevents-batch+json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return int(answer.split(b" ", 2)[1])


def _bodies(call: str, each: int) -> Iterator[bytes]:
    """A call as requests of so many events."""
    begun = time.time_ns() / 1e9 - 3_600
    events = [_event(call, line, begun) for line in range(LINES)]
    for start in range(0, LINES, each):
        yield json.dumps(events[start : start + each]).encode()


def _event(call: str, line: int, begun: float) -> dict[str, object]:
    kind, data = "utterance", {"by": "agent" if line % 2 else "customer", "text": WORDS[line % len(WORDS)]}
    if line == 0:
        kind, data = "call.started", {"direction": "inbound", "purpose": "order"}
    elif line == LINES - 1:
        kind, data = "call.ended", {}
    return {
        "specversion": "1.0",
        "id": f"{call}-{line}",
        "source": "bench",
        "type": kind,
        "time": datetime.fromtimestamp(begun + line * 4, UTC).isoformat(),
        "call": call,
        "seq": line,
        "data": data,
    }
