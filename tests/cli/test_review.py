import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import BAD, GOOD, LEFT_OUT, Running, Writing

from clearline.reports.reviewed import Account, AnyLine, NotReviewed, Reviewed
from clearline.rulebook.reading import SHIPPED


def read_back(text: str) -> list[AnyLine]:
    return [msgspec.json.decode(line, type=AnyLine) for line in text.splitlines()]


def test_it_ends_with_0_without_findings_1_with_some_and_2_where_a_file_is_bad(
    run: Running, folder: Writing
) -> None:
    assert run("review", folder({"a.txt": GOOD["clean.txt"]})).exit_code == 0
    assert run("review", folder({"b.txt": GOOD["slip.txt"]})).exit_code == 1
    assert run("review", folder({"c.txt": ""})).exit_code == 2


def test_a_mixed_folder_balances_and_each_bad_file_has_its_line(run: Running, folder: Writing) -> None:
    result = run("review", folder({**GOOD, **BAD, **LEFT_OUT}))
    assert result.exit_code == 2
    assert "Read 10 files = 2 evaluated + 2 excluded" in result.stdout
    errors = result.stderr.splitlines()
    assert len(errors) == len(BAD)
    assert all(any(name in line for line in errors) for name in BAD)
    assert "Traceback" not in result.output


def test_every_line_for_machines_reads_back_and_the_account_is_the_last(
    run: Running, folder: Writing
) -> None:
    result = run("review", folder({**GOOD, **BAD, **LEFT_OUT}), "--format", "jsonl")
    *others, account = read_back(result.stdout)
    assert isinstance(account, Account)
    assert account.read == 10
    assert sum(isinstance(one, Reviewed) for one in others) == account.evaluated == 2
    assert sum(isinstance(one, NotReviewed) for one in others) == 8
    assert result.stderr.splitlines()[-1].startswith("Read 10 files = 2 evaluated")


def test_the_same_files_give_the_same_bytes(run: Running, folder: Writing) -> None:
    root = folder({**GOOD, **BAD})
    one, other = (run("review", root, "--format", "jsonl", "--on", "2026-11-02") for _ in range(2))
    assert one.stdout_bytes == other.stdout_bytes


def test_facts_speakers_and_the_date_are_heeded(run: Running, folder: Writing) -> None:
    root = folder({"a.txt": "Dana: You get twenty percent off today.\nSam: No, thanks."})
    facts = ["call.places=US-OH", "call.direction=outbound", "call.purpose=marketing"]
    options = [part for fact in facts for part in ("--fact", fact)]
    told = run("review", root, "--format", "jsonl", "--speaker", "Dana=agent", "--on", "2026-03-04", *options)
    line = read_back(told.stdout)[0]
    assert isinstance(line, Reviewed)
    assert line.started.startswith("2026-03-04")
    assert "sales-opening-before-pitch" in {one.rule for one in line.findings}


def test_only_the_packs_that_are_named_judge(run: Running, folder: Writing) -> None:
    told = run("review", folder(GOOD), "--format", "jsonl", "--pack", "pci-dss")
    line = read_back(told.stdout)[0]
    assert isinstance(line, Reviewed)
    shipped = {path.stem for path in (SHIPPED / "pci-dss" / "rules").glob("*.toml")}
    assert {one.rule for one in line.rules} <= shipped


def test_standard_input_is_read(run: Running) -> None:
    result = run("review", "-", stdin=GOOD["slip.txt"])
    assert result.exit_code == 1
    assert "standard input" in result.stdout


