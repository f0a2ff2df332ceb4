"""What somebody says of a course in a form becomes the files of a pack: the same as if they had been written by hand."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree
from typing import Final

import msgspec

from clearline.rulebook.asking import ORDER, SINGLE, WORDS
from clearline.rulebook.courses import COURSE, QUESTIONS, Course
from clearline.training.writing import notation
from clearline.training.writing.notation import Block

PACK: Final = "own-courses"
_PACK: Final = """\
title = "The shop's own courses"
about = "Written in the console; edit them there."
jurisdictions = []
"""
_TITLE: Final = re.compile(r"(?m)^(?=# )")


class Said(msgspec.Struct, frozen=True):
    """A course as it was said in the form."""

    slug: str
    title: str
    about: str
    minutes: int
    share: float
    asks: int
    roles: tuple[str, ...]
    lessons: str  # Markdown; each lesson begins with `# Title`
    questions: str  # as notation says
    status: str = "checked"
    serves: tuple[str, ...] = ()  # these stay what they were in a shipped course that is edited
    sources: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()


def of_course(course: Course) -> Said:
    """What the form says of a course that is there."""
    lessons = "\n".join(f"# {one.title}\n\n{one.text}" for one in course.lessons)
    asks = 0 if course.asks == len(course.questions) else course.asks
    return Said(
        course.id,
        course.title,
        course.about,
        course.minutes,
        course.share,
        asks,
        course.roles,
        lessons,
        notation.written(course.questions),
        course.status,
        course.serves,
        course.sources,
        course.obligations,
    )


def files(said: Said, number: int = 0) -> dict[str, str]:
    """The files of a course by their names in its folder; the same course gives the same bytes."""
    blocks, _ = notation.read(said.questions)
    parts = [part.strip() for part in _TITLE.split(said.lessons.replace("\r\n", "\n")) if part.strip()]
    lessons = {f"{place}-lesson.md": f"{part}\n" for place, part in enumerate(parts, 1)}
    return {COURSE: _course(said, number), QUESTIONS: "\n".join(map(_question, blocks)), **lessons}


def write(root: Path, courses: Iterable[tuple[Said, int]]) -> None:
    """Writes the pack of these courses into a folder of packs, and takes away what is not among them."""
    pack = root / PACK
    told = {said.slug: files(said, number) for said, number in courses}
    (pack / "courses").mkdir(parents=True, exist_ok=True)
    _whole(pack / "pack.toml", _PACK)
    for slug, texts in told.items():
        folder = pack / "courses" / slug
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            _whole(folder / name, text)
        for old in folder.iterdir():
            if old.name not in texts:
                old.unlink()
    for old in (pack / "courses").iterdir():
        if old.name not in told:
            rmtree(old)


def _whole(path: Path, text: str) -> None:
    """Each file is whole or is not there."""
    beside = path.with_name(f".{path.name}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _course(said: Said, number: int) -> str:
    lines = [
        f"title = {_text(said.title)}",
        f"about = {_text(said.about)}",
        f"minutes = {said.minutes}",
        f"pass = {said.share}",
        f"asks = {said.asks}",
        f"roles = {_list(said.roles)}",
        f"status = {_text(said.status)}",
        f"serves = {_list(said.serves)}",
        f"sources = {_list(said.sources)}",
        f"obligations = {_list(said.obligations)}",
        f"number = {number}",
    ]
    return "\n".join(lines) + "\n"


def _question(block: Block) -> str:
    lines = [
        "[[question]]",
        f"id = {_text(block.id)}",
        f"kind = {_text(block.kind)}",
        f"asks = {_text(block.asks)}",
    ]
    if block.kind == SINGLE:
        lines += [f"options = {_list(block.options)}", f"right = {_text(block.right[0])}"]
    elif block.kind == WORDS:
        lines += [f"transcript = {_list(block.transcript)}", f"right = {_list(block.right)}"]
    elif block.kind == ORDER:
        lines.append(f"right = {_list(block.right)}")
    else:
        lines += [f"options = {_list(block.options)}", f"right = {_list(block.right)}"]
    lines += [f"because = {_text(block.because)}", f"rules = {_list(block.rules)}"]
    return "\n".join(lines) + "\n"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """A basic string of TOML, in which every odd character stands as its number."""
    return json.dumps(text).replace("\x7f", "\\u007f")
