"""`clearline evidence` as it is typed: export, verify from a disk or over HTTP, check, and a new key."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.evidence.small_packs import FIRST, Log, written, zipped

PROGRAM = Path(sys.executable).with_name("clearline")
LOG = Log(300, turned=100)
FILL = """
from clearline.config.starting import start
start()
from django.core.management import call_command
from django.db import transaction
call_command("migrate", verbosity=0)
from clearline.evidence import actions
with transaction.atomic():
    for n in range(300):
        actions.done("evidence.exported", "a-1", {"n": n}, n)
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """What stands below tmp_path, over HTTP."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a log of 300 entries."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-c", FILL], env=environment(home), check=True, timeout=120)
    return home


def environment(home: Path) -> dict[str, str]:
    told = {name: value for name, value in os.environ.items() if name != "CLEARLINE_DATABASE_URL"}
    return told | {"CLEARLINE_HOME": str(home)}


def run(*words: object, home: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [PROGRAM, "evidence", *map(str, words)],
        env=environment(home or Path("/nowhere")),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_verify_says_yes_no_or_that_it_can_not_read(tmp_path: Path) -> None:
    pack = written(LOG.pack(), tmp_path / "pack")
    code, out, _ = run("verify", pack, "--key", FIRST.verifier)
    assert (code, out.splitlines()[-1]) == (0, "VERIFIED: no faults.")
    (pack / "entries.jsonl").write_bytes(
        (pack / "entries.jsonl").read_bytes().replace(b"agent-3", b"agent-4", 1)
    )
    code, out, _ = run("verify", pack)
    assert (code, out.splitlines()[-1][:12]) == (1, "NOT VERIFIED")
    assert run("verify", tmp_path / "nothing")[0] == 2
    assert run("verify", tmp_path)[0] == 2


def test_verify_needs_no_django(tmp_path: Path) -> None:
    pack = written(LOG.pack(), tmp_path / "pack")
    program = (
        "import sys; sys.modules['django'] = None; sys.modules['granian'] = None\n"
        f"from clearline.cli.main import app; app(['evidence', 'verify', {str(pack)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VERIFIED: no faults.")


@pytest.mark.parametrize("place", ["pack", "log", "pack.zip", "part"])
def test_verify_fetches_a_pack_or_a_log(tmp_path: Path, web: str, place: str) -> None:
    written(LOG.pack(), tmp_path / "pack")
    written(LOG.pack(only=[1, 2, 299]), tmp_path / "part")
    written(LOG.files(), tmp_path / "log")
    (tmp_path / "pack.zip").write_bytes(zipped(LOG.pack()))
    code, out, err = run("verify", f"{web}/{place}")
    assert (code, out.splitlines()[-1], err) == (0, "VERIFIED: no faults.", "")


def test_what_can_not_be_fetched_ends_with_2(tmp_path: Path, web: str) -> None:
    pack = written(LOG.pack(), tmp_path / "pack")
    (tmp_path / "empty").mkdir()
    (tmp_path / "large").write_bytes(bytes(3_000_000))
    outside = b"0" * 64 + b" 5 ../../../outside\n"
    (pack / "manifest").write_bytes(
        (pack / "manifest").read_bytes().replace(b"\n\n", b"\n" + outside + b"\n")
    )
    for words, told in (
        ((f"{web}/empty",), "no pack"),
        ((f"{web}/nowhere",), "no pack"),
        ((f"{web}/large", "--most", "1"), "larger"),
        (("http://127.0.0.1:9/",), "can't be fetched"),
        (("http://[",), "can't be fetched"),
    ):
        code, out, err = run("verify", *words)
        assert (code, out) == (2, "")
        assert told in err
    assert run("verify", f"{web}/pack")[0] == 1
    assert not list(tmp_path.parent.rglob("outside"))


def test_export_check_and_a_new_key(home: Path, tmp_path: Path) -> None:
    code, _, err = run("export", tmp_path / "pack", "--all", home=home)
    assert (code, "301 of 301 entries" in err) == (0, True)
    assert run("verify", tmp_path / "pack")[0] == 0
    old = (home / "keys" / "log.vkey").read_text(encoding="utf-8").split(" ")[0]
    assert run("rotate-key", home=home)[0] == 0
    assert run("export", tmp_path / "later.zip", "--zip", "--since", "2020-01-01", home=home)[0] == 0
    assert run("verify", tmp_path / "later.zip", "--key", old)[0] == 0
    code, out, err = run("check", home=home)
    assert (code, out, "0 faults" in err) == (0, "", True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--call", "c-1", "--all"), "one part at a time"),
        (("--call", "c-404"), "no call c-404"),
        (("--since", "yesterday"), "no day"),
    ],
)
def test_what_can_not_be_exported_ends_with_2(
    home: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, _, err = run("export", tmp_path / "pack", *words, home=home)
    assert (code, told in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_check_names_each_fault_and_ends_with_1(home: Path) -> None:
    change = 'from django.db import connection; connection.cursor().execute("UPDATE evidence_entry SET kind = \'{}\' WHERE \\"index\\" = 7")'
    start = "from clearline.config.starting import start; start(); "
    for kind, code in (("other", 1), ("evidence.exported", 0)):
        subprocess.run(
            [sys.executable, "-c", start + change.format(kind)], env=environment(home), check=True, timeout=60
        )
        found = run("check", home=home)
        assert (found[0], "FAULT entry 7" in found[1]) == (code, code == 1)
