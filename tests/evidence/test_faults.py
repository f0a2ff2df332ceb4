"""An I/O error, a full disk or a kill at each file call of an append, a checkpoint, a new key and an export (strace)."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

PROGRAM = [sys.executable, "-m", "tests.evidence.appending"]
CALLS = "openat,write,pwrite64,fsync,fdatasync,sync,ftruncate,rename,mkdir,chmod,unlink,unlinkat"
HARMS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
LINE = re.compile(r"\d+ +(?P<call>\w+)\((?P<rest>.*)")
FEW = 24  # cases, unless CLEARLINE_ORDEAL asks for all
ROOT = Path(__file__).parents[2]


class Place(NamedTuple):
    """The n-th call of a name, as strace counts."""

    call: str
    number: int
    line: str


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty log; the test is skipped, and says so, where calls can't be made to fail."""
    if not shutil.which("strace"):
        install()
    home = tmp_path_factory.mktemp("homes") / "begun"
    run([*PROGRAM, "begin", str(home)])
    tried = subprocess.run(["strace", "-f", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"NO FILE CALL WAS MADE TO FAIL: strace can't trace here: {tried.stderr.strip()[:200]}")
    return home


def install() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip("NO FILE CALL WAS MADE TO FAIL: install strace, or run as root on Debian")
    options = ["-y", "-qq", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends"]
    got = subprocess.run(["apt-get", "install", *options, "strace"], capture_output=True, check=False)
    if got.returncode:
        pytest.skip("NO FILE CALL WAS MADE TO FAIL: strace can't be installed")


def run(command: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
    told = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        command, env=told | settings, cwd=ROOT, capture_output=True, text=True, timeout=600, check=check
    )


def places(begun: Path) -> list[Place]:
    """Every file call that is made in the home, found by looking on."""
    home = copied(begun, "looked-on")
    log = begun.parent / "calls"
    run(
        ["strace", "-f", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(log), *PROGRAM, "work", str(home)]
    )
    seen: Counter[str] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        made = LINE.match(line)
        if made is None:
            continue
        seen[made["call"]] += 1
        if str(home) in made["rest"] or made["call"] == "sync":
            found.append(Place(made["call"], seen[made["call"]], line))
    return found


def copied(begun: Path, name: str) -> Path:
    home = begun.parent / name
    shutil.copytree(begun, home)
    return home


def test_nothing_is_lost_or_half_done_whatever_fails(begun: Path) -> None:
    every = [(place, harm) for place in places(begun) for harm in HARMS if _fits(place, harm)]
    assert {"openat", "write", "pwrite64", "fsync", "rename"} <= {place.call for place, _ in every}
    cases = every if os.environ.get("CLEARLINE_ORDEAL") else every[:: max(len(every) // FEW, 1)]
    homes, ends = [], Counter[int]()
    for number, (place, harm) in enumerate(cases):
        home = copied(begun, f"{number}-{place.call}-{place.number}-{harm.partition('=')[2]}")
        inject = f"inject={place.call}:{harm}:when={place.number}"
        done = run(
            ["strace", "-f", "-qq", "-e", inject, "-o", "/dev/null", *PROGRAM, "work", str(home)], check=False
        )
        ends[done.returncode] += 1
        appended = done.stdout.split()[-1] if done.stdout else ""
        (home / "appended").write_text(appended, encoding="utf-8")
        homes.append(str(home))
    assert len(ends) > 1  # some of it did go wrong
    audited = run([*PROGRAM, "audit", *homes], check=False)
    assert "FAULT" not in audited.stdout
    assert audited.returncode == 0, audited.stderr[-3_000:]


def _fits(place: Place, harm: str) -> bool:
    """Whether the call can end so: `sync` never fails, and to read a file takes no room."""
    if harm == "signal=SIGKILL":
        return True
    return place.call != "sync" and (harm == "error=EIO" or "O_RDONLY" not in place.line)
