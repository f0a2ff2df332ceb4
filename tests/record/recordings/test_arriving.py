"""Recordings come over HTTP or from the command line: whole, once, to a call that is there to have them."""

import http.client
import os
import uuid
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from tests.record.api.conftest import Server
from tests.record.api.conftest import server as server  # noqa: PLC0414 - a fixture
from tests.record.conftest import LATER, NOON, Take, call
from tests.record.recordings.conftest import Add, Hear, wav

from clearline.cli.commands import adding
from clearline.evidence.models import Entry
from clearline.record.errors import RefusedError
from clearline.record.models import Job, Recording, Timeline
from clearline.record.receiving import Refusal
from clearline.record.recordings import places
from clearline.record.recordings.intake import asked, speakers_of
from clearline.record.retention.classes import classes
from clearline.record.retention.scrubbing import Part, scrub

pytestmark = pytest.mark.django_db


def test_the_same_file_comes_once_a_call(add: Add) -> None:
    first, again, other = add(), add(), add("c-2")
    assert first.pk == again.pk != other.pk
    assert Job.objects.count() == 2
    assert Entry.objects.filter(kind="recording.received").count() == 2
    assert {path.name for path in places.files()} >= {first.uid, other.uid}
    assert not [path for path in places.files() if path.name.startswith(".")]


def test_one_that_could_not_be_heard_may_come_again(add: Add) -> None:
    row = add()
    Recording.objects.update(state=Recording.State.FAILED, key=None, reason="the disk was full")
    again = add()
    assert (again.pk, again.state, again.reason) == (row.pk, Recording.State.WAITING, "")
    assert Job.objects.count() == 2


def test_one_that_was_heard_is_not_heard_again(add: Add, hear: Hear) -> None:
    row = hear(add())
    assert add().state == Recording.State.HEARD
    assert Job.objects.filter(done=None).count() == 0
    assert row.muted


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"data": b""}, "empty"),
        ({"call": ""}, "which call"),
        ({"call": "c" * 129}, "which call"),
        ({"began": LATER + 1}, "has not begun yet"),
        ({"began": -1}, "before 1970"),
    ],
)
def test_what_can_not_be_taken_leaves_nothing(add: Add, told: dict[str, Any], reason: str) -> None:
    before = set(places.files())
    with pytest.raises(RefusedError, match=reason):
        add(**told)
    assert not Recording.objects.exists()
    assert set(places.files()) == before


def test_a_call_whose_record_was_deleted_takes_no_recording(add: Add, take: Take, people: Any) -> None:
    take(call("0 call.started", "9 call.ended", name="gone", agent="a-1"))
    timeline = Timeline.objects.get(kind="call", subject="gone")
    scrub([Part(timeline, classes()["words"])], people.alice, "erasure", LATER)
    with pytest.raises(RefusedError, match="was deleted"):
        add("gone")


@given(st.text(max_size=30))
def test_speakers_are_understood_or_refused(text: str) -> None:
    try:
        found = speakers_of(text)
    except Refusal as refusal:
        assert refusal.status == 422  # noqa: PT017
    else:
        assert set(found) <= {"agent", "customer", "system", "unknown"}


def test_an_address_says_who_is_where_and_when_it_began() -> None:
    wanted = asked(b"call=c-1&speakers=1:customer,0:agent&started=2026-09-21T14:13:20Z&agent=a-1")
    assert wanted.speakers == ["agent", "customer"]
    assert (wanted.call, wanted.agent, wanted.began) == ("c-1", "a-1", NOON)
    assert asked(b"call=c-1&speakers=1:agent").speakers == ["unknown", "agent"]


@pytest.mark.parametrize(
    "query",
    [b"call=a&call=b", b"call=a&pin=1", b"started=2026-09-21", b"started=x", b"speakers=9:agent", b"\xff"],
)
def test_an_address_that_is_not_understood_is_refused(query: bytes) -> None:
    with pytest.raises(Refusal):
        asked(query)


def test_thousands_of_tiny_files_are_each_accounted_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave = b"RIFF\0\0\0\0WAVE"
    for number in range(1_000):
        (tmp_path / f"c-{number}.wav").write_bytes(wave + number.to_bytes(2) if number % 10 else b"")
    (tmp_path / "again").mkdir()
    (tmp_path / "again/c-1.wav").write_bytes(wave + (1).to_bytes(2))
    with pytest.raises(typer.Exit) as ended:
        adding.add([tmp_path], "", "0:agent,1:customer", "", "")
    assert ended.value.exit_code == 1
    assert "1,001 files: 900 taken, 1 here before, 100 refused" in capsys.readouterr().err
    assert Recording.objects.count() == Job.objects.count() == 900


def test_one_name_is_not_given_to_many_recordings(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode())
    with pytest.raises(typer.Exit):
        adding.add([tmp_path], "c-1", "", "", "")
    assert not Recording.objects.exists()


# Over HTTP, against the server as it is started


def send(server: Server, query: str, body: bytes, token: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or server.token}"}
    return httpx.post(f"{server.url}/api/recordings?{query}", content=body, headers=headers, timeout=60)


def test_it_is_taken_over_http_and_stands_sealed_on_the_disk(server: Server) -> None:
    body = wav() + os.urandom(3_000_000)  # more than one chunk, and like no other
    name = f"h-{uuid.uuid4()}"
    answer = send(server, f"call={name}&speakers=0:agent,1:customer", body)
    assert answer.status_code == 202
    assert (answer.json()["call"], answer.json()["status"]) == (name, "stored")


def test_what_is_not_for_recordings_opens_nothing(server: Server) -> None:
    assert send(server, "call=c-1", wav(), server.sender).status_code == 403
    assert send(server, "call=c-1", wav(), "cl_nobody").status_code == 401
    assert send(server, "call=c-1", b"").status_code == 422
    assert send(server, "", wav()).status_code == 422
    assert httpx.get(f"{server.url}/api/recordings").status_code == 405
    line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    line.putrequest("POST", "/api/recordings?call=c-1")
    line.putheader("Authorization", f"Bearer {server.token}")
    line.putheader("Content-Length", "9" * 12)
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()


def test_a_sender_that_breaks_off_leaves_nothing(server: Server) -> None:
    def broken() -> Any:
        yield wav()
        raise ConnectionError("the line is gone")

    name = f"h-{uuid.uuid4()}"
    with pytest.raises(ConnectionError):
        httpx.post(
            f"{server.url}/api/recordings?call={name}",
            content=broken(),
            headers={"Authorization": f"Bearer {server.token}"},
        )
    answer = send(server, f"call={name}", wav(3))  # nothing of the first is known
    assert (answer.status_code, answer.json()["status"]) == (202, "stored")


def test_the_material_of_these_tests_is_a_recording() -> None:
    with wave.open(BytesIO(wav())) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8_000)
