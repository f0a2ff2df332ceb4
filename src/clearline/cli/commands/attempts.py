"""`clearline gate decide`: answers a file of attempts, each as of its own time, without a record."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from clearline.cli.saying import refuse, tell
from clearline.engine.errors import ClearlineError
from clearline.gate.attempts import Decision
from clearline.gate.cases import Cases, decided
from clearline.gate.library import Gate
from clearline.gate.scrubs.leads import defused, opened
from clearline.gate.telling import said

COLUMNS = ("line", "number", "at", "answer", "not_before", "rule", "title", "told", "lifted", "reasons")


def decide(
    path: Path, form: str, rules: Iterable[Path], packs: Iterable[str], shop: Mapping[str, Any]
) -> None:
    """Writes an answer for each line, in their order, to standard output."""
    if form not in {"jsonl", "csv"}:
        refuse(f"--format {form}: there are jsonl and csv")
    try:
        gate = Gate.open(*rules, packs=list(packs) or None, shop=shop)
        with opened(path) as file:
            cases = Cases(file)
            if cases.strange:
                tell(f"columns that say nothing to the gate: {', '.join(cases.strange)}")
            counts = _write(form, enumerate((decided(gate, line) for line in cases), 2))
    except ClearlineError as error:
        refuse(str(error))
    tell(", ".join(f"{count:,} {answer}" for answer, count in sorted(counts.items())) or "no attempts")


def _write(form: str, answers: Iterator[tuple[int, Decision]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    rows = csv.writer(sys.stdout, lineterminator="\n") if form == "csv" else None
    if rows:
        rows.writerow(COLUMNS)
    for line, decision in answers:
        counts[decision.answer.value] += 1
        told = {"line": line, **said(decision)}
        if rows:
            rows.writerows(defused([_row(told)]))
        else:
            sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    return counts


def _row(told: dict[str, Any]) -> list[str]:
    first = told["reasons"][0] if told["reasons"] else {}
    found = {**first, **told, "reasons": len(told["reasons"])}
    return [str(found.get(name) if found.get(name) is not None else "") for name in COLUMNS]
