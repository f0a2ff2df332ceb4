"""The verifier for strangers: it says yes to what is whole, and no, in bounded time, to everything else."""

import ast
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.small_packs import (
    FIRST,
    NOW,
    SECOND,
    THIEF,
    WITNESS_KEY,
    Files,
    Log,
    opening,
    written,
    zipped,
)

from clearline.evidence import clearline_verify
from clearline.evidence.clearline_verify import MOST_SHOWN, Asked, Report, Unreadable, verify

PROGRAM = Path(clearline_verify.__file__)
ASKED = Asked(NOW)
LOG = Log(300)
TURNED = Log(300, turned=100)
MADE: dict[str, Files] = {
    "a whole pack": TURNED.pack(opened=range(0, 300, 7)),
    "a pack of some entries": TURNED.pack(opened=[4], only=[0, 4, 99, 299], since=120),
    "the folder of a log": TURNED.files(),
}
FLIPS = 2_000


def code(path: Path, asked: Asked = ASKED) -> int:
    """What the program would exit with."""
    try:
        return verify(path, asked).code
    except Unreadable:
        return 2


def told(files: Files, folder: Path, asked: Asked = ASKED) -> Report:
    return verify(written(files, folder), asked)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 700])
@pytest.mark.parametrize("turned", [None, 1])
def test_what_is_whole_is_verified(size: int, turned: int | None, tmp_path: Path) -> None:
    log = Log(size, turned=turned)
    pack = log.pack(opened=range(0, size, 3))
    assert told(pack, tmp_path / "pack").faults == []
    assert told(log.files(), tmp_path / "log").faults == []
    (tmp_path / "pack.zip").write_bytes(zipped(pack))
    assert str(verify(tmp_path / "pack.zip", ASKED)) == str(verify(tmp_path / "pack", ASKED))


