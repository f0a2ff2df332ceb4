"""The sound of a call: part by part, to those who may see the call, and each who listens is in the log."""

from typing import Any

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st
from tests.characters import Cast, logged_in
from tests.record.recordings.conftest import Add, Hear, heard

from clearline.evidence import actions as log
from clearline.people.acts import LOOK
from clearline.people.models import Act
from clearline.record.models import Recording
from clearline.record.recordings import places
from clearline.record.views import sounds
from clearline.record.views.ranges import UNSATISFIABLE, asked
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(people: Cast, add: Add, hear: Hear) -> tuple[Cast, Recording, bytes]:
    """Ada's bad call, and its recording."""
    row = hear(add("bad"))
    return people, row, places.muted(row.uid).read_bytes()


def get(who: Any, row: Recording, **headers: str) -> Any:
    return logged_in(who).get(f"/recordings/{row.uid}/muted.wav", headers=headers)


def body(answer: Any) -> bytes:
    return b"".join(answer)


def test_all_of_it_comes_to_who_asks_for_all(played: tuple[Cast, Recording, bytes]) -> None:
    people, row, whole = played
    answer = get(people.alice, row)
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (
        200,
        "audio/wav",
        "bytes",
    )
    assert body(answer) == whole
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "start", "stop"), [("bytes=0-", 0, None), ("bytes=44-99", 44, 100), ("bytes=-7", -7, None)]
)
def test_a_part_of_it_comes_to_who_asks_for_a_part(
    played: tuple[Cast, Recording, bytes], wanted: str, start: int, stop: int | None
) -> None:
    people, row, whole = played
    answer = get(people.alice, row, range=wanted)
    assert answer.status_code == 206
    assert body(answer) == whole[start:stop]
    first = start % len(whole)
    assert answer["Content-Range"] == f"bytes {first}-{(stop or len(whole)) - 1}/{len(whole)}"


def test_what_lies_beyond_the_end_is_said_to(played: tuple[Cast, Recording, bytes]) -> None:
    people, row, whole = played
    answer = get(people.alice, row, range=f"bytes={len(whole)}-")
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_part_of_another_copy_is_not_mixed_in(played: tuple[Cast, Recording, bytes]) -> None:
    people, row, whole = played
    tag = get(people.alice, row)["ETag"]
    assert get(people.alice, row, **{"range": "bytes=0-9", "if-range": tag}).status_code == 206
    answer = get(people.alice, row, **{"range": "bytes=0-9", "if-range": '"another"'})
    assert (answer.status_code, body(answer)) == (200, whole)


@given(st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True) | st.text(max_size=20), st.integers(0, 300))
def test_a_range_lies_within_the_file_or_is_none(header: str, size: int) -> None:
    found = asked(header, size)
    if found is not None and found is not UNSATISFIABLE:
        assert 0 <= found.start < found.stop <= size


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("alice", 200),
        ("anna", 200),
        ("audrey", 200),
        ("bob", 200),
        ("ada", 200),
        ("charlie", 404),
        ("max", 403),
    ],
)
def test_it_is_played_to_those_within_whose_reach_the_call_is(
    played: tuple[Cast, Recording, bytes], who: str, status: int
) -> None:
    people, row, _ = played
    answer = get(getattr(people, who), row)
    assert answer.status_code == status
    assert Act.objects.filter(kind=LOOK, what=f"recording {row.uid}").count() == (status == 200)
    page = logged_in(getattr(people, who)).get("/calls/bad/").content.decode()
    assert ("data-player" in page) == (status == 200)


def test_a_stranger_is_sent_to_the_door(played: tuple[Cast, Recording, bytes], client: Any) -> None:
    _, row, _ = played
    assert client.get(f"/recordings/{row.uid}/muted.wav").status_code == 302


def test_that_somebody_listens_is_logged_once_an_hour(
    played: tuple[Cast, Recording, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    people, row, _ = played
    for part in ("bytes=0-9", "bytes=10-19", "bytes=20-29"):
        get(people.bob, row, range=part)
    get(people.alice, row)
    looks = Act.objects.filter(kind=LOOK, what=f"recording {row.uid}").order_by("index")
    assert [(look.by, look.about) for look in looks] == [(people.bob, people.ada), (people.alice, people.ada)]
    later = now() + sounds.HOUR
    monkeypatch.setattr(sounds, "now", lambda: later)
    get(people.bob, row)
    assert looks.filter(by=people.bob).count() == 2


def test_what_can_not_be_logged_is_not_played(
    played: tuple[Cast, Recording, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    people, row, _ = played

    def fails() -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(log, "lock", fails)
    assert get(people.alice, row).status_code == 503


def test_what_is_not_released_or_gone_is_not_played(people: Cast, add: Add, hear: Hear) -> None:
    blocked = hear(add("bad"), heard(blocked="pin: it cannot be located"))
    waiting = add("good")
    for row in (blocked, waiting):
        assert get(people.alice, row).status_code == 404
    page = logged_in(people.alice).get("/calls/bad/").content.decode()
    assert "not released" in page
    assert "data-player" not in page
    assert "waits to be heard" in logged_in(people.alice).get("/calls/good/").content.decode()


def test_a_copy_that_is_not_on_the_disk_is_no_fault_of_ours(played: tuple[Cast, Recording, bytes]) -> None:
    people, row, _ = played
    places.muted(row.uid).unlink()
    assert get(people.alice, row).status_code == 404


def test_the_page_says_what_is_muted_and_what_became_of_the_original(
    played: tuple[Cast, Recording, bytes],
) -> None:
    people, _, _ = played
    page = logged_in(people.alice).get("/calls/bad/").content.decode()
    assert "customer: card number muted, 0:05.5 to 0:06.5" in page
    assert "the original was not kept" in page
