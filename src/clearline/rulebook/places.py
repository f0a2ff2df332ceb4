"""Where each key, table and list item of a TOML text stands; `tomllib` does not say."""

import re
import tomllib
from collections import Counter
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
KEY = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')[ \t]*""")
STRING = re.compile(
    r'''"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})|\'\'\'[\s\S]*?\'\'\'(?:'{0,2})|"(?:\\.|[^"\\\n])*"|'[^'\n]*\''''
)
BARE = re.compile(r"[^,\]}#\n]+")
ESCAPED = re.compile(r"(?P<nothing>\\[ \t]*\n\s*)|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.|[\s\S]")


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


class Places:
    """The places of a text that `tomllib` has read; of anything else they are nonsense."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._keys: dict[Path, int] = {(): 0}  # where a key is written, or an item of a list begins
        self._values: dict[Path, int] = {}
        self._tables: Counter[Path] = Counter()  # tables in each list of tables
        self._document()

    def of(self, *path: str | int) -> Place:
        """Where the key, table or item is written; where it is not, the nearest that it belongs to."""
        while path not in self._keys:
            path = path[:-1]
        return self._place(self._keys[path])

    def inside(self, path: Path, column: int) -> Place:
        """Where character `column` (from 1) of a text stands in the file, escapes and line ends counted."""
        start = self._values.get(path)
        if start is None or self.text[start] not in "\"'":
            return self.of(*path)
        mark = self.text[start]
        long = self.text.startswith(mark * 3, start)
        at = start + (3 if long else 1)
        if long:
            at += len(re.match(r"\r?\n|", self.text[at:]).group())  # type: ignore[union-attr]
        left = column - 1
        while at < len(self.text):
            token = ESCAPED.match(self.text, at) if mark == '"' else None
            silent = token is not None and token["nothing"] is not None
            if left == 0 and not silent:
                break
            at = token.end() if token else at + 1
            left -= not silent
        return self._place(at)

    def _place(self, at: int) -> Place:
        return Place(self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))

    def _document(self) -> None:
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()

    def _header(self) -> Path:
        start = self.at
        brackets = 2 if self.text.startswith("[[", start) else 1
        self.at += brackets
        *outer, last = self._dotted()
        self.at += brackets
        path: Path = ()
        for key in outer:
            path = self._latest((*path, key))
        path = (*path, last)
        if brackets == 2:
            self._keys.setdefault(path, start)
            self._tables[path] += 1
            path = self._latest(path)
        self._keys[path] = start
        return path

    def _latest(self, path: Path) -> Path:
        """The path of the last table in a list of tables; of other things, their own."""
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, table: Path) -> None:
        start = KEY.match(self.text, self.at).start(1)  # type: ignore[union-attr]
        path = table
        for key in self._dotted():
            path = (*path, key)
            self._keys.setdefault(path, start)
        self.at += 1  # the equals sign
        self._value(path)

    def _dotted(self) -> list[str]:
        keys = []
        while True:
            found = KEY.match(self.text, self.at)
            assert found is not None
            raw = found.group(1)
            keys.append(tomllib.loads(f"key = {raw}")["key"] if raw[0] in "\"'" else raw)
            self.at = found.end()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        self._blank()
        self._values[path] = self.at
        first = self.text[self.at]
        if first == "[":
            self._several(path, "]")
        elif first == "{":
            self._several(path, "}")
        else:
            found = (STRING if first in "\"'" else BARE).match(self.text, self.at)
            assert found is not None
            self.at = found.end()

    def _several(self, path: Path, closing: str) -> None:
        """The items of a list, or the pairs of a table in one line."""
        self.at += 1
        number = 0
        self._blank()
        while self.text[self.at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._keys[*path, number] = self.at
                self._value((*path, number))
                number += 1
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._blank()
        self.at += 1

    def _blank(self) -> None:
        found = BLANK.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
