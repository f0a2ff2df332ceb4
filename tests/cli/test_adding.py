"""Files become recordings of calls: none that nobody could hear, and no two of one name as one call."""

from pathlib import Path

import pytest
import typer
from tests.record.recordings.conftest import wav

from clearline.cli.commands import adding
from clearline.record.models import Recording

pytestmark = pytest.mark.django_db


def add(path: Path, call: str = "") -> int:
    try:
        adding.add([path], call, "", "", "")
    except typer.Exit as ended:
        return ended.exit_code
    return 0


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "prepare", lambda: None)  # the database of the tests is ready


def test_what_is_no_recording_is_told_and_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c-1.wav").write_bytes(wav())
    (tmp_path / "todo.txt").write_text("Listen to the calls of March.")
    (tmp_path / "calls.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "empty.wav").touch()
    assert add(tmp_path) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "4 files: 1 taken, 0 here before, 3 refused" in told
    assert "it is no recording but text" in told
    assert "it is no recording but a ZIP archive" in told
    assert [row.call for row in Recording.objects.all()] == ["c-1"]


def test_files_of_one_name_do_not_become_one_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for month in ("march", "april"):
        (tmp_path / month).mkdir()
        (tmp_path / month / "001.wav").write_bytes(wav(12.0 if month == "march" else 13.0))
    assert add(tmp_path) == 1
    assert "0 taken, 0 here before, 2 refused" in capsys.readouterr().err
    assert not Recording.objects.exists()
    assert add(tmp_path / "march" / "001.wav", "march-1") == 0
    assert [row.call for row in Recording.objects.all()] == ["march-1"]
