"""Files of leads as people send them: whatever is wrong with a row, it has a reason, and nothing of it runs elsewhere."""

import csv
import io
from pathlib import Path

import pytest
from tests.record.conftest import NOON

from clearline.gate.attempts import Answer, Attempt
from clearline.gate.scrubs import running
from clearline.record.judging import judging
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
SERVICE = Attempt(purpose="service", technology="human_manual")
HEADER = "name,phone,zip\n"


def run(content: bytes, tmp_path: Path) -> tuple[running.Summary, list[list[str]]]:
    """What became of a file of service calls, in the middle of the American day."""
    (tmp_path / "leads.csv").write_bytes(content)
    wanted = running.Wanted(tmp_path / "leads.csv", SERVICE, tmp_path / "clean.csv")
    summary = running.run(wanted, NOON, Watches(judging))
    return summary, list(csv.reader(io.StringIO((tmp_path / "clean.csv").read_bytes().decode())))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_names_come_out_as_they_were_whatever_the_encoding(encoding: str, tmp_path: Path) -> None:
    text = f"{HEADER}José Müller,2025550143,20001\nZoë,2025550144,20001\n"
    marks = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}
    content = marks.get(encoding, b"") + text.encode(encoding.removesuffix("-bom"))
    summary, clean = run(content, tmp_path)
    assert summary.kept == 2
    assert [row[0] for row in clean] == ["name", "José Müller", "Zoë"]


def test_one_file_may_be_glued_together_of_several_encodings(tmp_path: Path) -> None:
    lines = [
        f"{HEADER}".encode("utf-8-sig"),
        "José,2025550143,20001\n".encode(),
        "Müller,2025550144,20001\n".encode("latin-1"),
        "Łukasz,2025550145,20001\n".encode(),
    ]
    summary, clean = run(b"".join(lines), tmp_path)
    assert summary.kept == 3
    assert [row[0] for row in clean[1:]] == ["José", "Müller", "Łukasz"]


def test_quotes_hold_separators_quotes_and_ends_of_lines(tmp_path: Path) -> None:
    name = 'Kim "the\nhill", of Ohio'
    told = name.replace('"', '""')
    summary, clean = run(
        f'{HEADER}"{told}","2025550143","20001"\r\nJo,2025550144,20001\r\n'.encode(), tmp_path
    )
    assert (summary.total, clean[1][0], clean[2][0]) == (2, name, "Jo")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_what_is_handed_out_is_a_formula(start: str, tmp_path: Path) -> None:
    cell = f"{start}HYPERLINK(0)"
    _, clean = run(f'"{cell}",phone,zip\n"{cell}",2025550143,20001\n'.encode(), tmp_path)
    assert [row[0] for row in clean] == [f"'{cell}"] * 2
    _, clean = run(f"{HEADER}Kim,+12025550143,20001\n".encode(), tmp_path)
    assert clean[1][1] == "+12025550143", "a number stays one"


@pytest.mark.parametrize(
    "number", ["", "none", "2025550143; 2025550144", "20255501430000000000000000", "+999"]
)
def test_what_is_no_number_is_skipped_with_that_reason(number: str, tmp_path: Path) -> None:
    summary, clean = run(f'{HEADER}Kim,"{number}",20001\nJo,2025550144,20001\n'.encode(), tmp_path)
    (skipped,) = (one for one in summary.outcomes if one.verdict.answer is Answer.DENY)
    assert skipped.leads == 1
    assert skipped.verdict.title in {"There is no number", "The number can't be read"}
    assert len(clean) == 2


def test_a_row_that_was_moved_by_a_separator_is_skipped_with_that_reason(tmp_path: Path) -> None:
    rows = "Kim, of Ohio,2025550143,20001\nJo,2025550144,20001,,\nMo,2025550145\n"
    summary, clean = run(f"{HEADER}{rows}".encode(), tmp_path)
    assert {one.verdict: one.leads for one in summary.outcomes}[running.SHIFTED] == 1
    assert [row[0] for row in clean[1:]] == ["Jo", "Mo"]
