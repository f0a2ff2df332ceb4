"""A TOML file of a pack: read, with faults at the line where they stand."""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from clearline.engine.errors import RuleError
from clearline.rulebook.faults import Fault, meant
from clearline.rulebook.places import Place, Places

Shape = TypeVar("Shape", bound=msgspec.Struct)

SYNTAX = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
ITEM = re.compile(r" - at `\$\[(\d+)\]")
KINDS = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date like 2026-11-23",
    "datetime": "a date with a time",
    "time": "a time of day",
}


class Document:
    """One file; its faults are collected, never raised."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.text = ""
        self.tables: dict[str, Any] = {}
        try:
            self.text = path.read_bytes().decode()
            self.tables = tomllib.loads(self.text)
        except OSError as error:
            self._at(Place(1, 1), f"the file can't be read: {error.strerror}", "")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._at(Place(line, 1), "the file is not UTF-8", "Save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._syntax(str(error))

    @cached_property
    def places(self) -> Places:
        return Places(self.text.replace("\r\n", "\n") if self.tables else "")

    def fault(
        self, message: str, mend: str, *path: str | int, column: int | None = None, warning: bool = False
    ) -> None:
        """Notes a fault."""
        self.faults.append(self.noted(message, mend, *path, column=column, warning=warning))

    def noted(
        self, message: str, mend: str, *path: str | int, column: int | None = None, warning: bool = False
    ) -> Fault:
        """A fault at a key, table or item; with a column, at that character of its text."""
        place = self.places.of(*path) if column is None else self.places.inside(path, column)
        return Fault(self.path, place.line, place.column, message, mend, warning)

    def error(self, error: RuleError, *path: str | int, column: int | None = None) -> None:
        """Notes what the engine says of a text of this file."""
        self.fault(error.message, "", *path, column=column or error.column or 1)

    def shaped(self, found: Mapping[str, Any], shape: type[Shape], *path: str | int) -> Shape | None:
        """The table as a struct; None, with a fault for each wrong, missing or unknown key, where it is none."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
        before = len(self.faults)
        for key in found:
            if key not in fields:
                self.fault(f"`{key}` is not a key that is read here", meant(key, fields), *path, key)
        for key, field in fields.items():
            if key in found:
                self._typed(found[key], field.type, *path, key)
            elif field.required:
                self.fault(f"`{key}` is missing", f"Add a line `{key} = ...`", *path)
        return msgspec.convert(found, shape) if len(self.faults) == before else None

    def _typed(self, value: Any, wanted: Any, *path: str | int) -> None:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            name = path[-1]
            if get_origin(wanted) is Literal and isinstance(value, str):
                known = get_args(wanted)
                self.fault(f'`{name}` can\'t be "{value}"', f"Write one of: {', '.join(known)}", *path)
                return
            if "RFC3339" in str(error):
                self.fault(f'`{name}` is no date: "{value}"', f"Write {KINDS['date']}", *path)
                return
            item = ITEM.search(str(error))
            where = (*path, int(item.group(1))) if item else path
            expected, got = re.findall(r"`([^`]*)`", str(error))[:2]
            words = " or ".join(KINDS.get(kind, kind) for kind in expected.split(" | ") if kind != "null")
            self.fault(f"`{name}` holds {KINDS.get(got, got)} where {words} is needed", "", *where)

    def _syntax(self, told: str) -> None:
        found = SYNTAX.fullmatch(told)
        message, line, column = found.groups() if found else (told, None, None)
        place = (
            Place(int(line), int(column))
            if line and column
            else Place(self.text.rstrip("\n").count("\n") + 1, 1)
        )
        mend = "Write each key once" if "overwrite" in message else "See https://toml.io for what TOML allows"
        self._at(place, f"this is not TOML: {message[0].lower()}{message[1:]}", mend)

    def _at(self, place: Place, message: str, mend: str) -> None:
        self.faults.append(Fault(self.path, place.line, place.column, message, mend))
