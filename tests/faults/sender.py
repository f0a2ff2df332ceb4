"""Senders who do as they are told to: they keep what was not answered with 202, and send it again."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.faults.house import House

from clearline.ui.clock import now

LINES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("call.started", {"direction": "outbound", "purpose": "telemarketing", "places": ["US-CA"]}),
    ("recording.started", {}),
    ("call.answered", {}),
    ("utterance", {"by": "agent", "text": "Hello, this is Dana from Northwind."}),
    (
        "utterance",
        {"by": "customer", "text": "Please do not call me again, put me on your do not call list."},
    ),
    ("utterance", {"by": "agent", "text": "We have a great offer for you today."}),
    ("utterance", {"by": "customer", "text": "No."}),
    ("call.ended", {}),
)


def event(name: str, call: str, line: int, at: float) -> dict[str, Any]:
    """A line of a call as a CloudEvent."""
    kind, data = LINES[line % len(LINES)]
    return {
        "specversion": "1.0",
        "id": name,
        "source": "telephony",
        "type": kind,
        "time": datetime.fromtimestamp(at, UTC).isoformat(),
        "call": call,
        "seq": line,
        "data": data,
    }


class Sender(threading.Thread):
    """Sends calls one after the other, several events at once, until it is told to stop."""

    def __init__(self, house: House, name: str, most: int = 20, timeout: float = 10) -> None:
        super().__init__(daemon=True)
        self.house, self.name, self.most, self.timeout = house, name, most, timeout
        self.entries: dict[str, int] = {}  # what was answered with 202, and its place in the log
        self.answers: Counter[int] = Counter()  # statuses; 0 is a broken connection
        self.wrong: list[str] = []  # answers that no sender should ever see
        self.headers: list[dict[str, str]] = []  # of refusals
        self.worst = 0.0  # seconds that an answer took
        self._stopping = threading.Event()
        self._dice = random.Random(name)

    def run(self) -> None:
        sent, begun = 0, now() / 1e6 - 7_200
        while not self._stopping.is_set():
            batch = [
                event(f"{self.name}-{n}", f"{self.name}-{n // len(LINES)}", n % len(LINES), begun + n / 50)
                for n in range(sent, sent + self._dice.randint(1, self.most))
            ]
            if self._insist(batch):
                sent += len(batch)

    def stop(self) -> None:
        """Lets it finish what it has in hand."""
        self._stopping.set()
        self.join(60)

    def _insist(self, batch: list[dict[str, Any]]) -> bool:
        """The same batch until it is taken, or until nobody wants more."""
        while not self._once(batch):
            if self._stopping.wait(0.05):
                return False
        return True

    def _once(self, batch: list[dict[str, Any]]) -> bool:
        begun = time.monotonic()
        try:
            status, headers, body = post(self.house, json.dumps(batch), self.timeout)
        except (OSError, http.client.HTTPException):
            self.answers[0] += 1
            return False
        self.worst = max(self.worst, time.monotonic() - begun)
        self.answers[status] += 1
        if status != 202:
            self.headers.append(headers)
            return False
        for result in json.loads(body)["results"]:
            known = self.entries.setdefault(result["id"], result["entry"])
            if result["status"] not in {"stored", "known"} or known != result["entry"]:
                self.wrong.append(str(result))
        return True


def post(house: House, body: str, timeout: float = 10) -> tuple[int, dict[str, str], bytes]:
    """One batch on a connection of its own: status, headers, body."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=timeout)
    try:
        connection.request(
            "POST",
            "/api/events",
            body,
            {"authorization": f"Bearer {house.token}", "content-type": "application/cloudevents-batch+json"},
        )
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def acknowledged(senders: list[Sender]) -> dict[str, int]:
    """All that was answered with 202."""
    return {name: entry for sender in senders for name, entry in sender.entries.items()}
