"""The registers of controls: trainings, documents and people that obligations need beside rules, and how long evidence of each lasts."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from clearline.engine.durations import parse_span
from clearline.engine.errors import SentenceError
from clearline.rulebook.definitions import SLUG
from clearline.rulebook.documents import Document
from clearline.rulebook.faults import Fault, meant
from clearline.rulebook.obligations import Register
from clearline.rulebook.shapes import ControlTable

FILE = "controls.toml"


class Control(NamedTuple):
    """A row, and where it stands."""

    row: ControlTable
    document: Document
    number: int


def read_controls(*roots: Path) -> tuple[list[Control], list[Fault]]:
    """The controls of these folders of packs, and what is wrong with their files; a folder need not have any."""
    found: list[Control] = []
    faults: list[Fault] = []
    for root in roots:
        if not (root / FILE).exists():
            continue
        document = Document(root / FILE)
        found += _read(document)
        faults += document.faults
    return found, faults


def check_controls(controls: Iterable[Control], register: Register) -> list[Fault]:
    """Ids that are taken, obligations that are not there, spans and courses that say nothing; obligations left without their control."""
    controls = list(controls)
    needs = {row.id for row in register.obligations if row.control}
    served = {name for one in controls for name in one.row.obligations}
    faults = [fault for one in controls for fault in _check(one, controls, register)]
    for number, row in register.rows:
        if row.id in needs - served:
            told = f"`{row.id}` is served by a control, and none is written down"
            faults.append(register.document.noted(told, f"Add a row to {FILE}", "obligation", number))
    return faults


def _read(document: Document) -> Iterator[Control]:
    for key in document.tables:
        if key != "control":
            document.fault(f"`{key}` is not read here", "Rows stand under [[control]]", key)
    rows = document.tables.get("control", [])
    if not isinstance(rows, list):
        document.fault("`control` is no list of tables", "Write [[control]]", "control")
        return
    for number, told in enumerate(rows):
        row = document.shaped(told, ControlTable, "control", number)
        if row is not None:
            yield Control(row, document, number)


def _check(one: Control, controls: list[Control], register: Register) -> Iterator[Fault]:
    row, path = one.row, ("control", one.number)
    noted = one.document.noted
    if not SLUG.fullmatch(row.id):
        yield noted(f"`{row.id}` is no slug", "Use small letters, digits and -", *path, "id")
    if next(other for other in controls if other.row.id == row.id) is not one:
        yield noted(f"the id `{row.id}` is taken", "Give each control an id of its own", *path, "id")
    try:
        parse_span(row.lasts)
    except SentenceError as error:
        yield noted(error.message, "", *path, "lasts")
    if (row.kind == "training") != bool(row.course):
        yield noted("a training names its `course`, and nothing else does", "", *path)
    known = {each.id for each in register.obligations}
    for number, name in enumerate(row.obligations):
        if name not in known:
            told = f"the register has no obligation `{name}`"
            yield noted(told, meant(name, known), *path, "obligations", number)
