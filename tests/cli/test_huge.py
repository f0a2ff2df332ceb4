"""Files and calls that are far too long: `make ordeal` takes 2 GB and 100,000 turns, `make test` a taste."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Running

from clearline.formats.text import SIZE_LIMIT

ORDEAL = bool(os.environ.get("CLEARLINE_ORDEAL"))
HUGE = 2 * 1024**3 if ORDEAL else SIZE_LIMIT + 1
TURNS = 100_000 if ORDEAL else 2_000
ROOM = 1024**3  # bytes of address space: less than the ordeal's file
TALK = b"Agent: Where shall we send it?\nCustomer: To the office, please.\n"


@pytest.mark.parametrize("begin", [b'{"vcon": "0.0.1", "dialog": [', TALK], ids=["json", "text"])
def test_a_huge_file_is_refused_in_one_line_without_room_for_it(tmp_path: Path, begin: bytes) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.write(begin)
        file.truncate(HUGE)  # the rest is a hole: NUL characters that take no place on the disk
    done = subprocess.run(
        [sys.executable, "-m", "clearline.cli.main", "review", str(huge), "--pack", "opt-out"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
    )
    assert done.returncode == 2
    refused = f"{huge}: the file is larger than the {SIZE_LIMIT:,} bytes that are read at once (whole file)."
    assert done.stderr.splitlines() == [f"{refused} Split it by call."]
    assert "1 failed (too large: 1)" in done.stdout


def test_a_call_of_very_many_turns_is_judged_to_its_end(run: Running, tmp_path: Path) -> None:
    call = tmp_path / "long.txt"
    call.write_bytes(
        TALK * (TURNS // 2) + b"Customer: Stop calling me.\nAgent: You get twenty percent off.\n"
    )
    result = run("review", call, "--pack", "opt-out")
    assert result.exit_code == 1
    assert "no-pressure-after-opt-out" in result.stdout
