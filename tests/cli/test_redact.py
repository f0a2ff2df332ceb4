import json
import wave
from pathlib import Path
from random import Random

import pytest
from bench.spoken_digits import Material
from typer.testing import CliRunner, Result

from clearline.cli.main import app
from clearline.speech.muting import write

RUNNER = CliRunner()


def run(*arguments: str | Path) -> Result:
    return RUNNER.invoke(app, ["redact", *map(str, arguments)])


def test_it_says_what_it_was_not_given(tmp_path: Path) -> None:
    nothing = run(tmp_path, "-o", tmp_path / "out")
    assert nothing.exit_code == 2
    assert "there are no recordings in what was given" in nothing.output
    assert run("measure").exit_code == 2


def test_what_is_no_recording_fails_with_a_reason_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "call 4111 1111 1111 1111.wav").write_text("hello")
    done = run(tmp_path / "call 4111 1111 1111 1111.wav", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "1111" not in done.output
    assert not (tmp_path / "out").exists()


def test_generated_cards_are_measured_with_their_bound() -> None:
    done = run("measure", "--generated", "80")
    assert done.exit_code == 0
    for form in ("double, triple", "pairs and teens", "read back", "corrected", "split over turns"):
        assert form in done.output
    assert "at most (95 %)" in done.output


def test_a_label_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "talk.jsonl").write_text('{"turns": [{"by": "customer", "words": "4111 1111 1111 1111"}]}')
    done = run("measure", tmp_path)
    assert done.exit_code == 2
    assert "docs/redaction.md" in done.output
    assert "1111" not in done.output


@pytest.mark.data
def test_a_spoken_card_is_muted_and_nothing_of_it_gets_out(shared: Path, tmp_path: Path) -> None:
    sound, truth = Material(shared / "audio").call("grouped by pauses", Random(7))
    calls, out, report = tmp_path / "calls", tmp_path / "out", tmp_path / "report.jsonl"
    calls.mkdir()
    write(sound, calls / "monday.wav")
    original = (calls / "monday.wav").read_bytes()
    done = run(calls, "-o", out, "--report", report)
    assert done.exit_code == 0, done.output
    line = json.loads(report.read_text())
    assert line["outcome"] == "released"
    spans = [(one["start"], one["end"]) for one in line["muted"] if one["channel"] == 0]
    for start, end in truth["secrets"][0]["words"]:
        assert any(first <= start and end <= last for first, last in spans)
    assert (calls / "monday.wav").read_bytes() == original
    with wave.open(str(out / "monday.wav.muted.wav")) as quiet:
        assert (quiet.getframerate(), quiet.getnchannels()) == (sound.rate, 2)
    words = {"zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "xxxx"}
    assert not words.intersection((done.output + report.read_text()).lower().split())
    again = run(calls, "-o", out)
    assert again.exit_code == 2
    assert "nothing is overwritten" in again.output


@pytest.mark.data
def test_a_muted_file_holds_its_samples_and_nothing_else(shared: Path, tmp_path: Path) -> None:
    sound, _ = Material(shared / "audio").call("one by one", Random(7))
    write(sound, path := tmp_path / "plain.wav")
    tag = b"LIST" + (4 + 8 + 20).to_bytes(4, "little") + b"INFOICMT" + (20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes() + tag + b"card 4111111111111111")
    done = run(path, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    written = (tmp_path / "out" / "plain.wav.muted.wav").read_bytes()
    assert b"4111" not in written
    assert b"LIST" not in written
    assert len(written) == 44 + sound.samples.size * 2