def test_some_entries_are_verified_by_their_proofs(tmp_path: Path) -> None:
    for size in (1, 2, 5, 64, 300):
        only = sorted({0, size // 2, size - 1} - ({0} if size == 2 else set()))
        report = told(Log(size).pack(opened=only, only=only), tmp_path / str(size))
        assert (report.faults, f"{len(only)} are here, {len(only)} of them opened" in report.notes[0]) == (
            [],
            True,
        )


def test_an_erased_entry_still_stands(tmp_path: Path) -> None:
    report = told(LOG.pack(opened=[7]), tmp_path)
    assert report.faults == []
    assert "300 are here, 1 of them opened" in report.notes[0]


def test_keys_and_witnesses_that_the_reader_brings_are_asked_for(tmp_path: Path) -> None:
    pack = written(MADE["a whole pack"], tmp_path)
    mine = Asked(NOW, str(FIRST.verifier), [str(WITNESS_KEY.verifier)], str(TURNED.checkpoint(120)).encode())
    report = verify(pack, mine)
    assert report.faults == []
    assert not any("--key" in note or "--witness" in note for note in report.notes)
    assert verify(pack, ASKED._replace(key=str(SECOND.verifier))).faults == []
    assert "key that you gave" in str(verify(pack, ASKED._replace(key=str(THIEF.verifier))))
    other = WITNESS_KEY.verifier.__class__("other.example/w", 4, WITNESS_KEY.verifier.public)
    assert "has not cosigned" in str(verify(pack, ASKED._replace(witnesses=[str(other)])))


@pytest.mark.parametrize("kind", MADE)
def test_a_bit_turned_anywhere_is_reported(kind: str, tmp_path: Path) -> None:
    files, chance = MADE[kind], random.Random(kind)
    folder = written(files, tmp_path)
    passed = []
    for _ in range(FLIPS // 4):
        path = chance.choice(sorted(files))
        bit = chance.randrange(len(files[path]) * 8)
        data = bytearray(files[path])
        data[bit // 8] ^= 1 << bit % 8
        (folder / path).write_bytes(data)
        if code(folder) == 0:
            passed.append((path, bit))
        (folder / path).write_bytes(files[path])
    assert passed == []
    assert code(folder) == 0


def test_a_bit_turned_anywhere_in_an_archive_is_reported(tmp_path: Path) -> None:
    whole, chance = zipped(Log(40).pack(opened=[3, 4])), random.Random("archive")
    file = tmp_path / "pack.zip"
    passed = []
    for _ in range(FLIPS // 4):
        bit = chance.randrange(len(whole) * 8)
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        file.write_bytes(data)
        if code(file) == 0:
            passed.append(bit)
    assert passed == []


@pytest.mark.parametrize("kind", MADE)
def test_a_file_that_is_cut_lost_or_swapped_is_reported(kind: str, tmp_path: Path) -> None:
    files = MADE[kind]
    folder = written(files, tmp_path)
    for path, data in files.items():
        for end in {0, 1, len(data) // 2, len(data) - 1}:
            (folder / path).write_bytes(data[:end])
            assert code(folder) != 0, (path, end)
        (folder / path).write_bytes(data + b"\n")
        assert code(folder) != 0, path
        (folder / path).unlink()
        assert code(folder) != 0, path
        (folder / path).write_bytes(data)
    for one, other in zip(sorted(files), sorted(files)[1:], strict=False):
        written({one: files[other], other: files[one]}, folder)
        assert code(folder) != 0, (one, other)
        written({one: files[one], other: files[other]}, folder)
    assert code(folder) == 0


def test_a_file_too_many_is_reported(tmp_path: Path) -> None:
    more = {"more.txt": b"believe me"}
    assert told(MADE["a whole pack"] | more, tmp_path / "pack").faults == [
        "more.txt: the manifest does not list it"
    ]
    assert told(LOG.files() | more, tmp_path / "log").faults == [
        "more.txt: it is no part of a log, and there is no manifest that lists it"
    ]


def test_every_cut_of_an_archive_is_reported(tmp_path: Path) -> None:
    whole = zipped(Log(3).pack(opened=[1]))
    for end in range(0, len(whole), 5):
        (tmp_path / "pack.zip").write_bytes(whole[:end])
        assert code(tmp_path / "pack.zip") == 2, end


def test_an_entry_dropped_changed_or_moved_is_reported(tmp_path: Path) -> None:
    lines = Log(8).lines
    for n, other in enumerate(
        (
            lines[:5],
            [*lines, lines[0]],
            [*lines[:3], *lines[4:]],
            [lines[1], lines[0], *lines[2:]],
            [*lines[:-1], Log(8, words="call.began").lines[-1]],
        )
    ):
        files = Log(8).files() | {"entries.jsonl": b"".join(line + b"\n" for line in other)}
        resealed = Log(8).sealed(files, len(other))
        assert told(resealed, tmp_path / str(n)).code == 1


def test_a_payload_that_was_not_logged_is_reported(tmp_path: Path) -> None:
    for n, other in enumerate(
        (
            opening(3).replace(b"recorded", b"observed"),
            opening(3).replace(b'"index":3', b'"index":4'),
            opening(3) + opening(3),
            opening(3).replace(b'"index":3', b'"index":99'),
            b'{"index":3,"key":"' + b"00" * 32 + b'","payload":"\\ud800"}\n',
            b'{"index":3,"key":"' + b"00" * 32 + b'","payload":"' + b"[" * 200_000 + b'"}\n',
            b"[" * 900_000 + b"\n",
            b"x" * 3_000_000 + b"\n",
        )
    ):
        files = {**Log(8).files(), "openings.jsonl": other}
        report = told(Log(8).sealed(files, 8), tmp_path / str(n))
        assert "openings.jsonl" in str(report), n


def test_a_log_that_goes_on_while_it_is_read_is_whole(tmp_path: Path) -> None:
    """Entries and tiles beyond the checkpoint are written before the next one is signed."""
    files = LOG.files() | {"checkpoint": str(LOG.checkpoint(250)).encode()}
    report = told(files, tmp_path)
    assert report.faults == []
    assert "50 entries after the checkpoint are not sealed yet." in report.notes
    old = {path: data for path, data in Log(250).files().items() if path.startswith("tile/")}
    assert told(old, tmp_path).faults == []


def test_a_log_that_went_back_is_named(tmp_path: Path) -> None:
    for kind in ("pack", "some"):
        pack = LOG.pack(only=[1] if kind == "some" else None)
        report = told(pack, tmp_path / kind, ASKED._replace(since=str(Log(301).checkpoint()).encode()))
        assert "ROLLBACK: it has 300 entries, and you have seen 301" in str(report)


def test_two_histories_are_named(tmp_path: Path) -> None:
    other = str(Log(120, words="call.began").checkpoint()).encode()
    assert "SPLIT VIEW" in str(told(LOG.pack(), tmp_path / "whole", ASKED._replace(since=other)))
    some = LOG.pack(only=[1], since=120)
    assert "SPLIT VIEW" in str(told(some, tmp_path / "some", ASKED._replace(since=other)))
    mine = ASKED._replace(since=str(LOG.checkpoint(120)).encode())
    assert told(some, tmp_path / "some", mine).faults == []
    missing = ASKED._replace(since=str(LOG.checkpoint(121)).encode())
    assert "growth/121: it is missing" in str(told(some, tmp_path / "some", missing))


@pytest.mark.parametrize("old", [1, 2, 3, 4, 7, 8, 64, 65, 69, 70])
def test_growth_is_shown_from_any_size(old: int, tmp_path: Path) -> None:
    log = Log(70)
    mine = ASKED._replace(since=str(log.checkpoint(old)).encode())
    assert told(log.pack(only=[1], since=old), tmp_path / "some", mine).faults == []
    assert told(log.pack(), tmp_path / "whole", mine).faults == []


def test_a_checkpoint_of_another_log_does_not_count_as_kept(tmp_path: Path) -> None:
    other = str(Log(5, signer=THIEF).checkpoint()).encode()
    assert "has not signed the checkpoint that you gave" in str(
        told(LOG.pack(), tmp_path, ASKED._replace(since=other))
    )


def test_a_stolen_name_without_the_key_is_refused(tmp_path: Path) -> None:
    forged = Log(300, signer=THIEF)
    assert told(forged.pack(), tmp_path / "alone").faults == []  # it agrees with itself: hence --key
    assert told(forged.pack(), tmp_path / "alone", ASKED._replace(key=str(FIRST.verifier))).code == 1
    mixed = forged.pack() | {"log.vkey": str(LOG.ring).encode()}
    assert "has not signed it with the key for its size" in str(told(mixed, tmp_path / "mixed"))


def test_the_old_key_does_not_sign_after_it_was_replaced(tmp_path: Path) -> None:
    pack = TURNED.sealed(TURNED.files() | {"checkpoint": str(LOG.checkpoint()).encode()}, 300)
    assert "key for its size" in str(told(pack, tmp_path))


def test_a_date_in_the_future_is_reported(tmp_path: Path) -> None:
    ahead = LOG.files() | {"checkpoint": str(LOG.checkpoint(at=NOW + 301)).encode()}
    assert "signed in the future" in str(told(ahead, tmp_path / "witness"))
    early = Asked(NOW - 200_000)
    assert "dated in the future" in str(told(LOG.files(), tmp_path / "entries", early))


def test_what_is_neither_pack_nor_log_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "nothing").write_bytes(b"")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/checkpoint").mkdir()
    for name in ("empty", "text", "nothing", "dir"):
        assert code(tmp_path / name) == 2, name


def test_nothing_that_could_hang_or_lead_elsewhere_is_opened(tmp_path: Path) -> None:
    for name, make in (
        ("pipe", os.mkfifo),
        ("link", lambda path: path.symlink_to("/etc/hostname")),
    ):
        folder = written(LOG.files(), tmp_path / name)
        (folder / "entries.jsonl").unlink()
        make(folder / "entries.jsonl")
        with pytest.raises(Unreadable, match=r"entries\.jsonl is neither"):
            verify(folder, ASKED)


def test_an_archive_by_others_is_not_unpacked(tmp_path: Path) -> None:
    """So no archive can burst, and none can hide a byte."""
    bomb, plain = tmp_path / "bomb.zip", tmp_path / "plain.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("checkpoint", bytes(50_000_000))
    with zipfile.ZipFile(plain, "w") as file:
        for path, data in LOG.pack().items():
            file.writestr(path, data)
    for one in (bomb, plain):
        with pytest.raises(Unreadable, match="unpack it and check the folder"):
            verify(one, ASKED)


def test_names_cannot_steer_a_terminal(tmp_path: Path) -> None:
    folder = os.fsencode(written(LOG.pack(), tmp_path))
    for name in (b"\x1b[2J\nVERIFIED", b"\xff\xfe", "…".encode()):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    text = str(verify(tmp_path, ASKED))
    assert text.isascii()
    assert "\x1b" not in text
    assert "FAULT ?[2J?VERIFIED: the manifest does not list it" in text


def test_many_faults_are_counted_and_not_all_shown(tmp_path: Path) -> None:
    files = LOG.files() | {"entries.jsonl": b"\n" * 100_000}
    report = told(files, tmp_path)
    assert report.count > 100_000
    assert len(str(report).splitlines()) < MOST_SHOWN + 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(path=st.sampled_from(sorted(MADE["a pack of some entries"] | MADE["a whole pack"])), data=st.data())
def test_any_bytes_in_any_file_are_reported_and_never_crash(
    path: str, data: st.DataObject, tmp_path: Path
) -> None:
    kind = next(kind for kind in MADE if path in MADE[kind])
    good = MADE[kind][path]
    at = data.draw(st.integers(0, len(good)))
    other = data.draw(
        st.one_of(
            st.binary(max_size=200),
            st.binary(max_size=20).map(lambda more: good[:at] + more + good[at:]),
            st.text(max_size=20).map(lambda more: good[:at] + more.encode() + good[at + len(more) :]),
        )
    )
    folder = tmp_path / kind
    if not folder.exists():
        written(MADE[kind], folder)
    (folder / path).write_bytes(other)
    found = code(folder)
    (folder / path).write_bytes(good)
    assert (found == 0) == (other == good)


def run(*arguments: str | Path) -> tuple[int, str]:
    """The program as a stranger runs it: alone, with an exit code."""
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_program_says_in_its_exit_code_what_it_found(tmp_path: Path) -> None:
    pack = written(MADE["a whole pack"], tmp_path / "pack")
    kept = tmp_path / "kept"
    kept.write_bytes(str(TURNED.checkpoint(7, at=5)).encode())
    found, text = run(pack, "--key", str(FIRST.verifier), "--since", kept)
    assert (found, text.splitlines()[-1]) == (0, "VERIFIED: no faults."), text
    (pack / "entries.jsonl").write_bytes(b"")
    found, text = run(pack)
    assert found == 1
    assert text.startswith("FAULT entries.jsonl: it has 0 bytes, not")
    assert text.endswith("faults.\n")
    assert run(tmp_path / "nowhere") == (
        2,
        f"CANNOT BE READ: [Errno 2] No such file or directory: '{tmp_path / 'nowhere'}'\n",
    )
    assert run(pack, "--since", tmp_path / "nowhere")[0] == 2


def test_the_program_stands_alone() -> None:
    tree = ast.parse(PROGRAM.read_text())
    roots = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert roots <= sys.stdlib_module_names | {"cryptography"}
