"""What is whole goes into the record and nowhere else; what is refused stays, and is tried again."""

import errno
import logging
import os
import wave
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.record.conftest import LATER, NOON, Take, call
from tests.record.conftest import people as people  # noqa: PLC0414 - fixtures
from tests.record.conftest import shop as shop  # noqa: PLC0414
from tests.record.conftest import take as take  # noqa: PLC0414
from tests.record.conftest import watches as watches  # noqa: PLC0414

from clearline.engine.events import SECOND
from clearline.engine.events import Event as Told
from clearline.intake.siprec.arriving import ARRIVING, About, announce, recovered, whole
from clearline.intake.siprec.bringing import Bringing
from clearline.intake.siprec.wav import Wav, samples_of
from clearline.record.models import Event, Job, Recording, Timeline
from clearline.record.recordings import sealing
from clearline.record.retention.classes import classes
from clearline.record.retention.scrubbing import Part, scrub

pytestmark = pytest.mark.django_db
CALL = "+12025550123-7"


def open_one(home: Path, untold: Sequence[Told] = (), name: str = "a") -> Wav:
    wav = Wav(home / ARRIVING / f"{name}.wav", 2)
    announce(wav.path, About(CALL, "siprec", NOON, ("customer", "agent"), "2001", untold))
    wav.put(1, 8_000, samples_of("mulaw", bytes(160)))
    return wav


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / ARRIVING).iterdir())


def bringing(home: Path) -> Bringing:
    return Bringing(home, lambda: LATER)


def test_a_whole_one_becomes_a_recording_of_its_call_and_is_gone(tmp_path: Path) -> None:
    wav = open_one(tmp_path)
    bringing(tmp_path).bring()
    assert not Recording.objects.exists()  # somebody writes it yet
    wav.close()
    bringing(tmp_path).bring()
    row = Recording.objects.get()
    assert (row.call, row.began, row.speakers, row.agent) == (CALL, NOON, ["customer", "agent"], "2001")
    with wave.open(BytesIO(b"".join(sealing.unsealed(row.uid, bytes(row.key or b""))))) as told:
        assert (told.getnchannels(), told.getnframes()) == (2, 8_160)
    assert left(tmp_path) == []
    assert Job.objects.count() == 1


def test_what_was_open_when_the_house_went_down_is_brought(tmp_path: Path) -> None:
    open_one(tmp_path)
    with (tmp_path / ARRIVING / "a.wav.part").open("ab") as file:
        file.write(b"\0")  # half a sample, as a kill leaves it
    Wav(tmp_path / ARRIVING / "b.wav", 2)  # killed before it was announced
    open_one(tmp_path, name="c").close().unlink()  # killed between the sound and its note
    assert (recovered(tmp_path), recovered(tmp_path)) == (1, 0)
    assert left(tmp_path) == ["a.json", "a.wav"]
    bringing(tmp_path).bring()
    assert Recording.objects.get().call == CALL
    assert left(tmp_path) == []


def test_killed_between_the_record_and_the_file_it_is_brought_once(tmp_path: Path) -> None:
    for _ in range(2):
        open_one(tmp_path).close()
        bringing(tmp_path).bring()
    assert Recording.objects.count() == Job.objects.count() == 1
    assert left(tmp_path) == []


def test_what_the_disk_refuses_stays_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    open_one(tmp_path).close()
    open_one(tmp_path, name="b").close().with_suffix(".json").write_bytes(b"{")  # says nothing
    at = bringing(tmp_path)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(sealing.Incoming, "end", full)
        at.bring()
        at.bring()
    assert [one.getMessage().partition(" is not ")[2] for one in caplog.records] == [
        "in the record yet, and stays: No space left on device",
        "in the record yet, and stays: its note can't be read",
    ]
    assert "2025550123" not in caplog.text
    assert not Recording.objects.exists()
    assert [path.name for path in whole(tmp_path)] == ["a.wav", "b.wav"]
    at.bring()
    assert Recording.objects.count() == 1
    assert [path.name for path in whole(tmp_path)] == ["b.wav"]


def test_what_happened_while_the_record_took_nothing_is_told_with_it(tmp_path: Path) -> None:
    paused = Told("p-1", "recording.paused", NOON + SECOND, {}, {"call": CALL})
    for _ in range(2):
        open_one(tmp_path, [paused]).close()
        bringing(tmp_path).bring()
    assert Event.objects.get(type="recording.paused").at == NOON + SECOND


def test_the_recording_of_a_call_that_was_deleted_meanwhile_is_deleted(
    tmp_path: Path, take: Take, people: Any
) -> None:
    take(call("0 call.started", "9 call.ended", name=CALL, agent="a-1"))
    timeline = Timeline.objects.get(kind="call", subject=CALL)
    scrub([Part(timeline, classes()["words"])], people.alice, "erasure", LATER)
    open_one(tmp_path).close()
    bringing(tmp_path).bring()
    assert not Recording.objects.exists()
    assert left(tmp_path) == []
