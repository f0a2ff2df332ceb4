"""`clearline programme` as it is typed."""

import os
import subprocess
import sys
from pathlib import Path


def run(home: Path, *words: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "CLEARLINE_DATABASE_URL"}
    done = subprocess.run(
        [Path(sys.executable).with_name("clearline"), "programme", *words],
        env=environment | {"CLEARLINE_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_file_is_entered_whole_or_not_at_all(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "evidence.csv"
    file.write_text("control,on\nself-assessment,2026-05-02\nno-such,2026-13-02\n")
    code, _, told = run(home, "add", str(file))
    assert code == 2, told
    assert f"{file}:3: there is no control `no-such`" in told
    assert f"{file}:3: `on` is no day" in told
    assert "2 faults, so nothing was entered" in told
    file.write_text("control,on\nself-assessment,2026-05-02\n")
    assert "1 entered, 0 here before" in run(home, "add", str(file))[2]
    assert "0 entered, 1 here before" in run(home, "add", str(file))[2]
    code, listed, _ = run(home, "controls")
    assert code == 0
    assert "self-assessment,document,1y," in listed
    assert "course-sales-terms,training,1y," in listed
