"""Which controls an obligation needs: its rules, the courses that these name, and what the registers of controls say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from clearline.rulebook.controls import read_controls
from clearline.rulebook.obligations import read_register
from clearline.rulebook.reading import SHIPPED
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.shapes import ObligationTable

KINDS = ("rule", "training", "document", "person")
LESSON = "1y"  # how long a course lasts that only rules name
OWN = "own policy"  # the jurisdiction of rules that the shop wrote itself


class Control(NamedTuple):
    """Something that serves an obligation."""

    id: str
    kind: str
    title: str
    lasts: str = ""
    told: str = ""
    course: str = ""


class Needed(NamedTuple):
    """An obligation with all that serves it."""

    row: ObligationTable
    controls: Mapping[str, Sequence[Control]]  # by kind
    packs: frozenset[str]
    severity: str  # the worst of its rules; of none: serious


def written(rulebook: Rulebook) -> dict[str, Control]:
    """The rows of the registers, those of the shop's own folders beside the shipped ones."""
    return dict(_written(tuple(rulebook.roots)))


def spans(rulebook: Rulebook) -> dict[str, str]:
    """How long evidence of each document and task lasts."""
    return {name: one.lasts for name, one in written(rulebook).items() if one.kind != "training"}


def needed(rulebook: Rulebook) -> list[Needed]:
    """Every obligation of the register that is not left out, and after them the shop's own rules."""
    by_row: dict[str, list[Control]] = defaultdict(list)
    rows = _rows(tuple(rulebook.roots))
    for one, obligations in rows:
        for name in obligations:
            by_row[name].append(one)
    found = [
        _needed(rulebook, row, by_row[row.id]) for row in read_register().obligations if not row.left_out
    ]
    return [*found, *_own(rulebook)]


def _needed(rulebook: Rulebook, row: ObligationTable, beside: Sequence[Control]) -> Needed:
    rules = [rulebook.rules[name] for name in dict.fromkeys(row.rules) if name in rulebook.rules]
    controls: dict[str, list[Control]] = {kind: [] for kind in KINDS}
    controls["rule"] = [Control(rule.id, "rule", rule.title) for rule in rules]
    courses = {one.course for one in beside}
    for lesson in sorted({rule.lesson for rule in rules if rule.lesson} - courses):
        controls["training"].append(
            Control(f"course-{lesson}", "training", f"Course {lesson}", LESSON, "", lesson)
        )
    for one in beside:
        controls[one.kind].append(one)
    ranks = [name for name in ("critical", "serious", "minor") if any(r.severity == name for r in rules)]
    packs = frozenset(rule.pack for rule in rules)
    return Needed(row, controls, packs, ranks[0] if ranks else "serious")


def _own(rulebook: Rulebook) -> list[Needed]:
    """Rules of the shop's own folders that serve no row of the register are obligations by themselves."""
    named = {name for row in read_register().obligations for name in row.rules}
    return [
        _needed(
            rulebook,
            ObligationTable(
                id=rule.id,
                citation="; ".join(rule.cites),
                statement=rule.title,
                jurisdiction=OWN,
                status="checked" if rule.status == "checked" else "to be confirmed by counsel",
                rules=[rule.id],
            ),
            (),
        )
        for rule in rulebook.select()
        if rulebook.packs[rule.pack].root != SHIPPED and rule.id not in named
    ]


def _written(roots: tuple[Path, ...]) -> list[tuple[str, Control]]:
    return [(one.id, one) for one, _ in _rows(roots)]


@lru_cache(maxsize=8)
def _rows(roots: tuple[Path, ...]) -> list[tuple[Control, tuple[str, ...]]]:
    found, _ = read_controls(*roots)
    return [
        (
            Control(one.row.id, one.row.kind, one.row.title, one.row.lasts, one.row.told, one.row.course),
            tuple(one.row.obligations),
        )
        for one in found
    ]
