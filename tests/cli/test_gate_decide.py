"""`clearline gate decide`: a file of attempts in, an answer for each line out."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clearline.cli.main import app

FILE = """number,at,purpose,technology,zip,consent,on_registry,on_state_list,registry_loaded,shoe size
+13055550123,2026-12-02T01:30Z,marketing,human_manual,97201,none,false,false,2026-12-01,9
+13055550123,2026-12-01T23:30Z,marketing,human_manual,97201,none,false,false,2026-12-01,9
=1+1,2026-12-01T23:30Z,marketing,human_manual,97201,none,false,false,2026-12-01,9
+13055550123,tomorrow,marketing,human_manual,97201,none,false,false,2026-12-01,9
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "attempts.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_each_line_has_an_answer_in_its_order(file: Path) -> None:
    done = CliRunner().invoke(app, ["gate", "decide", str(file)])
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["answer"] for one in answers] == ["not before", "allow", "deny", "deny"]
    assert [one["line"] for one in answers] == [2, 3, 4, 5]
    assert answers[0]["not_before"] == "2026-12-02T16:00:00+00:00"
    assert "shoe size" in done.stderr
    assert "1 allow, 2 deny, 1 not before" in done.stderr


def test_the_same_as_a_table_that_no_spreadsheet_runs(file: Path) -> None:
    done = CliRunner().invoke(app, ["gate", "decide", str(file), "--format", "csv"])
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["answer"] for row in rows] == ["not before", "allow", "deny", "deny"]
    assert rows[0]["rule"] == "state-calling-hours"
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


@pytest.mark.parametrize(
    "asked",
    [["nowhere.csv"], [".", "--format", "csv"], ["FILE", "--format", "xml"], ["FILE", "--fact", "gate"]],
)
def test_what_it_cant_do_it_says(file: Path, asked: list[str]) -> None:
    told = [str(file) if one == "FILE" else one for one in asked]
    done = CliRunner().invoke(app, ["gate", "decide", *told])
    assert done.exit_code == 2
    assert done.stderr.startswith("clearline: ")