def test_reports_go_to_files(run: Running, folder: Writing, tmp_path: Path) -> None:
    root, page, lines = folder(GOOD), tmp_path / "report.html", tmp_path / "findings.jsonl"
    result = run("review", root, "--html", page, "--output", lines, "--format", "jsonl")
    assert result.stdout == ""
    assert len(read_back(lines.read_text())) == 3
    assert "percent off" in page.read_text()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fact", "foo"], "--fact foo"),
        (["--on", "tomorrow"], "--on tomorrow"),
        (["--speaker", "0=boss"], "choose one of agent"),
        (["--pack", "pci-ds"], "Did you mean `pci-dss`"),
        (["--rules", "/nowhere"], "there is no such folder"),
        (["--html", "/nowhere/x.html"], "can't be written"),
        (["--output", "/nowhere/x.txt"], "can't be written"),
    ],
)
def test_what_cannot_be_done_is_told_without_a_traceback(
    run: Running, folder: Writing, options: list[str], told: str
) -> None:
    result = run("review", folder({"a.txt": GOOD["clean.txt"]}), *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_an_empty_folder_is_told(run: Running, folder: Writing) -> None:
    result = run("review", folder({}))
    assert result.exit_code == 2
    assert "there are no files" in result.stderr


def test_a_thousand_bad_files_are_a_thousand_lines(run: Running, folder: Writing) -> None:
    result = run("review", folder({f"{n}.txt": "" for n in range(1000)}))
    assert len(result.stderr.splitlines()) == 1000
    assert "Read 1,000 files = 0 evaluated + 0 excluded + 1,000 failed (empty: 1,000)" in result.stdout


def test_a_closed_pipe_ends_it_quietly(folder: Writing) -> None:
    root = folder({f"{n}.txt": GOOD["slip.txt"] for n in range(30)})
    command = [sys.executable, "-m", "clearline.cli.main", "review", str(root), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["line"] == "timeline"
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_ctrl_c_ends_it_cleanly() -> None:
    # a test run started in the background ignores Ctrl-C, and hands that down to what it starts
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", f"{heeds}from clearline.cli.main import app; app()", "review", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)  # it waits for words
        process.send_signal(2)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_listed_names_and_addresses_are_hidden_on_the_page_and_in_every_line(
    run: Running, folder: Writing, tmp_path: Path
) -> None:
    calls = folder(
        {
            "a.txt": "Agent: Hello Zoë Quill.\nZoe Quill: I am at one two Baker Street, my card is 4111 1111 1111 1111."
        }
    )
    names, page = tmp_path / "names.csv", tmp_path / "page.html"
    names.write_text("name,address\nZoe Quill,12 Baker Street\n", encoding="utf-8")
    told = run("review", calls, "--hide", names, "--html", page, "--format", "jsonl")
    assert "[name or address]" in page.read_text(encoding="utf-8")
    for text in (told.output, page.read_text(encoding="utf-8")):
        assert not re.search("quill|baker|4111", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Dana\n7\n", "line 2"),
        (b"\xff", "UTF-8"),
        (b"name\n", "no name or address"),
        (None, "can't be read"),
    ],
)
def test_a_list_that_can_not_be_used_is_refused_before_anything_is_judged(
    run: Running, folder: Writing, tmp_path: Path, content: bytes | None, told: str
) -> None:
    names = tmp_path / "names.csv"
    if content is not None:
        names.write_bytes(content)
    result = run("review", folder(GOOD), "--hide", names)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert "Dana" not in result.output


def test_the_page_names_each_file_of_which_nothing_was_judged(
    run: Running, folder: Writing, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    told = run("review", folder({**GOOD, **BAD, **LEFT_OUT}), "--html", page)
    text = page.read_text(encoding="utf-8")
    head, _, cards = text.partition("Files of which nothing was judged")
    left = cards.partition("</details>")[0]
    assert head
    assert all(name in left for name in {**BAD, **LEFT_OUT})
    assert left.index("failed") < left.index("excluded")
    assert "neither transcript nor recording: 1" in " ".join(told.stdout.split())
    assert "Files of which nothing was judged" not in clean_page(run, folder, tmp_path)


def clean_page(run: Running, folder: Writing, tmp_path: Path) -> str:
    page = tmp_path / "clean.html"
    run("review", folder(GOOD) / "clean.txt", "--html", page)
    return page.read_text(encoding="utf-8")
