"""The live path as it is served: a thousand calls at once, from words that come to the prompt on an open page; and a worker that is killed."""

import asyncio
import json
import os
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple, TypeAlias

from bench.material import calls, talk
from bench.measuring import Part, goal, table
from bench.serving import python, server

TITLE = "The live path"
AGENTS = 20  # whose panels are open
SPEAKS = 2.5  # seconds between what is said in a call
MAKE = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.ui.clock import now
from clearline.people import tokens
from clearline.people.models import Person, Role
from django.contrib.sessions.backends.db import SessionStore
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
print(tokens.make(alice, name="bench", scopes=["events:write"], expires=now() + 86_400_000_000, at=now())[1])
for number in range(AGENTS):
    one = Person.objects.invited(email=f"a{number}@shop.example", name=f"Agent {number}", role=Role.AGENT, agent=f"a-{number}")
    session = SessionStore()
    session["_auth_user_id"] = str(one.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = one.get_session_auth_hash()
    session.save()
    print(session.session_key)
""".replace("AGENTS", str(AGENTS))
COUNT = """
from clearline.config.starting import start
start()
from clearline.record.models import Event
print(Event.objects.filter(source="pbx").count())
"""
ASKS = "Please take me off your list."  # a customer's words that make a prompt due at once
DOES = "dnc.added"  # what does it
EVERY = 5  # ticks of a twentieth of a second between two that ask
SEEN = -1.0  # the prompt is on the page, and on its way to be done


Queue: TypeAlias = "asyncio.Queue[tuple[str, str, dict[str, object]]]"
"""Events to be sent: the call, the type, the data."""


class Seen(NamedTuple):
    """What a run showed."""

    sent: int
    seconds: float
    waits: list[float]  # from words sent to the prompt on a page
    lost: int  # prompts that never came
    taken_up: float  # seconds from a killed worker until all calls were watched again
    cpu: float  # seconds of the worker's
    memory: float  # MB of the worker's


def measure(*, quick: bool) -> Part:
    """All calls talk at the pace of people while a few panels are open; then the worker is killed."""
    open_calls, length = (20, 5.0) if quick else (1_000, 60.0)
    with tempfile.TemporaryDirectory(prefix="clearline-bench-") as home, server(home, "", MAKE) as serving:
        port, told, environment = serving
        token, *sessions = told.split()
        with ThreadPoolExecutor(1) as alone:
            seen = alone.submit(
                lambda: asyncio.run(_run(port, token, sessions, open_calls, length, home))
            ).result()
        stored = int(python(COUNT, environment))
    if stored != seen.sent:
        raise RuntimeError(f"{seen.sent} events were answered, {stored} are stored")
    cuts = quantiles(seen.waits, n=100, method="inclusive") if len(seen.waits) > 1 else [0.0] * 99
    head = (
        "calls",
        "events/s",
        "prompts seen",
        "p50 ms",
        "p99 ms",
        "slowest ms",
        "never seen",
        "taken up after, s",
        "worker CPU",
        "worker MB",
    )
    rows = [
        (
            open_calls,
            seen.sent / seen.seconds,
            len(seen.waits),
            cuts[49] * 1e3,
            cuts[98] * 1e3,
            max(seen.waits, default=0.0) * 1e3,
            seen.lost,
            seen.taken_up,
            seen.cpu / seen.seconds,
            seen.memory,
        )
    ]
    goals = [
        goal("50 ms over the p99 from words to an open page", 1, 0.05 / max(cuts[98], 1e-9)),
        goal("2 s over the time until a killed worker's calls are watched", 1, 2 / max(seen.taken_up, 1e-9)),
    ]
    about = (
        f"`clearline serve` on SQLite, all shipped packs, {open_calls:,} calls at once over 50 connections, in each something "
        f"said every {SPEAKS} s, stored before it is answered; {AGENTS} agents' panels open as server-sent events; the sender and "
        "the readers share the cores. It begins when the rules are compiled and all calls are watched. Measured by the wall clock from sending a customer's words that make a prompt due until the prompt stands among what is to be done on the "
        "agent's page; the deed that it asks for follows, so that the next customer's words make it due again. Then, while nothing is said, the watching worker is killed with -9; its calls are taken up when the other has "
        "used no CPU time for half a second (which is not counted). Every event that was answered is counted in the database "
        "after. *Worker CPU* is of both."
    )
    return Part(
        "running",
        TITLE,
        "\n\n".join([about, table(head, rows), table(("goal", "wanted", "measured", ""), goals)]),
    )


async def _run(port: int, token: str, sessions: list[str], open_calls: int, length: float, home: str) -> Seen:
    lines = calls(talk(), 20)
    dice = random.Random(7)
    waits: list[float] = []
    asked: dict[str, float] = {}
    sent = 0
    queue: Queue = asyncio.Queue()
    panels = [
        asyncio.create_task(_panel(port, session, f"c-{number}", asked, waits, queue))
        for number, session in enumerate(sessions)
    ]

    async def send() -> None:
        nonlocal sent
        async with _connection(port) as (reader, writer):
            number = 0
            while True:
                call, kind, data = await queue.get()
                number += 1
                body = _event(call, kind, data, f"{id(writer)}-{number}")
                if data.get("text") == ASKS and asked[call] != SEEN:
                    asked[call] = time.monotonic()
                while await _post(reader, writer, token, body) != 202:  # noqa: ASYNC110 - it was refused, for now
                    await asyncio.sleep(0.2)
                sent += 1
                queue.task_done()

    senders = [asyncio.create_task(send()) for _ in range(50)]
    for number in range(open_calls):
        await queue.put((f"c-{number}", "call.started", {"recorded": True, "places": ["US-CA"]}))
        await queue.put((f"c-{number}", "call.answered", {}))
    await queue.join()
    workers = _workers(home)
    await _at_rest([*workers, _parent(workers[0])])
    before, begun, already = sum(map(_cpu, workers)), time.monotonic(), sent
    ticks = 0
    while time.monotonic() - begun < length:
        for _ in range(max(1, round(open_calls / SPEAKS / 20))):
            call = dice.randrange(open_calls)
            by, text = lines[call % len(lines)][dice.randrange(len(lines[0]))]
            await queue.put((f"c-{call}", "utterance", {"by": by, "text": text, "seconds": 1.0}))
        if ticks % EVERY == 0 and (free := [n for n in range(len(sessions)) if f"c-{n}" not in asked]):
            call_id = f"c-{dice.choice(free)}"
            asked[call_id] = 0.0  # until it is sent
            await queue.put((call_id, "utterance", {"by": "customer", "text": ASKS, "seconds": 1.0}))
        ticks += 1
        await asyncio.sleep(max(0.0, begun + ticks * 0.05 - time.monotonic()))
    await queue.join()
    seconds, during = time.monotonic() - begun, sum(map(_cpu, workers)) - before
    await asyncio.sleep(2)
    lost = sum(value >= 0 for value in asked.values())
    memory = max(map(_memory, workers))
    taken_up = await _killed(workers)
    for task in (*senders, *panels):
        task.cancel()
    rate = sent - already
    return Seen(sent, seconds * sent / max(1, rate), waits, lost, taken_up, during, memory)


async def _panel(
    port: int, session: str, call: str, asked: dict[str, float], waits: list[float], queue: Queue
) -> None:
    """An agent's open panel: notes when the prompt for which the customer's words ask is there, and does what it says.

    Once the panel shows that it is done, the customer may ask again. Other words of the talk may make the same prompt due:
    that is no sample, because the panel would not change when it is asked for once more.
    """
    async with _stream(port, session, "/live/panel/stream/") as lines:
        async for told in lines:
            since = asked.get(call)
            shown = [part["html"] for part in told["parts"] if part["id"] == "panel"]
            if not shown:
                continue
            due = "do-not-call list" in shown[-1].partition("<h2>To do</h2>")[2].partition("<h2>")[0]
            if due and since != SEEN:
                if since:
                    waits.append(time.monotonic() - since)
                asked[call] = SEEN
                await queue.put((call, DOES, {}))
            elif since == SEEN and not due:
                del asked[call]


async def _killed(workers: list[int]) -> float:
    """Seconds from the death of the watching worker until the other has nothing more to do."""
    watching = max(workers, key=_cpu)
    standby = next(one for one in workers if one != watching)
    begun = time.monotonic()
    os.kill(watching, signal.SIGKILL)
    return await _at_rest([standby]) - begun


async def _at_rest(processes: list[int]) -> float:
    """When these began to have nothing more to do: for half a second they used hardly any CPU time."""
    until, used, rested = time.monotonic() + 120, sum(map(_cpu, processes)), time.monotonic()
    while time.monotonic() - rested < 0.5:
        if time.monotonic() > until:
            raise RuntimeError("the server does not come to rest")
        await asyncio.sleep(0.05)
        if (now := sum(map(_cpu, processes))) - used > 0.02:
            used, rested = now, time.monotonic()
    return rested


def _event(call: str, kind: str, data: dict[str, object], name: str) -> bytes:
    lasted = data.get("seconds", 0.0)
    assert isinstance(lasted, float)
    seconds = time.time() - lasted  # noqa: TID251 - the sender is an edge of its own; words come when they are over
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f"{seconds % 1:.6f}Z"[1:]
    told = {
        "specversion": "1.0",
        "id": f"{call}-{name}",
        "source": "pbx",
        "type": kind,
        "time": at,
        "call": call,
        "agent": f"a-{call[2:]}",
        "data": data,
    }
    return json.dumps(told).encode()


@asynccontextmanager
async def _connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, body: bytes) -> int:
    head = (
        f"POST /api/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/cloudevents+json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()).strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return status


@asynccontextmanager
async def _stream(
    port: int, session: str, path: str
) -> AsyncIterator[AsyncIterator[dict[str, list[dict[str, str]]]]]:
    async with _connection(port) as (reader, writer):
        writer.write(
            f"GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: sessionid={session}\r\naccept: text/event-stream\r\n\r\n".encode()
        )

        async def lines() -> AsyncIterator[dict[str, list[dict[str, str]]]]:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

        yield lines()


def _workers(home: str) -> list[int]:
    """The processes that watch calls for the server that lives there, and for no other on this machine."""
    found = []
    ours = f"CLEARLINE_HOME={home}".encode()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                line = (process / "cmdline").read_bytes()
                told = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"clearline.live.worker" in line and ours in told:
                found.append(int(process.name))
    if len(found) != 2:
        raise RuntimeError(f"{len(found)} workers instead of two")
    return found


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _cpu(process: int) -> float:
    """Seconds of CPU time that a process has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
