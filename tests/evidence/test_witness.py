"""A witness in a process of its own: what it refuses, what it remembers, and how the log tells of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests.evidence.conftest import AT, ORIGIN, Grow
from tests.evidence.small_packs import FIRST, THIEF, Log, written

from clearline.evidence import actions, clearline_verify, openings
from clearline.evidence.asking import Asking
from clearline.evidence.clearline_verify import Asked
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import Order, export
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint, Entry, Head, Tile, Witness
from clearline.evidence.witness import Witness as Home
from clearline.evidence.witnesses import FILE, ask_all, configured, cosigned_now
from clearline.seal.checkpoints import opened
from clearline.seal.keys import verifier_key
from clearline.seal.notes import Note, parse
from clearline.seal.proofs import Growth
from clearline.ui.clock import now

CLEARLINE = Path(sys.executable).with_name("clearline")


class Running:
    """A witness that was started as anybody would."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [str(CLEARLINE), "witness", "serve", "--home", str(self.home), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--name", "witness.example/w1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        limit = time.monotonic() + 30
        while True:
            try:
                self.key = verifier_key(httpx.get(self.url, timeout=5).text.strip())
            except httpx.TransportError:
                assert time.monotonic() < limit
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def ask(self, growth: Growth | str) -> httpx.Response:
        return httpx.post(f"{self.url}/add-checkpoint", content=str(growth).encode(), timeout=10)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(tmp_path_factory.mktemp("witness"))
    yield started
    started.kill()


@pytest.fixture
def witness(running: Running) -> Running:
    """It knows the logs of these tests, and has forgotten what it saw of them."""
    for path in (running.home / "logs").glob("*"):
        path.unlink()
    return running


def grown(log: Log, old: int, size: int) -> Growth:
    note = Note(log.checkpoint(size).text, log.checkpoint(size).signatures[:1])
    return Growth(old, tuple(log.tree.consistency(old, size)), note)


def trusting(witness: Running, log: Log) -> None:
    file = witness.home / "their.vkey"
    file.write_text(str(log.ring), encoding="utf-8")
    subprocess.run([CLEARLINE, "witness", "trust", "--home", witness.home, file], check=True, timeout=60)


LOG = Log(300)
OTHER = Log(300, words="call.started")


def test_it_cosigns_what_continues_what_it_has_seen(witness: Running) -> None:
    trusting(witness, LOG)
    for old, size in ((0, 5), (5, 5), (5, 256), (256, 300)):
        growth = grown(LOG, old, size)
        answer = witness.ask(growth)
        assert answer.status_code == 200
        note = parse(f"{growth.checkpoint}{answer.text}".encode())
        at = opened(str(note).encode(), ORIGIN, [FIRST.verifier, witness.key]).cosigned[witness.key]
        assert abs(at - now() // 1_000_000) < 60


def test_it_refuses_a_rollback_and_says_what_it_knows(witness: Running) -> None:
    trusting(witness, LOG)
    assert witness.ask(grown(LOG, 0, 200)).status_code == 200
    for growth in (grown(LOG, 0, 100), grown(LOG, 0, 300), grown(LOG, 100, 150), grown(LOG, 0, 0)):
        answer = witness.ask(growth)
        assert (answer.status_code, answer.text) == (409, "200\n")
        assert answer.headers["content-type"] == "text/x.tlog.size"
    assert witness.ask(grown(LOG, 200, 300)).status_code == 200


def test_it_refuses_a_split_view_keeps_it_and_the_two_together_prove_it(
    witness: Running, tmp_path: Path
) -> None:
    trusting(witness, LOG)
    assert witness.ask(grown(LOG, 0, 200)).status_code == 200
    assert witness.ask(grown(OTHER, 200, 300)).status_code == 422
    same = witness.ask(Growth(200, (), grown(OTHER, 0, 200).checkpoint))
    assert (same.status_code, same.text) == (409, "200\n")
    (seen,) = (witness.home / "logs").glob("*.seen")
    (refused,) = (witness.home / "logs").glob("*.refused")
    assert parse(refused.read_bytes()).text == OTHER.checkpoint(200).text
    pack = written(OTHER.pack(), tmp_path / "pack")
    report = clearline_verify.verify(pack, Asked(now() // 1_000_000 + 60, since=seen.read_bytes()))
    assert any("SPLIT VIEW" in fault for fault in report.faults)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "rubbish"),
        (400, "old 5\n\nno checkpoint\n"),
        (400, str(grown(LOG, 5, 9)._replace(old_size=10))),
        (403, str(grown(Log(300, signer=THIEF), 0, 5))),
        (422, str(grown(LOG, 0, 9)._replace(hashes=(bytes(32),)))),
        (413, "old 0\n" + "A" * 70_000),
    ],
)
def test_it_refuses_what_is_wrong_and_remembers_nothing_of_it(
    witness: Running, status: int, body: str
) -> None:
    trusting(witness, LOG)
    assert witness.ask(body).status_code == status
    assert not list((witness.home / "logs").glob("*.seen"))


def test_it_does_not_know_strangers_and_has_no_other_addresses(witness: Running) -> None:
    assert witness.ask(grown(LOG, 0, 5)).status_code == 404
    assert httpx.get(f"{witness.url}/add-checkpoint").status_code == 405
    assert httpx.get(f"{witness.url}/../../etc/passwd").status_code == 404


def test_a_kill_takes_nothing_from_its_memory(witness: Running) -> None:
    trusting(witness, LOG)
    key = witness.key
    for old, size in ((0, 7), (7, 90), (90, 91)):
        assert witness.ask(grown(LOG, old, size)).status_code == 200
        witness.kill()
        witness.start()
        assert witness.key == key
        assert witness.ask(grown(OTHER, 0, 300)).text == f"{size}\n"


