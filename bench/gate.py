"""Decisions: as a library call beside plain Python and Rego, and over HTTP with the durable log."""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import phonenumbers
from bench.measuring import Part, Seconds, goal, in_turns, table, timed
from bench.peers.asking import Peer, PeerError
from bench.serving import fresh, postgresql, server

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Event
from clearline.gate.asked import Memory
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.library import Gate

TITLE = "Decisions of the gate"
MANY, FEW = 50_000, 1_000
AREAS: Final = ("503", "541", "971", "458", "206", "312", "404", "602")
CLIENTS: Final = (1, 2, 4, 8, 16, 32)
NOON: Final = instant_of(datetime(2026, 11, 23, 20, tzinfo=UTC))
FACTS: Final = {
    "consent": "none",
    "on_registry": False,
    "on_state_list": False,
    "on_litigator_list": False,
    "reassigned": "no",
}
MAKE: Final = """
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.ui.clock import now
from clearline.people import tokens
from clearline.people.models import Person, Role
alice = Person.objects.invited(email="alice@shop.example", name="Alice", role=Role.OFFICER)
print(tokens.make(alice, name="bench", scopes=["gate:decide"], expires=now() + 86_400_000_000, at=now())[1])
"""


class Asked(NamedTuple):
    """What one run over HTTP took."""

    rate: float
    half: float  # milliseconds in which half of all attempts were answered
    most: float  # and 99 of 100


def measure(*, quick: bool) -> Part:
    """Decisions a second by themselves, and how long a dialer waits for one."""
    library, goals = _library(quick=quick)
    over, more = _over_http(quick=quick)
    about = (
        f"The library decides {FEW if quick else MANY:,} sales calls to as many numbers in {len(AREAS)} area codes by all "
        "shipped rules, with places, zones and hours looked up for each, and lists and consent given. *Warm* is the usual "
        "case: what was said of the same facts is kept. *Cold* asks every rule for every attempt. *With history* has three "
        "earlier attempts of each contact before it. The peers are given the looked-up facts of the same attempts: "
        "plain Python with 7 comparisons, the same after parsing the number with phonenumbers, and 8 Rego rules in regopy. "
        "CPU seconds, in turns, the median of 3."
    )
    served = (
        "Over HTTP: `clearline serve` on loopback, a registry of 1,000 numbers loaded, a token, one attempt a request, "
        "connections kept alive, service calls, which are allowed at any hour, each to a number of its own; the sender shares "
        "the cores. The answer leaves when "
        "the decision, its reservation and their entries in the log are on disk. Wall time."
    )
    return Part("gate", TITLE, "\n\n".join([about, library, served, over, _goals([*goals, *more])]))


def _goals(rows: Sequence[Sequence[Any]]) -> str:
    return table(("goal", "wanted", "measured", ""), rows)


def _library(*, quick: bool) -> tuple[str, list[Sequence[Any]]]:
    many, few = (FEW, 100) if quick else (MANY, FEW)
    attempts = [_attempt(number) for number in range(many)]
    house = [Event("l", "list.loaded", NOON - 3_600 * SECOND, {"list": "us-national"}, {"organisation": "o"})]
    gate = Gate.open(house=house)
    before = [NOON - hours * 3_600 * SECOND for hours in (70, 50, 30)]
    given = [_given(gate, one) for one in attempts]
    assert all(gate.decide(one, NOON, facts=FACTS).answer is Answer.ALLOW for one in attempts[:few])
    contenders = {
        "ours, warm": timed(lambda: [gate.decide(one, NOON, facts=FACTS) for one in attempts]),
        "ours, cold": timed(lambda: [_cold(gate, one) for one in attempts[:few]]),
        "ours, with history": timed(
            lambda: [gate.decide(one, NOON, facts=FACTS, before=before) for one in attempts[:few]]
        ),
        "plain Python": timed(lambda: [_plain(one) for one in given]),
        "plain Python, phonenumbers": timed(
            lambda: [_plain(one) for one in given[:few] if phonenumbers.parse(one["number"]) is not None]
        ),
    }
    sizes = dict.fromkeys(contenders, few) | {"ours, warm": many, "plain Python": many}
    peer = _peer(quick=quick)
    if peer is not None:
        contenders["regopy"] = lambda: _by_peer(peer, given[:few])
        sizes["regopy"] = few
    rates = {name: sizes[name] / seconds for name, seconds in in_turns(contenders, 3).items()}
    rows = [(name, rate, rate / rates["ours, warm"]) for name, rate in rates.items()]
    goals: list[Sequence[Any]] = [goal("decisions a second, warm", 100_000, rates["ours, warm"])]
    if "regopy" in rates:
        goals.append(goal("warm, beside regopy", 1, rates["ours, warm"] / rates["regopy"]))
    return table(("library call", "decisions/s", "of ours, warm"), rows), goals


