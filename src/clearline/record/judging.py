"""The rules that this installation judges by, compiled once a process."""

from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook


class Judging:
    """The rulebook, the facts of the shop, and a program for each kind of timeline that a rule speaks of."""

    def __init__(self, folders: tuple[Path, ...], shop: dict[str, Any], *, portable: bool) -> None:
        self.folders = folders
        self.shop = shop
        self.portable = portable
        self._programs: dict[str, Program | None] = {}

    @cached_property
    def rulebook(self) -> Rulebook:
        return load(*(folder for folder in self.folders if folder.is_dir()))

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        return {**self.rulebook.known, "shop": self.shop}

    def program(self, kind: str) -> Program | None:
        """The program for a kind of timeline; None where no rule speaks of it."""
        if kind not in self._programs:
            rules = [rule for rule in self.rulebook.select() if rule.on == kind]
            made = self.rulebook.program(kind, rules, portable=self.portable) if rules else None
            self._programs[kind] = made
        return self._programs[kind]

    def monitor(self, kind: str) -> Monitor | None:
        """A new watcher of a timeline of that kind."""
        program = self.program(kind)
        return Monitor(program, self.known) if program else None


_of_process: list[Judging] = []


def judging() -> Judging:
    """The one of this process."""
    if not _of_process:
        _of_process.append(Judging((settings.HOME.packs,), {}, portable=settings.PORTABLE))
    return _of_process[0]


def forget() -> None:
    """The rules or the shop's facts have changed: what was compiled is made again when it is next asked for."""
    _of_process.clear()
