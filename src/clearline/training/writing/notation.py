"""Questions as plain text, so that whoever writes a course needs no TOML: one block for each, with a blank line between.

    ? How soon is the number put on the list?
    * At once                             the right answer; with several the question has several
    - By the end of the month             another answer
    ! The next call could come in an hour.
    @ opt-out-recorded-at-once            a rule that it is tied to

Lines `1.`, `2.` … are things to be put in order; `agent: …` and `customer: …` are a transcript, in which [the words that
break the rule] stand in brackets. `{slug}` after the question keeps its name when its wording changes.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from clearline.rulebook.asking import MULTIPLE, ORDER, SINGLE, WORDS, Question

_ID: Final = re.compile(r"(.*?)\s*\{([a-z0-9-]+)\}")
_ITEM: Final = re.compile(r"\d+[.)]\s+(\S.*)")
_SAID: Final = re.compile(r"(agent|customer):\s+(\S.*)")
_MARKED: Final = re.compile(r"\[([^\[\]]+)\]")
_LONGEST: Final = 40  # characters of a name that is made of the words


class Block(msgspec.Struct, frozen=True):
    """A question as it was written."""

    id: str
    kind: str
    asks: str
    right: tuple[str, ...]
    because: str
    rules: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    transcript: tuple[str, ...] = ()


def read(text: str) -> tuple[list[Block], list[str]]:
    """The questions, and what can't be read, each with its line."""
    blocks: list[Block] = []
    faults: list[str] = []
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            lines.append((number, line.strip()))
        elif lines:
            blocks.append(_block(lines, faults))
            lines = []
    return blocks, faults


def _block(lines: list[tuple[int, str]], faults: list[str]) -> Block:
    asks, name, because = "", "", ""
    right: list[str] = []
    options: list[str] = []
    ordered: list[str] = []
    transcript: list[str] = []
    rules: list[str] = []
    for number, line in lines:
        mark, rest = line[0], line[1:].strip()
        if mark == "?":
            found = _ID.fullmatch(rest)
            asks, name = (found[1], found[2]) if found else (rest, "")
        elif mark in "*-":
            options.append(rest)
            right += [rest] if mark == "*" else []
        elif mark == "!":
            because = f"{because} {rest}".strip()
        elif mark == "@":
            rules += rest.replace(",", " ").split()
        elif item := _ITEM.fullmatch(line):
            ordered.append(item[1])
        elif said := _SAID.fullmatch(line):
            right += _MARKED.findall(said[2])
            transcript.append(f"{said[1]}: {_MARKED.sub(lambda one: one[1], said[2])}")
        else:
            faults.append(f"Line {number} begins with none of ? * - ! @, a number, `agent:` or `customer:`.")
    if not asks:
        faults.append(f"Line {lines[0][0]}: the question is missing. Begin it with `?`.")
    kind = WORDS if transcript else ORDER if ordered else SINGLE if len(right) == 1 else MULTIPLE
    return Block(
        name or _slug(asks),
        kind,
        asks,
        tuple(ordered if kind == ORDER else right),
        because,
        tuple(rules),
        tuple(options),
        tuple(transcript),
    )


def written(questions: Iterable[Question]) -> str:
    """The same text for questions that are there."""
    return "\n\n".join("\n".join(_lines(one)) for one in questions) + "\n"


def _lines(question: Question) -> Iterable[str]:
    yield f"? {question.asks} {{{question.id}}}"
    if question.kind == WORDS:
        for by, words in question.transcript:
            marked = words
            for right in question.right:
                marked = marked.replace(right, f"[{right}]", 1)
            yield f"{by}: {marked}"
    elif question.kind == ORDER:
        yield from (f"{number}. {text}" for number, text in enumerate(question.right, 1))
    else:
        yield from (f"{'*' if text in question.right else '-'} {text}" for text in question.options)
    yield f"! {question.because}"
    if question.rules:
        yield f"@ {' '.join(question.rules)}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST].strip("-") or "question"
