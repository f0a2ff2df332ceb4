"""The register of obligations: what serves each of them, or why nothing does."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clearline.rulebook.courses import COURSE
from clearline.rulebook.documents import Document
from clearline.rulebook.faults import Fault, meant
from clearline.rulebook.reading import SHIPPED
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.shapes import ObligationTable

REGISTER = SHIPPED / "obligations.toml"
SERVES = {"rules": "by rules", "control": "by a control", "left_out": "left out"}


@dataclass(frozen=True, slots=True)
class Register:
    """The obligations of the register, in its order, and what is wrong with its file."""

    document: Document
    rows: tuple[tuple[int, ObligationTable], ...]  # with the number of each in the file

    @property
    def obligations(self) -> tuple[ObligationTable, ...]:
        return tuple(row for _, row in self.rows)


def read_register(path: Path = REGISTER) -> Register:
    """The register; an empty one where there is no such file."""
    document = Document(path)
    if not path.exists():
        document.faults.clear()
    found = document.tables.get("obligation", [])
    for key in document.tables:
        if key != "obligation":
            document.fault(f"`{key}` is not read here", "Rows stand under [[obligation]]", key)
    if not isinstance(found, list):
        document.fault("`obligation` is no list of tables", "Write [[obligation]]", "obligation")
        return Register(document, ())
    read = (
        (number, document.shaped(row, ObligationTable, "obligation", number))
        for number, row in enumerate(found)
    )
    return Register(document, tuple((number, row) for number, row in read if row is not None))


def check_obligations(rulebook: Rulebook, register: Register) -> list[Fault]:
    """Rows served by nothing, by several things or by rules that are not there; rules that serve unknown rows."""
    return [
        *register.document.faults,
        *_check_rows(rulebook, register),
        *_check_rules(rulebook, register),
        *_check_courses(rulebook, register),
    ]


def coverage(rulebook: Rulebook, register: Register) -> str:
    """The page docs/coverage.md: each obligation by jurisdiction, and what serves it."""
    rows = register.obligations
    parts = [
        "# Coverage",
        "",
        "What the law and the standards ask of a call center in e-commerce, and what Clearline does about it.",
        "This page is written by `clearline rules coverage`.",
        "",
        "| jurisdiction | obligations | " + " | ".join(SERVES.values()) + " |",
        "|---|---:|" + "---:|" * len(SERVES),
    ]
    places = sorted({row.jurisdiction for row in rows})
    parts += [_counts(place, [row for row in rows if row.jurisdiction == place]) for place in places]
    parts.append(_counts("**all**", list(rows)))
    for place in places:
        parts += [
            "",
            f"## {place}",
            "",
            "| obligation | citation | served by | status |",
            "|---|---|---|---|",
        ]
        parts += [_row(rulebook, row) for row in rows if row.jurisdiction == place]
    return "\n".join(parts) + "\n"


def _check_rows(rulebook: Rulebook, register: Register) -> Iterator[Fault]:
    document = register.document
    written = {path.stem for path in rulebook.documents}
    seen: set[str] = set()
    for number, row in register.rows:
        path = ("obligation", number)
        if row.id in seen:
            yield document.noted(
                f"the id `{row.id}` is taken", "Give each obligation an id of its own", *path, "id"
            )
        seen.add(row.id)
        served = served_by(row)
        if len(served) != 1:
            told = f"`{row.id}` has {' and '.join(f'`{key}`' for key in served) or 'nothing that serves it'}"
            yield document.noted(told, "Give it exactly one of: rules, control, left_out", *path)
        for index, rule in enumerate(row.rules):
            if rule not in written:
                yield document.noted(
                    f"there is no rule `{rule}`", meant(rule, written), *path, "rules", index
                )


def _check_rules(rulebook: Rulebook, register: Register) -> Iterator[Fault]:
    """Obligations that the register does not have, or for which it does not name the rule."""
    rows = {row.id: row for row in register.obligations}
    for rule in rulebook.rules.values():
        document = rulebook.documents[rule.path]
        beside = (
            rulebook.packs[rule.pack].root == register.document.path.parent
        )  # it need not know other packs
        for number, name in enumerate(rule.obligations):
            if name not in rows:
                told = f"the register has no obligation `{name}`"
                yield document.noted(told, meant(name, rows), "obligations", number)
            elif beside and rule.id not in rows[name].rules:
                told = f"the register does not say that `{rule.id}` serves `{name}`"
                yield document.noted(
                    told, f"Name it there, in {register.document.path}", "obligations", number
                )


def _check_courses(rulebook: Rulebook, register: Register) -> Iterator[Fault]:
    """Obligations of courses that the register does not have."""
    known = {row.id for row in register.obligations}
    for course in rulebook.courses.values():
        for number, name in enumerate(course.obligations):
            if name not in known:
                document = rulebook.beside[course.path / COURSE]
                told = f"the register has no obligation `{name}`"
                yield document.noted(told, meant(name, known), "obligations", number)


def served_by(row: ObligationTable) -> list[str]:
    """Which of `rules`, `control` and `left_out` a row has."""
    return [key for key in SERVES if getattr(row, key)]


def _counts(place: str, rows: list[ObligationTable]) -> str:
    counts = Counter(key for row in rows for key in served_by(row))
    return f"| {place} | {len(rows)} | " + " | ".join(str(counts[key]) for key in SERVES) + " |"


def _row(rulebook: Rulebook, row: ObligationTable) -> str:
    served = row.control or (f"left out: {row.left_out}" if row.left_out else "")
    if row.rules:
        served = ", ".join(
            f"`{rule}` ({rulebook.rules[rule].title})" if rule in rulebook.rules else f"`{rule}`"
            for rule in row.rules
        )
    if row.part:
        served += f" (part: {row.part})"
    cells = (f"{row.statement} (`{row.id}`)", row.citation, served, row.status)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
