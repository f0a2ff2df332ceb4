"""Courses as their folders say them: lessons in Markdown, and questions that show whether they were understood."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from clearline.rulebook.asking import Question, read_questions
from clearline.rulebook.definitions import SLUG
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import SHOWN, Pack, RuleEntry
from clearline.rulebook.faults import Fault, meant
from clearline.rulebook.lessons import Lesson, read_lesson
from clearline.rulebook.locked import Locked, of_course
from clearline.rulebook.shapes import CourseFile

COURSE, QUESTIONS = "course.toml", "questions.toml"
ROLES: Final = ("agent", "supervisor", "analyst", "officer", "auditor", "administrator")
LESSON: Final = re.compile(r"(\d+)-[a-z0-9-]+\.md")


@dataclass(frozen=True, slots=True)
class Course:
    """What somebody has to know, and how it is seen that they do; a certificate belongs to its version."""

    id: str
    pack: str
    path: Path
    title: str
    about: str
    minutes: int
    share: float  # of right answers, to pass
    asks: int  # questions that a test draws
    roles: tuple[str, ...]  # who gets it on joining
    serves: tuple[str, ...]  # packs beside its own
    status: str
    sources: tuple[str, ...]
    obligations: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    questions: tuple[Question, ...]
    number: int  # of its version; 0 until it is locked
    hash: str  # SHA-256 of what it means, in hex

    @property
    def version(self) -> str:
        """The number of the version and the first characters of its hash."""
        return f"{self.number}-{self.hash[:SHOWN]}"

    @property
    def rules(self) -> frozenset[str]:
        """The rules that its questions are tied to."""
        return frozenset(name for one in self.questions for name in one.rules)

    def question(self, name: str) -> Question | None:
        return next((one for one in self.questions if one.id == name), None)

    def passes(self, right: int, asked: int) -> bool:
        """Whether so many right answers are enough."""
        return asked > 0 and right >= self.share * asked - 1e-9


class CourseReader:
    """Reads one folder; what is wrong with it stands in `faults` and in the documents."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.folder, self.pack = folder, pack
        self.document = Document(folder / COURSE)
        self.questions = Document(folder / QUESTIONS)
        self.faults: list[Fault] = []

    @property
    def documents(self) -> dict[Path, Document]:
        return {one.path: one for one in (self.document, self.questions)}

    def course(
        self, packs: Mapping[str, Pack], rules: Mapping[str, RuleEntry], locks: Mapping[str, Locked]
    ) -> Course | None:
        """The course; None, with faults, where something is wrong with a file of it."""
        name = self.folder.name
        if not SLUG.fullmatch(name):
            self.document.fault(f"the folder's name `{name}` is no slug", "Use small letters, digits and -")
        file = self.document.shaped(self.document.tables, CourseFile) if self.document.tables else None
        if file is not None:
            self._check(file, packs)
        lessons = self._lessons()
        questions = read_questions(self.questions, rules)
        if file is not None and file.asks > len(questions):
            told = f"a test asks {file.asks} questions, and there are {len(questions)}"
            self.document.fault(told, "Ask fewer, or write more", "asks")
        if file is None or self.faults or self.document.faults or self.questions.faults:
            if file is None and not self.document.faults:
                self.document.fault("the file is empty", "Give it a title and say what the course is about")
            return None
        found = _hashed(file, lessons, questions)
        locked = locks.get(of_course(name))
        return Course(
            name,
            self.pack.name,
            self.folder,
            file.title,
            file.about,
            file.minutes,
            file.share,
            file.asks or len(questions),
            tuple(file.roles),
            tuple(file.serves),
            file.status,
            tuple(file.sources),
            tuple(file.obligations),
            lessons,
            questions,
            locked.version if locked else file.number,
            found,
        )

    def _check(self, file: CourseFile, packs: Mapping[str, Pack]) -> None:
        fault = self.document.fault
        for key, text in (("title", file.title), ("about", file.about)):
            if not text.strip():
                fault(f"`{key}` is empty", "Say in a few words what the course is", key)
        if file.minutes < 1:
            fault(f"`minutes` is {file.minutes}", "Say how long it takes", "minutes")
        if not 0 < file.share <= 1:
            mend = "Write the share of right answers that is enough: 0.8 is four out of five"
            fault(f"`pass` is {file.share}", mend, "pass")
        if file.asks < 0:
            fault(f"`asks` is {file.asks}", "Say how many questions a test asks", "asks")
        for number, role in enumerate(file.roles):
            if role not in ROLES:
                fault(f"there is no role `{role}`", meant(role, ROLES), "roles", number)
        for number, name in enumerate(file.serves):
            if name not in packs:
                fault(f"there is no pack `{name}`", meant(name, packs), "serves", number)
        known = {key for one in packs.values() for key in one.sources}
        for number, source in enumerate(file.sources):
            if source not in known:
                mend = "Write it into [sources] of pack.toml"
                fault(f"no pack has a source `{source}`", mend, "sources", number)

    def _lessons(self) -> tuple[Lesson, ...]:
        found: list[tuple[int, Lesson]] = []
        for path in sorted(self.folder.glob("*")):
            if path.name in {COURSE, QUESTIONS} or path.name.startswith("."):
                continue
            name = LESSON.fullmatch(path.name)
            if name is None:
                told = f"A course is {COURSE}, {QUESTIONS} and lessons called 1-<slug>.md, 2-<slug>.md, …"
                self.faults.append(Fault(path, 1, None, "nobody reads this file", told))
                continue
            lesson, faults = read_lesson(path)
            self.faults += faults
            if any(number == int(name[1]) for number, _ in found):
                self.faults.append(
                    Fault(path, 1, None, f"there is a lesson {name[1]} already", "Rename this file")
                )
            if lesson is not None:
                found.append((int(name[1]), lesson))
        if not found and not self.faults:
            self.document.fault("the course has no lesson", "Write one into a file called 1-<slug>.md")
        return tuple(lesson for _, lesson in sorted(found, key=lambda one: one[0]))


def _hashed(file: CourseFile, lessons: tuple[Lesson, ...], questions: tuple[Question, ...]) -> str:
    """What is taught and asked; who gets it, how long it takes and where it comes from do not count."""
    told = [file.share, file.asks, [[one.title, one.text] for one in lessons], questions]
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()
