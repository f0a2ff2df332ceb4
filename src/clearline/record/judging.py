"""The rules that this installation judges by, compiled once a process."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from clearline.engine.monitor import Monitor
from clearline.engine.program import Program
from clearline.record.answers.consequences import Consequences, chosen, consequences
from clearline.record.answers.facts import newest
from clearline.record.answers.questions import Answers, questions
from clearline.record.identities import canonical
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook


class Judging:
    """The rulebook, what the shop answered, and a program for each kind of timeline that a rule in force speaks of."""

    def __init__(self, folders: tuple[Path, ...], answers: Callable[[], Answers], *, portable: bool) -> None:
        self.folders = folders
        self.portable = portable
        self._answers = answers  # asked when they are first needed: to be made takes no database
        self._programs: dict[str, Program | None] = {}
        self._compiling = Lock()
        self._consequences: dict[bytes, Consequences] = {}

    @cached_property
    def rulebook(self) -> Rulebook:
        return load(*(folder for folder in self.folders if folder.is_dir()))

    @cached_property
    def answers(self) -> Answers:
        return self._answers()

    @cached_property
    def packs(self) -> frozenset[str] | None:
        """Those in force for the shop; None, all of them, before it has answered anything."""
        return chosen(self.rulebook, self.answers)

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        return {**self.rulebook.known, "shop": questions().facts(self.answers)}

    def consequences(self, answers: Answers) -> Consequences:
        """All that follows from these answers by the rulebook; worked out once."""
        key = canonical(answers)
        if key not in self._consequences:
            self._consequences[key] = consequences(self.rulebook, answers)
        return self._consequences[key]

    def program(self, kind: str) -> Program | None:
        """The program for a kind of timeline; None where no rule speaks of it."""
        if kind not in self._programs:
            with self._compiling:
                if kind not in self._programs:
                    rules = [rule for rule in self.rulebook.select(self.packs) if rule.on == kind]
                    made = self.rulebook.program(kind, rules, portable=self.portable) if rules else None
                    self._programs[kind] = made
        return self._programs[kind]

    def prepare(self) -> None:
        """Compiles all of them, so that nobody who sends the first event waits for it."""
        for kind in sorted({rule.on for rule in self.rulebook.select(self.packs)}):
            self.program(kind)

    def monitor(self, kind: str) -> Monitor | None:
        """A new watcher of a timeline of that kind."""
        program = self.program(kind)
        return Monitor(program, self.known) if program else None


_of_process: list[Judging] = []


def judging() -> Judging:
    """The one of this process."""
    if not _of_process:
        _of_process.append(
            Judging((settings.HOME.packs, settings.HOME.policy), answers_now, portable=settings.PORTABLE)
        )
    return _of_process[0]


def answers_now() -> Answers:
    """What the shop has answered; nothing before the first time."""
    found = newest()
    return found.answers if found else {}


def forget() -> None:
    """The rules or the shop's facts have changed: what was compiled is made again when it is next asked for."""
    _of_process.clear()
