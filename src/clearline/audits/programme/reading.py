"""A CSV file of evidence: each line a piece, and every fault with its line before anything is entered."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from clearline.audits.programme.adding import Piece
from clearline.audits.programme.controls import Control, needed, written
from clearline.audits.programme.evidence import WEB
from clearline.people.models import Person
from clearline.rulebook.faults import meant
from clearline.rulebook.rulebook import Rulebook

COLUMNS: Final = ("control", "on", "who", "until", "title", "version", "link")
MUST: Final = ("control", "on")
LONGEST: Final = 300  # characters of a field
MOST: Final = 50_000  # lines


class Wrong(NamedTuple):
    """A line that can't be read, and why."""

    line: int
    told: str


def known(rulebook: Rulebook) -> dict[str, Control]:
    """Every control of which evidence may be entered: those of the registers, and courses that rules name."""
    found = {one.id: one for each in needed(rulebook) for one in each.controls["training"]}
    return found | written(rulebook)


def pieces(path: Path, rulebook: Rulebook, today: date) -> tuple[list[Piece], list[Wrong]]:
    """What the file holds, and what is wrong with it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Wrong(1, "the file is not UTF-8; save it as UTF-8")]
    except OSError as error:
        return [], [Wrong(1, f"the file can't be read: {error.strerror}")]
    rows = csv.DictReader(text.splitlines(), strict=True)
    head = [name.strip().lower() for name in rows.fieldnames or ()]
    if faults := _columns(head):
        return [], faults
    rows.fieldnames = head
    reader = _Reader(known(rulebook), _people(), _agents(), today)
    found: list[Piece] = []
    wrong: list[Wrong] = []
    try:
        for row in rows:
            if rows.line_num > MOST:
                return [], [Wrong(rows.line_num, f"a file has at most {MOST:,} lines; bring it in parts")]
            told = list(reader.faults(row))
            wrong += [Wrong(rows.line_num, one) for one in told]
            if not told:
                found.append(reader.piece(row))
    except csv.Error as error:
        wrong.append(Wrong(rows.reader.line_num, f"this is no CSV: {error}"))
    return found, wrong


def _columns(head: list[str]) -> list[Wrong]:
    absent = [name for name in MUST if name not in head]
    strange = [name for name in head if name not in COLUMNS]
    told = [f"the column `{name}` is missing" for name in absent]
    told += [f"nobody reads the column `{name}`. {meant(name, COLUMNS)}" for name in strange]
    return [Wrong(1, one) for one in told]


class _Reader:
    """Knows what a line may name."""

    def __init__(
        self,
        controls: Mapping[str, Control],
        people: Mapping[str, str],
        agents: Mapping[str, str],
        today: date,
    ) -> None:
        self.controls, self.people, self.agents, self.today = controls, people, agents, today

    def faults(self, row: Mapping[str, str]) -> Iterator[str]:
        """All that is wrong with a line."""
        if None in row or None in row.values():
            yield "it has more or fewer fields than the first line"
            return
        name, who = row["control"].strip(), row.get("who", "").strip()
        control = self.controls.get(name)
        if control is None:
            yield f"there is no control `{name}`. {meant(name, self.controls)}"
        elif control.kind == "training" and who not in self.agents:
            yield f"nobody who takes calls is `{who}`: give their telephony id or their address"
        elif control.kind == "person" and who not in self.people:
            yield f"nobody here has the address `{who}`"
        elif control.kind == "document" and who:
            yield "a document is nobody's: leave `who` empty"
        for field in ("on", "until"):
            if (row.get(field, "").strip() or field in MUST) and _day(row.get(field, "")) is None:
                yield f"`{field}` is no day like 2026-11-23: `{row.get(field, '')[:20]}`"
        on = _day(row.get("on", ""))
        if on and on > self.today:
            yield f"{on} has not come yet"
        link = row.get("link", "").strip()
        if link and not link.startswith(WEB):
            yield "`link` is no address that begins with https://"
        if any(len(value) > LONGEST for value in row.values()):
            yield f"a field has more than {LONGEST} characters"

    def piece(self, row: Mapping[str, str]) -> Piece:
        """A line without faults."""
        control, who = self.controls[row["control"].strip()], row.get("who", "").strip()
        named = self.agents if control.kind == "training" else self.people
        on = _day(row["on"])
        assert on is not None
        return Piece(
            control,
            on,
            named.get(who, ""),
            _day(row.get("until", "")),
            *(row.get(field, "").strip() for field in ("title", "version", "link")),
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _people() -> dict[str, str]:
    return {email: str(uid) for email, uid in Person.objects.values_list("email", "uid")}


def _agents() -> dict[str, str]:
    """The telephony's ids of agents, by themselves and by their addresses."""
    rows = [
        (email, agent)
        for email, agent in Person.objects.exclude(agent=None).values_list("email", "agent")
        if agent
    ]
    return {agent: agent for _, agent in rows} | dict(rows)
