"""The report for people at a terminal: calm, 80 columns wide, and readable without colour."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clearline.reports.account import counted, spoken
from clearline.reports.reviewed import Account, Finding, Reviewed
from clearline.reports.summary import (
    StillDue,
    Summary,
    listing,
    severities,
    spoken_length,
    spoken_time,
    unheard,
)

COLOURS = {"critical": "bold red", "serious": "yellow", "minor": "cyan"}
LONG_LIST = 12  # duties and doubts that are listed; the rest is counted
DISCLAIMER = "Clearline informs; it does not give legal advice."


class TerminalReport:
    """Prints each timeline as it comes, then what they say together."""

    def __init__(self, console: Console, *, clean_too: bool) -> None:
        self.console = console
        self.clean_too = clean_too  # else timelines with nothing to tell are only counted
        self.clean = 0

    def timeline(self, line: Reviewed) -> None:
        if line.clean:
            self.clean += 1
            if not self.clean_too or line.kind != "call":
                return
        self.console.print(_heading(line), soft_wrap=False)
        for _, group in groupby(sorted(line.findings, key=_gravest), attrgetter("rule")):
            self.console.print(Padding(_finding(line, list(group)), (0, 0, 0, 2)))
        if line.findings:
            self.console.print()

    def end(self, account: Account, summary: Summary) -> None:
        """The summary by rule, the questions, what is still to be done, the account."""
        if self.clean and not self.clean_too:
            self._line(f"{counted(self.clean, 'timeline')} with nothing to tell.\n")
        self._rules(summary)
        self._questions(summary)
        self._duties(summary.due())
        self._line(spoken(account))
        self._line(DISCLAIMER, style="dim")

    def _rules(self, summary: Summary) -> None:
        rules = summary.rules()
        if not rules:
            return
        self._title("Findings by rule")
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", min_width=5)
        table.add_column(min_width=8)
        table.add_column(overflow="fold")
        for one in rules:
            told = Text.assemble(one.title, ("\n" + one.rule, "dim"))
            table.add_row(f"{one.findings:,}", Text(one.severity, COLOURS[one.severity]), told)
        self.console.print(table)
        self.console.print()

    def _questions(self, summary: Summary) -> None:
        waiting, doubts = summary.waiting(), summary.doubts.most_common(LONG_LIST)
        if not waiting and not doubts and not summary.strange:
            return
        self._title("Questions: what nobody told, and no rule guesses")
        for one in waiting:
            facts = listing(one.facts)
            were = "were" if len(one.facts) > 1 else "was"
            rules = counted(one.rules, "rule")
            self._line(
                f"  {rules} could be judged if {facts} {were} known" if one.options else f"  {rules}: {facts}"
            )
            if one.options:
                self._line(f"     {one.options}", style="cyan")
        if summary.strange:
            self._line(f"  {unheard(summary.strange)}")
            self._line("     --speaker Dana=agent --speaker Sam=customer", style="cyan")
        for doubt, count in doubts:
            self._line(f"  {counted(count, 'time')}: {doubt}")
        if len(summary.doubts) > LONG_LIST:
            self._line(f"  and {len(summary.doubts) - LONG_LIST:,} other doubts")
        self.console.print()

    def _duties(self, duties: list[StillDue]) -> None:
        if not duties:
            return
        self._title("Still to be done")
        for one in duties[:LONG_LIST]:
            by = (
                "overdue"
                if one.duty.overdue
                else f"by {_minute(one.duty.deadline)}"
                if one.duty.deadline
                else "due"
            )
            self._line(f"  {by}: {one.duty.title}")
            self._line(f"     {one.file}", style="dim")
        if len(duties) > LONG_LIST:
            self._line(f"  and {len(duties) - LONG_LIST:,} more")
        self.console.print()

    def _title(self, title: str) -> None:
        self.console.print(Text(title, "bold"))

    def _line(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style))


def _heading(line: Reviewed) -> Text:
    counts = [f"{count} {name}" for name, count in severities(line.findings)]
    counts += [counted(len(line.doubtful), "question")] * bool(line.doubtful)
    counts += [f"{len(line.certain_duties)} still to be done"] * bool(line.certain_duties)
    about = f"  {line.kind} {line.id}".rstrip() if line.kind != "call" else ""
    counts += ["speakers not known"] * bool(line.strangers)
    return Text.assemble(
        (line.file, "bold"),
        about,
        (f"  {spoken_length(line)}  ", "dim"),
        (", ".join(counts) or "nothing found", "" if counts else "green"),
    )


def _finding(line: Reviewed, findings: list[Finding]) -> Table:
    """One row for a rule: its first breach in full, the times of the others."""
    first, *others = findings
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=8)
    table.add_column(min_width=5, justify="right")
    table.add_column(overflow="fold")
    told = Text.assemble((first.title, "bold"), f"\n{first.explanation}")
    if others:
        told.append(f"\nAnd {counted(len(others), 'more time')}: {_times(line, others)}")
    told.append(f"\n{'; '.join(first.cites)}\n{first.rule}", "dim")
    if first.status != "checked":
        told.append(f" ({first.status})", "dim")
    table.add_row(
        Text(first.severity, COLOURS[first.severity]), spoken_time(line, first.at, first.seconds), told
    )
    return table


def _times(line: Reviewed, findings: Iterable[Finding]) -> str:
    times = [spoken_time(line, one.at, one.seconds) for one in findings]
    return ", ".join(times[:5]) + (", …" if len(times) > 5 else "")


def _gravest(finding: Finding) -> tuple[int, str, float]:
    return (list(COLOURS).index(finding.severity), finding.rule, finding.seconds)


def _minute(time: str) -> str:
    return f"{time[:16].replace('T', ' ')} UTC"
