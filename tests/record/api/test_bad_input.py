"""What nobody should send, sent to the server: it is refused with a reason, and nothing fails."""

import base64
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.record.api.conftest import Server

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e",
    "source": "naughty",
    "type": "contact.updated",
    "time": "2026-11-01T10:00:00Z",
    "contact": "k-naughty",
}
CLOUD = "application/cloudevents+json"


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {server.token}", "content-type": CLOUD}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as found:
        yield found


def send(client: httpx.Client, body: bytes | str, kind: str = CLOUD, **headers: str) -> httpx.Response:
    answer = client.post("/api/events", content=body, headers={"content-type": kind, **headers})
    assert answer.status_code < 500, (body[:200], answer.text)
    return answer


@pytest.mark.data
def test_what_is_no_json_is_refused_and_nothing_fails(client: httpx.Client, shared: Path) -> None:
    kinds = {"n_": 0, "y_": 0, "i_": 0}
    with tarfile.open(shared / "json_tests" / "JSONTestSuite_test_parsing.tar.xz") as files:
        for member in files:
            name, read = Path(member.name).name, files.extractfile(member)
            if read is None or name[:2] not in kinds:
                continue
            body = read.read()
            told = send(client, body)
            as_data = send(client, body, "application/json", **_attributes(f"json-{name}"))
            if name.startswith("n_"):
                assert 400 <= told.status_code < 500, name
                assert as_data.status_code in {400, 422} or not body, name
            kinds[name[:2]] += 1
    assert all(count > 20 for count in kinds.values())


@pytest.mark.data
def test_naughty_texts_are_stored_or_refused_wherever_they_stand(client: httpx.Client, shared: Path) -> None:
    naughty = json.loads((shared / "json_tests" / "blns.json").read_text(encoding="utf-8"))
    lines = []
    for number, text in enumerate(naughty):
        data = {"name": text, "number": [text], "email": [text], "places": [text], "zone": [text]}
        told = {**EVENT, "id": f"n-{number}", "data": data}
        lines += [told, {**told, "contact": text, "id": f"c-{number}"}, {**told, "id": text}]
    answer = send(client, "\n".join(map(json.dumps, lines)), "application/x-ndjson")
    results = answer.json()["results"]
    assert len(results) == len(lines)
    assert {one["status"] for one in results} <= {"stored", "refused", "known", "conflict"}
    assert all(one["status"] == "stored" for one in results[::3])


@pytest.mark.parametrize("text", ["\0", "a\0b", {"deep": ["\0"]}])
@pytest.mark.parametrize("where", ["name", "number", "places", "zone"])
def test_a_nul_is_refused_with_a_reason(client: httpx.Client, where: str, text: Any) -> None:
    answer = send(client, json.dumps({**EVENT, "id": f"nul-{where}", "data": {where: text}}))
    assert answer.status_code == 422
    assert "NUL" in answer.json()["results"][0]["reason"]


def test_a_backslash_that_only_looks_like_a_nul_is_none(client: httpx.Client) -> None:
    answer = send(client, json.dumps({**EVENT, "id": "no-nul", "data": {"name": "\\u0000"}}))
    assert answer.json()["results"][0]["status"] == "stored"


@pytest.mark.parametrize(
    "part",
    [
        '"data":{"name":"\\ud800"}',
        '"data":{"n":1e999}',
        '"data":{"n":' + "9" * 400 + "}",
        '"data":{"n":-9223372036854775809}',
        '"data":{"n":1e-400}',
        '"data":' + '{"a":' * 40 + "1" + "}" * 40,
        '"data":' + "[" * 5_000 + "]" * 5_000,
        '"data":{"a":1,"a":2}',
        '"seq":9223372036854775808',
        '"seq":-1e3',
        '"order":{}',
        '"Order":"1"',
        '"replaces":"nothing","voids":"nothing"',
    ],
    ids=range(13),
)
def test_what_is_at_the_edge_of_json_does_not_fail(client: httpx.Client, part: str) -> None:
    whole = json.dumps({**EVENT, "id": str(hash(part))})
    answer = send(client, whole[:-1] + f",{part}}}")
    assert answer.json()["results"][0]["status"] in {"stored", "refused"}


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"]
)
def test_a_time_that_nobody_lived_in_is_refused(client: httpx.Client, time: str) -> None:
    assert send(client, json.dumps({**EVENT, "id": f"t-{time}", "time": time})).status_code == 422


def test_a_deadline_beyond_all_calendars_can_still_be_asked_for(client: httpx.Client) -> None:
    told = {
        **EVENT,
        "id": "far",
        "type": "order.placed",
        "order": "far",
        "data": {"ship_by": "9999-12-31T23:59:59-23:59"},
    }
    assert send(client, json.dumps(told)).status_code == 202
    assert client.get("/api/duties", params={"limit": 200}).status_code == 200


def test_an_event_comes_in_binary_mode_too(client: httpx.Client) -> None:
    answer = send(client, b'{"name": "Rosa"}', "application/json", **_attributes("binary", agent="K%C3%A4te"))
    assert (answer.status_code, answer.json()["results"][0]["status"]) == (202, "stored")
    assert (
        send(
            client, b'{"name": "Rosa"}', "application/json", **_attributes("binary", agent="K%C3%A4te")
        ).json()["results"][0]["status"]
        == "known"
    )
    assert send(client, b"{", "application/json", **_attributes("broken")).status_code == 400
    assert send(client, b"[]", "application/json", **_attributes("list")).status_code == 422


def test_a_token_for_events_reads_nothing(server: Server) -> None:
    for path in ("calls", "findings", "duties", "checkpoint"):
        answer = httpx.get(f"{server.url}/api/{path}", headers={"authorization": f"Bearer {server.sender}"})
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer cl_\u00ff", "bearer cl_x cl_y"])
def test_a_header_that_is_no_token_opens_nothing(server: Server, header: str) -> None:
    answer = httpx.get(f"{server.url}/api/calls", headers={b"authorization": header.encode("latin-1")})
    assert answer.status_code == 401


def _attributes(of: str, **more: str) -> dict[str, str]:
    told = (
        {key: str(value) for key, value in EVENT.items()}
        | {"id": base64.b16encode(of.encode()).decode()}
        | more
    )
    return {f"ce-{key}": value for key, value in told.items()}
