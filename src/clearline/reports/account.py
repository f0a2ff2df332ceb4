"""The account of a review: what became of every file that was met."""

from collections import Counter
from collections.abc import Mapping

from clearline.formats import errors
from clearline.reports.reviewed import SCHEMA, Account, AnyLine, NotReviewed, Reviewed

SEVERITIES = ("critical", "serious", "minor")

REASONS: dict[type[errors.Unreadable], str] = {
    errors.TooLarge: "too large",
    errors.Empty: "empty",
    errors.NotText: "not text",
    errors.UnknownFormat: "of no format that is read",
    errors.BadJson: "broken JSON",
    errors.BadShape: "not in the shape of its format",
    errors.BadTime: "impossible times",
    errors.BadCue: "broken captions",
    errors.BadSignature: "signature does not hold",
    errors.Encrypted: "encrypted",
    errors.StreamError: "not of its protocol",
}


class Ledger:
    """Counts lines as they come; a file is entered once, however many timelines it holds."""

    def __init__(self) -> None:
        self.evaluated = 0
        self.unread: dict[str, Counter[str]] = {"excluded": Counter(), "failed": Counter()}
        self.timelines: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.questions = 0
        self.duties = 0

    def file(self, lines: list[AnyLine]) -> None:
        """Enters a file with all that came of it."""
        for line in lines:
            if isinstance(line, NotReviewed):
                self.unread[line.outcome][line.reason] += 1
            elif isinstance(line, Reviewed):
                self.timelines[line.kind] += 1
                self.findings.update(finding.severity for finding in line.findings)
                self.questions += len(line.questions)
                self.duties += len(line.duties)
        self.evaluated += any(isinstance(line, Reviewed) for line in lines)

    def account(self) -> Account:
        """The account as it stands; what was read is the sum of what became of it."""
        excluded, failed = self.unread["excluded"], self.unread["failed"]
        return Account(
            schema=SCHEMA,
            read=self.evaluated + excluded.total() + failed.total(),
            evaluated=self.evaluated,
            excluded=dict(excluded.most_common()),
            failed=dict(failed.most_common()),
            timelines=dict(self.timelines.most_common()),
            findings={name: self.findings[name] for name in SEVERITIES if self.findings[name]},
            questions=self.questions,
            duties=self.duties,
        )


def reason_of(error: errors.Unreadable) -> str:
    """In a few words, why a file could not be read: what files are counted by."""
    return REASONS.get(type(error), "unreadable")


def spoken(account: Account) -> str:
    """The account in one line: read N = evaluated + excluded (reasons) + failed (reasons)."""
    return (
        f"Read {counted(account.read, 'file')} = {account.evaluated:,} evaluated"
        f" + {_sum(account.excluded)} excluded{_reasons(account.excluded)}"
        f" + {_sum(account.failed)} failed{_reasons(account.failed)}"
    )


def counted(count: int, name: str) -> str:
    """A count with its noun: 1 file, 1,200 files."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _sum(reasons: Mapping[str, int]) -> str:
    return f"{sum(reasons.values()):,}"


def _reasons(reasons: Mapping[str, int]) -> str:
    return f" ({'; '.join(f'{reason}: {count:,}' for reason, count in reasons.items())})" if reasons else ""
