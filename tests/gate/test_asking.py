"""The gate over HTTP: what a dialer sends and hears, and that whatever goes wrong is a no."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from tests.characters import cast
from tests.gate.conftest import NOBODY, NOON
from tests.record.conftest import received

from clearline.engine.events import Event
from clearline.gate.actions.deciding import LoggedGate
from clearline.gate.asking import DECISIONS, Gatekeeper
from clearline.gate.models import Decision
from clearline.people import tokens
from clearline.people.models import Person
from clearline.record.actions.append import append
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.record.writer import Writer
from clearline.ui.clock import now

SALE = {"number": "+15035550123", "purpose": "marketing", "technology": "human_manual"}
Post = Callable[..., tuple[int, Any]]


def _full(_: str) -> Any:
    raise OperationalError("database or disk is full")


class Dialer:
    """Sends requests as the server would hand them over."""

    def __init__(self, writer: Writer, gate: LoggedGate, token: str) -> None:
        self.edge = Gatekeeper(writer, gate)
        self.token = token

    def __call__(
        self, body: Any, path: str = DECISIONS, *, method: str = "POST", kind: str = "application/json"
    ) -> tuple[int, Any]:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = [(b"authorization", f"Bearer {self.token}".encode()), (b"content-type", kind.encode())]
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content}

        async def send(message: Any) -> None:
            sent.append(message)

        async def serve() -> None:
            await self.edge(scope, receive, send)
            await sync_to_async(connections.close_all)()  # those of the thread that looked up the token

        with ThreadPoolExecutor(1) as other:  # beside a browser's test this thread has a loop of its own
            other.submit(asyncio.run, serve()).result()
        return sent[0]["status"], msgspec.json.decode(sent[1]["body"])


@pytest.fixture
def writer(transactional_db: Any, shop: Judging) -> Iterator[Writer]:  # noqa: ARG001 # opens the database
    told = Event("l", "list.loaded", NOON, {"list": "us-national"}, {"organisation": "shop"})
    append(received([told], "house"), NOON, Watches(lambda: shop))
    made = Writer(lambda: shop, lambda: NOON)
    made.start()
    yield made
    made.stop()


def token(*scopes: str, owner: Person | None = None) -> str:
    at = now()
    owner = owner or cast().alice
    return tokens.make(owner, name="dialer", scopes=scopes, expires=at + tokens.DAY, at=at)[1]


@pytest.fixture
def post(writer: Writer) -> Dialer:
    return Dialer(writer, LoggedGate(lambda _: NOBODY), token("gate:decide"))


def test_an_attempt_is_answered_with_its_reasons_and_a_receipt(post: Dialer) -> None:
    status, answer = post(SALE)
    assert (status, answer["answer"], answer["state"]) == (200, "allow", "reserved")
    assert answer["receipt"] == {
        "entry": answer["receipt"]["entry"],
        "proof": f"/api/proofs/{answer['receipt']['entry']}",
    }
    assert Decision.objects.get(uid=answer["id"]).entry == answer["receipt"]["entry"]
    status, answer = post({**SALE, "voice": "ai"})
    assert (status, answer["answer"]) == (200, "deny")
    (reason,) = (one for one in answer["reasons"] if one["rule"] == "artificial-sales-written")
    assert reason["told"]
    assert reason["lifted"] == "the person's written consent to such calls or a call dialled by a person"


def test_a_list_is_answered_in_its_order(post: Dialer) -> None:
    status, answers = post([SALE, {"number": "nobody"}, *[SALE] * 3])
    assert status == 200
    assert [one["answer"] for one in answers] == ["allow", "deny", "allow", "allow", "not before"]
    assert answers[4]["not_before"] == "2026-11-24T20:00:00.000001+00:00"


def test_the_dialer_says_what_became_of_it(post: Dialer) -> None:
    uid = post(SALE)[1]["id"]
    status, told = post({"call": "c-1"}, f"{DECISIONS}/{uid}/confirm")
    assert (status, told["state"], told["lapsed"]) == (200, "placed", False)
    assert post(b"", f"{DECISIONS}/{uid}/confirm")[0] == 200
    assert post(b"", f"{DECISIONS}/{uid}/release")[0] == 409
    assert post(b"", f"{DECISIONS}/{'0' * 32}/release")[0] == 404


def test_another_token_of_the_same_owner_may_say_it_and_nobody_elses(writer: Writer) -> None:
    gate, people = LoggedGate(lambda _: NOBODY), cast()
    dialer, second, foreign = (
        Dialer(writer, gate, token("gate:decide", owner=one))
        for one in (people.alice, people.alice, people.max)
    )
    uid = dialer(SALE)[1]["id"]
    for deed in ("confirm", "release"):
        status, told = foreign({}, f"{DECISIONS}/{uid}/{deed}")
        assert (status, told["detail"]) == (404, "there is no such decision of yours")
    status, told = second({}, f"{DECISIONS}/{uid}/release")
    assert (status, told["state"]) == (200, "released")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 422),
        ({}, 422),
        ({**SALE, "numbr": "+1"}, 422),
        ({**SALE, "purpose": 1}, 422),
        ({**SALE, "contact": "x" * 129}, 422),
        ({**SALE, "contact": "a\0b"}, 422),
        ({**SALE, "at": "2026-11-23T20:00:00"}, 422),
        ({**SALE, "at": "2026-02-30T20:00:00Z"}, 422),
        ([SALE] * 1_001, 413),
    ],
)
def test_what_cant_be_read_is_a_no(post: Dialer, body: Any, status: int) -> None:
    found, told = post(body)
    assert (found, told["answer"]) == (status, "deny")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "1900-01-01T00:00:00Z"])
def test_an_impossible_time_is_a_no(post: Dialer, when: str) -> None:
    _, told = post({**SALE, "at": when, "check": True})
    assert (told["answer"], told["reasons"][0]["title"]) == ("deny", "The time is impossible")


def test_who_may_not_ask_hears_no(writer: Writer) -> None:
    gate = LoggedGate(lambda _: NOBODY)
    for words, status in ((token("events:write"), 403), ("cl_nobody", 401)):
        found, told = Dialer(writer, gate, words)(SALE)
        assert (found, told["answer"]) == (status, "deny")


@pytest.mark.parametrize(("more", "status"), [({"method": "PUT"}, 405), ({"kind": "text/plain"}, 415)])
def test_what_is_sent_in_another_way_is_a_no(post: Dialer, more: dict[str, str], status: int) -> None:
    found, told = post(SALE, **more)
    assert (found, told["answer"]) == (status, "deny")


def test_what_cant_be_written_is_a_no(writer: Writer) -> None:
    found, told = Dialer(writer, LoggedGate(_full), token("gate:decide"))(SALE)
    assert (found, told["answer"]) == (507, "deny")
    assert "no room left" in told["reasons"][0]["title"]
    assert not Decision.objects.exists()
