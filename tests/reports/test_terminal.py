from io import StringIO

from rich.console import Console
from tests.reports.conftest import SELLING, Reviewing

from clearline.reports.account import Ledger
from clearline.reports.reviewed import Reviewed
from clearline.reports.summary import Summary
from clearline.reports.terminal import DISCLAIMER, TerminalReport


def report(*lines: Reviewed, clean_too: bool = True) -> str:
    out = StringIO()
    shown = TerminalReport(Console(file=out, width=80, markup=False), clean_too=clean_too)
    ledger, summary = Ledger(), Summary()
    for line in lines:
        ledger.file([line])
        summary.add(line)
        shown.timeline(line)
    shown.end(ledger.account(), summary)
    return out.getvalue()


def test_a_finding_is_told_with_time_words_rule_and_citation(reviewing: Reviewing) -> None:
    told = report(reviewing(SELLING)[0].line)
    for part in (
        "critical",
        "0:15",
        "This offer ends",
        "no-pressure-after-opt-out",
        "16 CFR 310.4",
        "Still to be done",
    ):
        assert part in told
    assert DISCLAIMER in told


def test_it_stays_within_80_columns_and_plain_without_a_terminal(reviewing: Reviewing) -> None:
    told = report(reviewing(SELLING, packs=("opt-out", "us-telemarketing", "pci-dss"))[0].line)
    assert max(map(len, told.splitlines())) <= 80
    assert "\x1b" not in told


def test_clean_calls_are_counted_where_there_are_many(reviewing: Reviewing) -> None:
    clean = reviewing("Agent: Hello.\nCustomer: Goodbye.")[0].line
    assert "call.txt" in report(clean)
    assert "2 timelines with nothing to tell" in report(clean, clean, clean_too=False)


def test_questions_are_told_apart_from_findings(reviewing: Reviewing) -> None:
    told = report(reviewing(SELLING, packs=("us-telemarketing",))[0].line)
    assert "nothing found" in told
    assert "could be judged if" in told
    assert "--fact call.places=US-CA,US-NV" in told


def test_a_call_of_strangers_does_not_end_with_nothing_found(reviewing: Reviewing) -> None:
    told = report(reviewing("Dana: I am a real person.\nSam: Goodbye.")[0].line)
    assert "speakers not known" in told
    assert "nothing found" not in told
    assert "--speaker Dana=agent" in told
