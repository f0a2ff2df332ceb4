"""Questions of a course: what is asked, which answers there are to choose from, and which are right."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from clearline.rulebook.definitions import SLUG
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import RuleEntry
from clearline.rulebook.faults import meant
from clearline.rulebook.shapes import CourseQuestionTable

SINGLE, MULTIPLE, ORDER, WORDS = "single", "multiple", "order", "words"
FEWEST, MOST = 2, 6  # options
SPEAKERS: Final = ("agent", "customer")
_LINE: Final = re.compile(r"(agent|customer): +(\S.*)")
_PIECE: Final = re.compile(r"\S.*?(?:[.,;:?!\u2013\u2014](?=\s|$)|$)\s*")


class Piece(NamedTuple):
    """Some words of a transcript that can be chosen together."""

    line: int
    text: str
    start: int  # in the line's words
    end: int


class Question(NamedTuple):
    """One question. Its choices are numbered in the order of the file; an answer is the numbers that were chosen."""

    id: str
    kind: str
    asks: str
    options: tuple[str, ...]  # for `order` what is put in order, rightly ordered
    right: tuple[str, ...]
    transcript: tuple[tuple[str, str], ...]  # who, and what they say
    rules: tuple[str, ...]
    because: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The transcript in parts of sentences."""
        return tuple(
            Piece(number, one[0].strip(), one.start(), one.end())
            for number, (_, words) in enumerate(self.transcript)
            for one in _PIECE.finditer(words)
        )

    @property
    def choices(self) -> tuple[str, ...]:
        """What there is to choose from."""
        return tuple(one.text for one in self.pieces) if self.kind == WORDS else self.options

    @property
    def key(self) -> tuple[int, ...]:
        """The right answer: for `order` all of them in order, else those to choose, rising."""
        if self.kind == ORDER:
            return tuple(range(len(self.options)))
        if self.kind != WORDS:
            return tuple(number for number, one in enumerate(self.options) if one in self.right)
        return tuple(number for number, one in enumerate(self.pieces) if self._is_right(one))

    def is_right(self, answer: Collection[int]) -> bool:
        """Whether these are the right choices, all of them and no others."""
        given = tuple(answer) if self.kind == ORDER else tuple(sorted(answer))
        return given == self.key

    def _is_right(self, piece: Piece) -> bool:
        words = self.transcript[piece.line][1]
        return any(
            start < piece.end and piece.start < start + len(right)
            for right in self.right
            if (start := words.find(right)) >= 0
        )


def read_questions(document: Document, rules: Mapping[str, RuleEntry]) -> tuple[Question, ...]:
    """The questions of a file; faults stand in its document."""
    for key in document.tables:
        if key != "question":
            document.fault(f"`{key}` is not read here", "Questions stand under [[question]]", key)
    tables = document.tables.get("question", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        document.fault("`question` is no list of tables", "Write [[question]]", "question")
        return ()
    if not tables and not document.faults:
        document.fault("nothing is asked", "Add a [[question]]")
    ids = [str(table.get("id")) for table in tables]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            path = ("question", number, "id")
            document.fault(f"the id `{name}` is taken", "Give each question its own", *path)
    read = (_question(document, table, number, rules) for number, table in enumerate(tables))
    return tuple(one for one in read if one is not None)


def _question(
    document: Document, table: dict[str, object], number: int, rules: Mapping[str, RuleEntry]
) -> Question | None:
    path = ("question", number)
    found = document.shaped(table, CourseQuestionTable, *path)
    if found is None:
        return None
    if not SLUG.fullmatch(found.id):
        document.fault(f"the id `{found.id}` is no slug", "Use small letters, digits and -", *path, "id")
    for key, text in (("asks", found.asks), ("because", found.because)):
        if not text.strip():
            mend = "Say what is asked" if key == "asks" else "Say why the right answer is right"
            document.fault(f"`{key}` is empty", mend, *path, key)
    for place, name in enumerate(found.rules):
        if name not in rules:
            document.fault(f"there is no rule `{name}`", meant(name, rules), *path, "rules", place)
    before = len(document.faults)
    for told, mend, *where in _wrong(found):
        document.fault(told, mend, *path, *where)
    if len(document.faults) > before:
        return None
    right = (found.right,) if isinstance(found.right, str) else tuple(found.right)
    lines = tuple((one[1], one[2]) for line in found.transcript if (one := _LINE.fullmatch(line)))
    options = right if found.kind == ORDER else tuple(found.options)
    rules_ = tuple(found.rules)
    return Question(found.id, found.kind, found.asks, options, right, lines, rules_, found.because)


def _wrong(found: CourseQuestionTable) -> Iterator[tuple[str, str, *tuple[str | int, ...]]]:
    """What is said of the answers, and can't be."""
    one = found.kind == SINGLE
    if isinstance(found.right, str) != one:
        told = "one text" if one else "a list"
        yield f"`right` of a `{found.kind}` question is {told}", "", "right"
        return
    right = [found.right] if isinstance(found.right, str) else found.right
    if not right or not all(text.strip() for text in right):
        yield "the question has no right answer", "Say under `right` which it is", "right"
    if found.kind != WORDS and found.transcript:
        yield "only a `words` question has a transcript", 'Write `kind = "words"`', "transcript"
    if found.kind in {ORDER, WORDS} and found.options:
        yield f"a `{found.kind}` question has no options", "Leave them out", "options"
    if found.kind in {SINGLE, MULTIPLE}:
        yield from _wrong_options(found, right)
    elif found.kind == ORDER and not (FEWEST <= len(right) <= MOST and len(set(right)) == len(right)):
        told = f"{FEWEST} to {MOST} different things can be put in order"
        yield told, f"There are {len(set(right))}", "right"
    elif found.kind == WORDS:
        yield from _wrong_words(found, right)


def _wrong_options(
    found: CourseQuestionTable, right: list[str]
) -> Iterator[tuple[str, str, *tuple[str | int, ...]]]:
    if not FEWEST <= len(found.options) <= MOST or len(set(found.options)) < len(found.options):
        yield f"a question has {FEWEST} to {MOST} different options", "", "options"
    for number, text in enumerate(right):
        if text not in found.options:
            where: tuple[str | int, ...] = ("right",) if found.kind == SINGLE else ("right", number)
            yield f"the right answer `{text}` is not among the options", meant(text, found.options), *where
    if found.kind == MULTIPLE and found.options and set(found.options) <= set(right):
        yield "all options are right, so that nothing is asked", "Add one that is not", "right"


def _wrong_words(
    found: CourseQuestionTable, right: list[str]
) -> Iterator[tuple[str, str, *tuple[str | int, ...]]]:
    lines = [_LINE.fullmatch(line) for line in found.transcript]
    if not lines:
        yield "there is no transcript to look at", "Write its lines under `transcript`", "transcript"
    for number, line in enumerate(lines):
        if line is None:
            mend = "Write `agent: …` or `customer: …`"
            yield f"`{found.transcript[number]}` does not say who speaks", mend, "transcript", number
    for number, text in enumerate(right):
        if not any(line and text in line[2] for line in lines):
            mend = "Copy them from one line, as they stand there"
            yield f"no line of the transcript holds the words `{text}`", mend, "right", number
