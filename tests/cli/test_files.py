import os
from pathlib import Path

import pytest
from tests.cli.conftest import GOOD, LEFT_OUT, Writing

from clearline.cli.files import SUFFIXES, Task, find
from clearline.reports.reviewed import NotReviewed


def found(*paths: Path | str, own: tuple[Path, ...] = ()) -> tuple[list[str], list[tuple[str, str]]]:
    """Names of the files that are read, and name and reason of the others."""
    every = list(find(map(str, paths), own))
    tasks = [Path(one.shown).name for one in every if isinstance(one, Task)]
    return tasks, [(Path(one.file).name, one.reason) for one in every if isinstance(one, NotReviewed)]


def test_a_folder_is_walked_in_order_and_says_what_it_leaves_out(folder: Writing) -> None:
    tasks, others = found(folder({**GOOD, **LEFT_OUT}))
    assert tasks == ["clean.txt", "slip.txt"]
    assert dict(others) == {
        ".DS_Store": "hidden",
        "photo.png": "neither transcript nor recording",
    }


def test_what_is_no_transcript_by_its_name_is_told_by_what_it_is(folder: Writing) -> None:
    (line,) = find([str(folder({"calls.zip": b"PK\x03\x04"}))])
    assert isinstance(line, NotReviewed)
    assert line.told.endswith(
        "neither transcript nor recording by its name (*.zip); it is a ZIP archive or an Office file"
    )


def test_a_recording_is_found_whatever_it_is_called(folder: Writing) -> None:
    (task,) = find([str(folder({"call.2026-11-01": b"OggS" + bytes(40)}))])
    assert isinstance(task, Task)
    assert task.heard


def test_what_is_named_is_read_whatever_it_is_called(folder: Writing) -> None:
    assert found(folder(LEFT_OUT) / "photo.png") == (["photo.png"], [])


def test_a_file_is_met_once(folder: Writing) -> None:
    root = folder(GOOD)
    os.link(root / "clean.txt", root / "twin.txt")
    tasks, others = found(root, root / "slip.txt")
    assert tasks == ["clean.txt", "slip.txt"]
    assert [reason for _, reason in others] == ["a file that was met already"] * 2


def test_a_loop_of_links_is_walked_once(folder: Writing) -> None:
    root = folder(GOOD)
    (root / "again").symlink_to(root)
    assert found(root) == (["clean.txt", "slip.txt"], [("again", "a folder that was walked already")])


def test_a_link_to_nowhere_a_pipe_and_a_missing_file_are_told(folder: Writing) -> None:
    root = folder({})
    (root / "a.txt").symlink_to(root / "nowhere")
    os.mkfifo(root / "b.txt")
    _, others = found(root, root / "c.txt", "nul\0name")
    assert others == [
        ("a.txt", "no such file or directory"),
        ("b.txt", "neither a file nor a folder"),
        ("c.txt", "no such file or directory"),
        ("nul\\x00name", "no such name"),
    ]


def test_a_folder_that_may_not_be_read_is_told(folder: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> object:
        raise PermissionError(13, "Permission denied", path)

    root = folder({})
    monkeypatch.setattr(os, "scandir", refuse)
    assert found(root) == ([], [("calls", "permission denied")])


def test_our_own_reports_are_not_read(folder: Writing) -> None:
    root = folder({**GOOD, "findings.jsonl": "{}"})
    tasks, others = found(root, own=(root / "findings.jsonl",))
    assert "findings.jsonl" not in tasks
    assert others == [("findings.jsonl", "a report of this very run")]


def test_names_are_escaped(folder: Writing) -> None:
    tasks, _ = found(folder({"red\x1b[31m.txt": "x", "4242424242424242.vtt": "x"}))
    assert tasks == ["[card number].vtt", "red\\x1b[31m.txt"]


def test_deep_folders_are_walked(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"abcdefgh")
    deep.mkdir(parents=True)
    for suffix in SUFFIXES:
        (deep / f"call{suffix}").touch()
    assert len(found(tmp_path)[0]) == len(SUFFIXES)
