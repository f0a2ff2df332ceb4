from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import Running

from clearline.cli.demo import CALLS
from clearline.cli.files import Task, find
from clearline.cli.judging import Judge, Order
from clearline.cli.options import day_of
from clearline.reports.drawing import Review
from clearline.rulebook.reading import load

JUDGE = Judge(Order(on=day_of("2026-11-23", date.min)), load(), portable=True)
SLIPS = {
    "01-where-is-my-tent.vtt": set(),
    "02-order-changed-without-a-yes.jsonl": {"yes-before-deed"},
    "03-card-number-on-the-recording.jsonl": {
        "no-card-number-while-recording",
        "no-security-code-while-recording",
        "recording-pauses-for-card-data",
    },
    "04-no-word-of-the-recording.jsonl": {"recording-notice-us"},
    "05-one-more-offer.srt": {"no-pressure-after-opt-out"},
    "06-sales-call-without-a-name.jsonl": {"sales-opening-before-pitch"},
    "07-not-a-robot.jsonl": {"ai-never-claims-to-be-human"},
    "08-silence-on-hold.vcon": {"hold-announced"},
    "09-card-read-back.json": {"card-data-not-read-back"},
    "10-the-pin-please.json": {"card-pin-never-asked"},
    "11-refund-promised.txt": set(),
    "12-everything-right.jsonl": set(),
}


@pytest.mark.parametrize("name", SLIPS)
def test_each_shipped_call_shows_its_slip_and_no_other(name: str) -> None:
    (task,) = find([str(CALLS / name)])
    assert isinstance(task, Task)
    reviews = [one for one in JUDGE.judge(task) if isinstance(one, Review)]
    assert {finding.rule for one in reviews for finding in one.line.findings} == SLIPS[name]


def test_every_shipped_call_is_named_here() -> None:
    assert {path.name for path in CALLS.iterdir()} == set(SLIPS)


def test_the_report_of_the_demo_ends_with_0_writes_the_page_and_says_what_to_try_next(
    run: Running, tmp_path: Path
) -> None:
    page = tmp_path / "demo.html"
    result = run("demo", "--report", "--html", page)
    assert result.exit_code == 0
    assert "Read 12 files = 12 evaluated" in result.stdout
    assert "clearline review your-calls/" in result.stdout
    assert "<h1>Review of calls</h1>" in page.read_text()
    assert str(CALLS) not in result.stdout + page.read_text()
