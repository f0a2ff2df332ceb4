"""Deliveries over real sockets, against the server as it is started."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from tests.intake.conftest import SECRET, body_of, signed

from clearline.ui.clock import now

START = """
import sys
from clearline.config.starting import start
start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clearline.intake.actions import made
from clearline.intake.models import Connection
from clearline.people.models import Person, Role
from clearline.ui.clock import now
max = Person.objects.invited(email="max@shop.example", name="Max", role=Role.ADMINISTRATOR)
for kind in Connection.Kind.values:
    prefix = "" if kind == "shopify" else f"{kind}-"
    made(max, kind=kind, name=kind, prefix=prefix, seller="Northwind", secret=sys.argv[1], at=now())
"""


class House(NamedTuple):
    """A running server and its database."""

    address: str
    database: Path

    def send(self, kind: str, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        url = f"{self.address}/in/{kind}"
        told = signed(kind, body, now(), url=url) if headers is None else headers
        return httpx.post(url, content=body, headers=told, timeout=30)

    def column(self, name: str, kind: str) -> Any:
        """A column of a connection, once what was counted is written."""
        time.sleep(1.6)
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            query = f"SELECT {name} FROM intake_connection WHERE kind = ?"  # the test's own word
            return database.execute(query, (kind,)).fetchone()[0]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if os.environ.get("CLEARLINE_TESTS_ON") == "postgresql":
        pytest.skip("the server under test has a home of its own, with SQLite")
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "CLEARLINE_HOME": str(home)}
    subprocess.run([sys.executable, "-c", START, SECRET], env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("clearline")), "serve", "--plain-http", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        _await(address)
        yield House(address, home / "clearline.sqlite3")
        process.terminate()


def _await(address: str) -> None:
    for _ in range(150):
        try:
            httpx.get(f"{address}/account/login/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start in 30 seconds")


def statuses(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 202, answer.text
    return {one["type"]: one["status"] for one in answer.json()["results"]}


def test_an_order_is_stored_and_a_repeat_of_it_is_known(house: House) -> None:
    body = body_of("shopify-order", id=1)
    assert set(statuses(house.send("shopify", body)).values()) == {"stored"}
    assert set(statuses(house.send("shopify", body)).values()) == {"known"}


def test_an_order_names_the_seller(house: House) -> None:
    house.send("shopify", body_of("shopify-order", id=9))
    with closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)) as database:
        query = "SELECT body FROM record_event WHERE source = 'in/shopify' AND name = 'order-9-placed'"
        ((body,),) = database.execute(query).fetchall()
    assert b'"seller":"Northwind"' in body


def test_what_a_later_delivery_repeats_is_known_and_what_is_new_is_stored(house: House) -> None:
    house.send("shopify", body_of("shopify-order", id=2))
    paid = {"financial_status": "paid", "total_price": "70.00", "updated_at": "2026-10-06T09:00:00-04:00"}
    told = statuses(house.send("shopify", body_of("shopify-order", id=2, **paid)))
    assert told == {"order.placed": "known", "contact.seen": "known", "payment.captured": "stored"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("woocommerce", "woocommerce-customer"),
        ("stripe", "stripe-refund"),
        ("zendesk", "zendesk-trigger"),
        ("hubspot", "hubspot-changes"),
    ],
)
def test_each_sender_is_heard(house: House, kind: str, name: str) -> None:
    assert "stored" in statuses(house.send(kind, body_of(name))).values()


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "stripe", "zendesk", "hubspot"])
def test_who_did_not_sign_hears_nothing(house: House, kind: str) -> None:
    body = body_of("shopify-order")
    url = f"{house.address}/in/{kind}"
    forged = signed(kind, body, now(), "the secret of somebody else", url)
    unsigned: list[dict[str, str]] = [{}, forged]
    told = {house.send(kind, body, headers).text for headers in unsigned}
    assert {house.send(kind, body, headers).status_code for headers in unsigned} == {401}
    assert len(told) == 1
    assert house.column("unsigned", kind) >= 4


@pytest.mark.parametrize("kind", ["stripe", "zendesk", "hubspot"])
def test_a_recorded_delivery_is_taken_for_five_minutes_only(house: House, kind: str) -> None:
    body = body_of("stripe-charge")
    old = signed(kind, body, now() - 301_000_000, url=f"{house.address}/in/{kind}")
    assert house.send(kind, body, old).status_code == 401


def test_a_topic_that_somebody_put_on_a_recorded_delivery_changes_nothing(house: House) -> None:
    body = body_of("shopify-order", id=3)
    headers = signed("shopify", body, now()) | {"x-shopify-topic": "orders/cancelled"}
    assert set(statuses(house.send("shopify", body, headers))) == {"order.placed", "contact.seen"}


def test_what_says_nothing_here_is_counted(house: House) -> None:
    answer = house.send("stripe", b'{"id":"e","type":"payout.paid","created":1,"data":{"object":{}}}')
    assert answer.status_code == 202
    assert answer.json() == {"results": [], "ignored": ["an event of the type payout.paid"]}
    assert house.column("note", "stripe") == "an event of the type payout.paid"


def test_what_cannot_be_read_is_refused_with_a_reason(house: House) -> None:
    answer = house.send("shopify", body_of("shopify-order", total_price="4242 4242 4242 4242"))
    assert answer.status_code == 422
    assert "amount" in answer.json()["detail"]
    assert "4242" not in answer.text
    assert house.column("refused", "shopify") >= 1


def test_what_the_record_refuses_is_counted_with_its_reason(house: House) -> None:
    told = house.send("shopify", body_of("shopify-order", id=4, created_at="2999-01-01T00:00:00Z"))
    assert statuses(told)["order.placed"] == "refused"
    assert "future" in house.column("error", "shopify")


def test_too_much_is_refused(house: House) -> None:
    assert house.send("shopify", b" " * 2_000_001, {}).status_code == 413


def test_there_is_nothing_else_at_the_door(house: House) -> None:
    assert httpx.get(f"{house.address}/in/shopify").status_code == 405
    assert httpx.post(f"{house.address}/in/elsewhere").status_code == 404
    assert httpx.post(f"{house.address}/in/").status_code == 404


def test_the_ping_of_a_webhook_that_is_being_saved_is_answered(house: House) -> None:
    assert house.send("woocommerce", b"webhook_id=12", {}).status_code == 200
    assert house.send("shopify", b"webhook_id=12", {}).status_code == 401