def test_asked_by_many_at_once_it_never_goes_back(witness: Running) -> None:
    trusting(witness, LOG)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda size: witness.ask(grown(LOG, 0, size)), range(1, 41)))
    assert sorted(one.status_code for one in answers) == [200, *[409] * 39]


def test_a_log_with_a_new_key_is_known_again_once_it_was_told(witness: Running) -> None:
    trusting(witness, LOG)
    turned = Log(300, turned=100)
    assert witness.ask(grown(turned, 0, 99)).status_code == 200
    assert witness.ask(grown(turned, 99, 200)).status_code == 403
    trusting(witness, turned)
    assert witness.ask(grown(turned, 99, 200)).status_code == 200
    with pytest.raises(EvidenceError, match="other keys"):
        Home(witness.home).trust(str(Log(1, signer=THIEF).ring))


# The side of the log.


@pytest.fixture
def file(tmp_path: Path, witness: Running, keys: Keys) -> Path:
    """witnesses.toml of a log that the witness knows."""
    Home(witness.home).trust(str(keys.ring))
    path = tmp_path / FILE
    told = f'[[witness]]\nurl = "{witness.url}/"\nvkey = {json.dumps(str(witness.key))}\n'
    path.write_text(told, encoding="utf-8")
    return path


def state() -> Witness:
    return Witness.objects.get()


def test_a_log_has_its_checkpoints_cosigned_and_packs_carry_that(
    file: Path, keys: Keys, grow: Grow, witness: Running, tmp_path: Path
) -> None:
    for count in (1, 300, 0, 5):
        grow(count)
        note = cosigned_now(file, actions.checkpoint(keys, AT), AT).note
        told = opened(note.encode(), ORIGIN, [*keys.ring.keys, witness.key])
        assert set(told.cosigned) == {witness.key}
    assert (state().size, state().failure) == (306, "")
    order = Order(openings.WHOLE, tmp_path / "pack", zipped=False, actor="house")
    export(order, keys, now(), lambda one: cosigned_now(file, one, now()))
    mine = Asked(now() // 1_000_000 + 5, str(keys.signer.verifier), [str(witness.key)])
    assert clearline_verify.verify(tmp_path / "pack", mine).faults == []
    early = clearline_verify.verify(tmp_path / "pack", mine._replace(now=now() // 1_000_000 - 3_600))
    assert any("signed in the future" in fault for fault in early.faults)


def test_a_witness_that_knows_more_is_followed(file: Path, keys: Keys, grow: Grow) -> None:
    grow(10)
    cosigned_now(file, actions.checkpoint(keys, AT), AT)
    Witness.objects.update(size=0)  # as after another process asked
    grow(10)
    cosigned_now(file, actions.checkpoint(keys, AT), AT)
    assert (state().size, state().failure) == (20, "")


def test_a_log_that_went_back_is_told_so(file: Path, keys: Keys, grow: Grow) -> None:
    grow(10)
    cosigned_now(file, actions.checkpoint(keys, AT), AT)
    restore(keys)
    grow(5)
    ask_all(file, signed(keys).at)
    assert "ROLLBACK: it has seen 10 entries" in state().failure
    grow(20)
    signed(keys)
    ask_all(file, AT + 9)
    assert "SPLIT VIEW" in state().failure
    assert state().failed == AT


def test_a_split_view_of_the_same_size_is_told_so(file: Path, keys: Keys, grow: Grow) -> None:
    grow(10)
    cosigned_now(file, actions.checkpoint(keys, AT), AT)
    restore(keys)
    grow(4)
    grow(6)
    ask_all(file, signed(keys).at)
    assert "SPLIT VIEW: at 10 entries" in state().failure


def test_a_witness_that_is_not_there_stops_nobody(file: Path, keys: Keys, grow: Grow) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        text = file.read_text(encoding="utf-8").replace("127.0.0.1:", f"127.0.0.1:{free.getsockname()[1]}#")
    file.write_text(text, encoding="utf-8")
    grow(3)
    checkpoint = actions.checkpoint(keys, AT)
    assert cosigned_now(file, checkpoint, AT).note == checkpoint.note
    assert "can't be reached" in state().failure
    grow(3)


@pytest.mark.django_db(transaction=True)
def test_a_thread_asks_while_others_append(file: Path, keys: Keys, grow: Grow) -> None:
    asking = Asking(file, now, every=0.05)
    asking.start()
    try:
        for _ in range(5):
            grow(1)
            size = actions.checkpoint(keys, AT).size
            limit = time.monotonic() + 20
            while Witness.objects.values_list("size", flat=True).first() != size:
                assert time.monotonic() < limit
                time.sleep(0.02)
    finally:
        asking.stop()


@pytest.mark.parametrize(
    "text",
    ["[[witness]]\nurl = 'http://x'", "witness = 3", "[[witness]]\nurl = 'ftp://x'\nvkey = 'y'", "é[["],
)
def test_a_file_that_can_not_be_read_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    with pytest.raises(EvidenceError, match=r"witnesses\.toml"):
        configured(tmp_path / FILE)
    assert configured(tmp_path / "none") == []


def restore(keys: Keys) -> None:
    """The database, and the memory of what was signed, as they were at the beginning."""
    for model in (Entry, Head, Tile, Checkpoint, Witness):
        model.objects.all().delete()
    keys.last.path.unlink()


def signed(keys: Keys) -> Checkpoint:
    return actions.checkpoint(keys, AT)
