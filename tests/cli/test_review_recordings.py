"""A folder of recordings, as a newcomer has it: a report, muted copies, and a line for everything that could not be heard."""

import json
import re
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Running
from tests.speech.spoken import CALL

from clearline.cli.expecting import expected
from clearline.cli.files import Task, find
from clearline.speech import installed

SECRETS = re.compile(r"5105|1051|0510|\b5100\b|\b317\b|08/?29|five one zero|three one seven", re.IGNORECASE)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    shutil.copy(CALL, folder / "monday.flac")
    return folder


def test_a_recording_is_judged_and_muted_and_its_copy_is_clean(
    run: Running, calls: Path, tmp_path: Path
) -> None:
    page, out = tmp_path / "report.html", tmp_path / "muted"
    told = run("review", calls, "--html", page, "--muted", out, "--format", "jsonl")
    assert told.exit_code == 1
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    (call,) = [line for line in lines if line["line"] == "timeline"]
    assert {one["rule"] for one in call["findings"]} >= {
        "no-security-code-while-recording",
        "no-card-number-while-recording",
    }
    assert call["recording"]["speakers"] == ["agent", "customer"]
    assert call["recording"]["keeps_no_original"]
    assert call["recording"]["withheld"] == []
    assert "1 muted copy written" in told.stderr
    assert "may not be kept" in told.stderr
    for text in (told.output, page.read_text(encoding="utf-8")):
        assert not SECRETS.search(re.sub(r"[0-9a-f]{12,}", "", text))
    copy = out / "monday.flac.muted.wav"
    again = run("review", copy, "--format", "jsonl")
    (clean,) = [json.loads(line) for line in again.stdout.splitlines() if '"timeline"' in line]
    assert not {one["rule"] for one in clean["findings"]} & {
        "no-security-code-while-recording",
        "no-card-number-while-recording",
    }


def test_what_can_not_be_heard_has_its_line(run: Running, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "letter.mp3").write_text("Dear customer")
    told = run("review", tmp_path, "--format", "jsonl")
    assert told.exit_code == 2
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert {Path(one["file"]).name: one["reason"] for one in lines if one["line"] == "file"} == {
        "empty.wav": "empty",
        "letter.mp3": "no recording",
    }


def test_what_hears_is_named_where_it_is_not_installed(
    run: Running, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "NEEDED", ("no_such_library",))
    told = run("review", calls)
    assert told.exit_code == 2
    assert "pip install 'clearline[speech]'" in told.stderr
    assert "needs the extra [speech]: 1" in told.stdout


def test_who_waits_is_told_how_long(calls: Path) -> None:
    tasks = [one for one in find([str(calls)]) if isinstance(one, Task)]
    once, twice = expected(tasks, twice=False), expected(tasks, twice=True)
    assert once.told.startswith("1 recording, 38 seconds of sound: about ")
    assert twice.whole == 2 * once.whole > 0


def test_where_a_service_hears_it_is_said_that_sound_leaves_the_house(
    calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [one for one in find([str(calls)]) if isinstance(one, Task)]
    assert "nothing leaves this machine" in expected(tasks, twice=False).told
    monkeypatch.setenv("CLEARLINE_SPEECH", "deepgram")
    told = expected(tasks, twice=False).told
    assert "go to the service that CLEARLINE_SPEECH names" in told
    assert "nothing leaves" not in told


def test_who_is_on_which_channel_is_one_agent_and_one_customer(run: Running, calls: Path) -> None:
    told = run("review", calls, "--channels", "agent,agent")
    assert told.exit_code == 2
    assert "write agent,customer or customer,agent" in told.stderr
