"""`clearline gate lists` as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

FLAT = b"".join(b"202,555%04d\n" % number for number in range(100))


def run(home: Path, *words: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "CLEARLINE_DATABASE_URL"}
    done = subprocess.run(
        [Path(sys.executable).with_name("clearline"), "gate", "lists", *words],
        env=environment | {"CLEARLINE_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_list_is_loaded_held_and_shown(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "dnc-2026-11-20.txt"
    file.write_bytes(FLAT + b"202,555\n")
    code, _, told = run(home, "load", "ftc", str(file), "--subscription", "10311845", "--area", "415")
    assert (code, "us-national: 100 numbers, 1 bad lines" in told) == (0, True), told
    file.write_bytes(FLAT[:120])
    code, _, told = run(home, "load", "ftc", str(file))
    assert (code, "90.0% fewer" in told, "--confirm" in told) == (1, True, True), told
    code, shown, _ = run(home)
    assert "us-national" in shown
    assert "20 Nov 2026" in shown
    assert "10311845" in shown
    code, _, told = run(home, "load", "everybody", str(file))
    assert (code, "name of no list" in told) == (2, True)
