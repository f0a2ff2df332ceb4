"""A dialer that can only call an address, over real sockets."""

from collections.abc import Callable

import httpx
import pytest
from tests.examples.conftest import DENY, LATER, NAME, FakeGate

Start = Callable[[str, str], int]
ASKED = {
    "phone_code": "1",
    "phone_number": "2025550143",
    "campaign_id": "K-7",
    "user": "a-1",
    "lead_id": "55",
}


@pytest.fixture
def address(start: Start, gate: FakeGate) -> str:
    return f"http://127.0.0.1:{start('webhook.py', gate.url)}"


def test_the_dialers_words_become_the_gates(address: str, gate: FakeGate) -> None:
    answer = httpx.get(f"{address}/decide", params={**ASKED, "postal_code": "20001", "voice": "ai"})
    assert (answer.status_code, answer.json()["answer"], answer.json()["decision"]) == (200, "allow", NAME)
    assert gate.asked[0][2] == {
        "number": "+12025550143",
        "campaign": "K-7",
        "agent": "a-1",
        "contact": "55",
        "postcode": "20001",
        "voice": "ai",
        "purpose": "marketing",
        "technology": "human_dialer",
    }


def test_a_user_who_is_a_machine_is_no_agent(address: str, gate: FakeGate) -> None:
    httpx.get(f"{address}/decide", params={**ASKED, "user": "VDAD"})
    assert "agent" not in gate.asked[0][2]


def test_a_form_says_the_same(address: str, gate: FakeGate) -> None:
    answer = httpx.post(f"{address}/decide", data={"number": "+442079460000", "purpose": "service"})
    assert answer.status_code == 200
    assert (gate.asked[0][2]["number"], gate.asked[0][2]["purpose"]) == ("+442079460000", "service")


@pytest.mark.parametrize("told", [DENY, LATER, {}, b"no"])
def test_whatever_is_no_allow_is_a_403(address: str, gate: FakeGate, told: object) -> None:
    gate.says(told)
    answer = httpx.get(f"{address}/decide", params=ASKED)
    assert (answer.status_code, answer.json()["answer"] in {"deny", "not before"}) == (403, True)
    assert answer.json()["reason"]


def test_afterwards_the_gate_hears_what_became_of_it(address: str, gate: FakeGate) -> None:
    for dialled, deed in (("yes", "confirm"), ("no", "release")):
        answer = httpx.post(f"{address}/done", data={"decision": NAME, "dialled": dialled})
        assert (answer.status_code, gate.asked[-1][0]) == (200, f"/api/gate/decisions/{NAME}/{deed}")
    gate.says({}, 404)
    assert httpx.get(f"{address}/done", params={"decision": NAME}).status_code == 502


def test_there_is_nothing_else(address: str, gate: FakeGate) -> None:
    assert httpx.get(f"{address}/allow").status_code == 404
    assert httpx.post(f"{address}/decide", content=b"x" * 20_001).status_code == 413
    assert gate.asked == []
