"""A verifier that nobody here wrote (Go's golang.org/x/mod/sumdb) agrees about logs, packs and damage."""

import os
import random
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from tests.evidence.small_packs import NOW, Files, Log, written

from clearline.evidence.clearline_verify import Asked, verify

DRIVER = Path(__file__).with_name("outside") / "main.go"
MODULES = Path("/usr/share/gocode")
PACKAGES = ("golang-go", "golang-golang-x-mod-dev")
LOG = Log(700, turned=256)
ONLY = (0, 1, 255, 256, 300, 511, 512, 698, 699)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier, built here; the test is skipped, and says so, where Debian's Go cannot be had."""
    home = tmp_path_factory.mktemp("go")
    if not (shutil.which("go") and (MODULES / "src/golang.org/x/mod/sumdb/tlog").is_dir()):
        install()
    settings = {"GO111MODULE": "off", "GOPATH": str(MODULES), "GOCACHE": str(home / "cache"), "GOFLAGS": ""}
    built = subprocess.run(
        ["go", "build", "-o", home / "outside", DRIVER],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return home / "outside"


def install() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip(
            f"NOT CHECKED BY AN OUTSIDE VERIFIER: install {' and '.join(PACKAGES)}, or run as root on Debian"
        )
    got = subprocess.run(
        [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "-o",
            "DPkg::Lock::Timeout=120",
            "--no-install-recommends",
            *PACKAGES,
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if got.returncode != 0:
        last = got.stderr.strip().splitlines()[-1:] or ["no reason given"]
        pytest.skip(
            f"NOT CHECKED BY AN OUTSIDE VERIFIER: {' '.join(PACKAGES)} cannot be installed: {last[0]}"
        )


def asked(outside: Path, log: Path, pack: Path) -> tuple[int, str]:
    done = subprocess.run([outside, log, pack], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def both(log: Log, folder: Path, since: int = 300) -> tuple[Path, Path]:
    only = [n for n in ONLY if n < log.size]
    return written(log.files(), folder / "log"), written(log.pack(only=only, since=since), folder / "pack")


def test_the_outside_verifier_says_yes_to_a_log_and_to_a_pack(outside: Path, tmp_path: Path) -> None:
    root = b64encode(LOG.tree.root()).decode()
    found = asked(outside, *both(LOG, tmp_path))
    assert found == (0, f"OK 700 entries, root {root}, 9 proofs, 1 growths\n")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 512])
def test_it_says_yes_at_every_kind_of_size(outside: Path, size: int, tmp_path: Path) -> None:
    code, text = asked(outside, *both(Log(size), tmp_path, since=max(size - 1, 1)))
    assert code == 0, text


def test_it_agrees_about_a_large_log(outside: Path, tmp_path: Path) -> None:
    log = Log(70_000)
    code, text = asked(outside, *both(log, tmp_path, since=65_535))
    assert code == 0, text
    assert verify(tmp_path / "log", Asked(NOW)).faults == []


def test_both_say_no_to_the_same_turned_bits(outside: Path, tmp_path: Path) -> None:
    """But for the lines of witnesses, of which Go knows nothing."""
    log, pack = both(LOG, tmp_path)
    chance = random.Random("outside")
    signed = LOG.files()["checkpoint"].rindex("— witness".encode())
    files: list[tuple[Path, str, Files]] = [
        (log, path, LOG.files()) for path in LOG.files() if path != "witness.vkey"
    ]
    passed = []
    for _ in range(200):
        folder, path, good = chance.choice(files)
        end = (
            signed
            if path == "checkpoint"
            else good[path].index(b" ")
            if path == "log.vkey"
            else len(good[path])
        )
        bit = chance.randrange(end * 8)
        data = bytearray(good[path])
        data[bit // 8] ^= 1 << bit % 8
        (folder / path).write_bytes(data)
        if asked(outside, log, pack)[0] != 1 or verify(folder, Asked(NOW)).code != 1:
            passed.append((path, bit))
        (folder / path).write_bytes(good[path])
    assert passed == []


def test_it_says_no_to_a_damaged_proof(outside: Path, tmp_path: Path) -> None:
    log, pack = both(LOG, tmp_path)
    for path in ("proofs/511.tlog-proof", "growth/300", "entries.jsonl"):
        good = (pack / path).read_bytes()
        place = len(good.split(b"\n\n")[0]) - 5
        (pack / path).write_bytes(good[:place] + bytes([good[place] ^ 2]) + good[place + 1 :])
        code, text = asked(outside, log, pack)
        assert (code, text[:6]) == (1, "FAULT "), path
        (pack / path).write_bytes(good)