def _attempt(number: int) -> Attempt:
    area = AREAS[number % len(AREAS)]
    return Attempt(
        number=f"+1{area}{2_000_000 + number * 131 % 7_999_999:07}",
        purpose="marketing",
        technology="human_manual",
    )


def _given(gate: Gate, attempt: Attempt) -> dict[str, Any]:
    return {**gate.decide(attempt, NOON, facts=FACTS).facts, "attempts": 0}


def _cold(gate: Gate, attempt: Attempt) -> object:
    gate.deciding.memory = Memory()
    return gate.decide(attempt, NOON, facts=FACTS)


def _plain(facts: Mapping[str, Any]) -> bool:
    """The rules that most gates have, by hand."""
    if facts["purpose"] not in {"marketing", "mixed"}:
        return True
    if not facts["in_hours"] or not facts["in_state_hours"] or facts["attempts"] >= 3:
        return False
    if facts["consent"] == "written":
        return True
    return not (
        facts["on_registry"] or facts["on_state_list"] or facts["technology"] == "prerecorded_or_artificial"
    )


def _peer(*, quick: bool) -> Peer | None:
    if quick:
        return None
    try:
        return Peer("regopy")
    except PeerError as missing:
        print(f"regopy was not measured: {missing}")
        return None


def _by_peer(peer: Peer, given: Sequence[Mapping[str, Any]]) -> Seconds:
    seconds, found = peer.measure(attempts=given)
    if found != len(given):
        raise RuntimeError(f"regopy allows {found} of {len(given)}")
    return seconds


def _over_http(*, quick: bool) -> tuple[str, list[Sequence[Any]]]:
    clients, each = ((1, 4), 10) if quick else (CLIENTS, 300)
    rows: list[Sequence[Any]] = []
    with postgresql() as url:
        for name, where in (("SQLite, synchronous FULL", ""), ("PostgreSQL", url)):
            if name == "PostgreSQL" and not url:
                continue
            found = dict(_served(where and fresh(where), clients, each))
            rows += [(name, number, one.rate, one.half, one.most) for number, one in found.items()]
    goals = [goal(f"{row[0]}, 1 client: 5 ms over p99", 1, 5 / row[4]) for row in rows if row[1] == 1]
    return table(("HTTP", "clients", "decisions/s", "p50 ms", "p99 ms"), rows), list(goals)


def _served(url: str, clients: Sequence[int], each: int) -> Iterator[tuple[int, Asked]]:
    with tempfile.TemporaryDirectory(prefix="clearline-bench-") as home, server(home, url, MAKE) as serving:
        port, token, environment = serving
        _load(home, environment)
        numbers = count()
        _asked(port, token, 4, each, numbers)
        for number in clients:
            begun = time.perf_counter()
            waits = sorted(_asked(port, token, number, each, numbers))
            taken = time.perf_counter() - begun
            most = waits[min(int(len(waits) * 0.99), len(waits) - 1)]
            yield number, Asked(len(waits) / taken, statistics.median(waits) * 1e3, most * 1e3)


def _load(home: str, environment: Mapping[str, str]) -> None:
    """A registry for all area codes, with nobody on it whom we ask for."""
    path = Path(home) / "registry.txt"
    lines = [f"{area},{9_999_000 + number}" for area in AREAS for number in range(1, 126)]
    path.write_text("\n".join(lines), encoding="utf-8")
    today = date.today().isoformat()  # noqa: DTZ011, TID251
    command = [
        str(Path(sys.executable).with_name("clearline")),
        "gate",
        "lists",
        "load",
        "us-national",
        str(path),
    ]
    subprocess.run([*command, "--made", today], env=dict(environment), check=True, capture_output=True)


def _asked(*asking: Any) -> list[float]:
    """Asks from a thread of its own, whatever loop this one may be running."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(lambda: asyncio.run(_ask(*asking))).result()


async def _ask(port: int, token: str, clients: int, each: int, numbers: "count[int]") -> list[float]:
    waits: list[float] = []

    async def dialer() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            one = _attempt(next(numbers))
            told = {"number": one.number, "purpose": "service", "technology": "human_manual"}
            body = json.dumps(told).encode()
            head = (
                "POST /api/gate/decisions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            begun = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(
                line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")
            )
            said = json.loads(await reader.readexactly(int(length.partition(b":")[2])))
            waits.append(time.perf_counter() - begun)
            if said.get("state") != "reserved":
                raise RuntimeError(f"the attempt was not reserved: {said}")
        writer.close()

    await asyncio.gather(*(dialer() for _ in range(clients)))
    return waits
