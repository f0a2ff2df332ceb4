"""Goes through a file of leads: what may be dialled into one file, why the rest may not into a report, an entry into the log."""

import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from clearline.engine.events import Instant
from clearline.evidence.actions import done
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.lists.current import Listed
from clearline.gate.lists.current import lists as current
from clearline.gate.scrubs.judging import Columns, Judging, Verdict
from clearline.gate.scrubs.leads import Clean, Leads, UnreadableLeads, opened, place_in_full
from clearline.record.watching import Watches
from clearline.ui.wording import masked

EXAMPLES: Final = 3
SHIFTED: Final = Verdict(Answer.DENY, "The row has more cells than the file has columns")
_BLOCK: Final = 1 << 20


class Wanted(NamedTuple):
    """A file to go through, for what calls, and where the outcome goes."""

    path: Path
    attempt: Attempt  # campaign, purpose, technology: what all leads have in common
    clean: Path
    actor: str = "house"
    name: str = ""  # of the file, as whoever brought it calls it


class Skipped(NamedTuple):
    """Leads that are skipped, or left for later, for one reason."""

    verdict: Verdict
    leads: int
    examples: tuple[str, ...]  # numbers, masked


class Summary(NamedTuple):
    """What became of a file."""

    name: str
    sha256: str
    attempt: Attempt
    at: Instant
    total: int
    kept: int
    outcomes: tuple[Skipped, ...]  # the most frequent first
    lists: tuple[Listed, ...]
    decided: int  # decisions that were made: leads of which the same is known share one
    entry: int

    @property
    def skipped(self) -> int:
        return self.total - self.kept

    @property
    def later(self) -> int:
        """Those among the kept that may not be called at the moment that was asked about."""
        return sum(one.leads for one in self.outcomes if one.verdict.answer is Answer.NOT_BEFORE)


def run(
    wanted: Wanted, at: Instant, watches: Watches, told: Callable[[float], None] = lambda _: None
) -> Summary:
    """Judges every lead as of a moment; the clean file has its name only when all of it is there."""
    digest, size = _digest(wanted.path)
    if size == 0:
        raise UnreadableLeads("the file is empty")
    judging = Judging(wanted.attempt, at, current(), watches)
    counted: dict[int, int] = {}
    examples: dict[int, list[str]] = {}
    total = 0
    other = wanted.clean.with_name(f".{wanted.clean.name}.{os.getpid()}")
    try:
        with opened(wanted.path) as file, other.open("x", encoding="utf-8", newline="") as out:
            leads = Leads(file, lambda read: told(min(1.0, read / size)))
            clean = Clean(out, leads)
            for rows in leads.blocks():
                verdicts = _judged(judging, leads, rows)
                skips = np.array([one.answer is Answer.DENY for one in judging.verdicts], np.bool_)
                clean.write(
                    [row for row, skip in zip(rows, skips[verdicts].tolist(), strict=True) if not skip]
                )
                _count(verdicts, leads.column(rows, "number") or [], counted, examples)
                total += len(rows)
        if total == 0:
            raise UnreadableLeads("the file holds no rows")
        outcomes = [
            Skipped(judging.verdicts[place], count, tuple(map(masked, examples[place])))
            for place, count in sorted(counted.items(), key=lambda one: -one[1])
        ]
        kept = sum(one.leads for one in outcomes if one.verdict.answer is not Answer.DENY)
        summary = Summary(
            name=wanted.name or wanted.path.name,
            sha256=digest,
            attempt=wanted.attempt,
            at=at,
            total=total,
            kept=kept,
            outcomes=tuple(outcomes),
            lists=judging.lists.asked,
            decided=judging.decided,
            entry=0,
        )
        with transaction.atomic():
            entry = done("leads.scrubbed", wanted.actor, _told(summary), at, str(uuid.uuid4()))
            other.replace(wanted.clean)
        return summary._replace(entry=entry)
    finally:
        other.unlink(missing_ok=True)


def _judged(judging: Judging, leads: Leads, rows: list[list[str]]) -> NDArray[np.int64]:
    """Of each row the place of its verdict; a separator that nobody quoted may have moved its cells."""
    verdicts = judging.judge(_columns(leads, rows))
    width = len(leads.header)
    if width:
        moved = [len(row) > width and any(map(str.strip, row[width:])) for row in rows]
        verdicts[np.array(moved, np.bool_)] = judging.place(SHIFTED)
    return verdicts


def _columns(leads: Leads, rows: list[list[str]]) -> Columns:
    places = leads.column(rows, "place")
    return Columns(
        leads.column(rows, "number") or [],
        leads.column(rows, "postcode"),
        None if places is None else [place_in_full(cell) for cell in places],
        leads.column(rows, "contact"),
        leads.column(rows, "line"),
    )


def _count(
    verdicts: "np.ndarray[Any, np.dtype[np.int64]]",
    numbers: list[str],
    counted: dict[int, int],
    examples: dict[int, list[str]],
) -> None:
    found, first, counts = np.unique(verdicts, return_index=True, return_counts=True)
    for place, at, count in zip(found.tolist(), first.tolist(), counts.tolist(), strict=True):
        counted[place] = counted.get(place, 0) + count
        shown = examples.setdefault(place, [])
        if len(shown) < EXAMPLES:
            shown.append(numbers[at])


def _told(summary: Summary) -> dict[str, Any]:
    """What the log commits to: which file was gone through by which lists, for which campaign (16 CFR 310.5(a)(11))."""
    return {
        "sha256": summary.sha256,
        "campaign": summary.attempt.campaign,
        "purpose": summary.attempt.purpose,
        "technology": summary.attempt.technology,
        "at": summary.at,
        "total": summary.total,
        "kept": summary.kept,
        "lists": [one.snapshot for one in summary.lists],
    }


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with opened(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size
