"""A lesson of a course: Markdown with a title; marks that would stand on the page as they were typed are faults."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from clearline.rulebook.faults import Fault

_READER: Final = MarkdownIt("commonmark")
_TITLE: Final = re.compile(r"# +(\S.*?) *#*")
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
_LEFT: Final = re.compile(r"\*\*|__|\]\(|`")  # marks that the reader took for words


class Lesson(NamedTuple):
    """A page of a course."""

    title: str
    text: str  # below the title
    name: str  # of its file


def read_lesson(path: Path) -> tuple[Lesson | None, list[Fault]]:
    """The lesson, or what is wrong with it."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        return None, [Fault(path, 1, None, f"the file can't be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, [Fault(path, line, None, "the file is not UTF-8", "Save it as UTF-8")]
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    title = _TITLE.fullmatch(first)
    faults = [Fault(path, line, None, told, mend) for line, told, mend in _faults(first, rest)]
    if title is None or faults:
        return None, faults
    return Lesson(title[1], rest.strip() + "\n", path.name), []


def _faults(first: str, rest: str) -> Iterator[tuple[int, str, str]]:
    if not _TITLE.fullmatch(first):
        yield 1, "the lesson has no title", "Write `# Title` into its first line"
    if not rest.strip():
        yield 1, "the lesson says nothing", "Write its text below the title"
    for token in _READER.parse(rest):
        line = (token.map[0] if token.map else 0) + 2
        if token.type == "heading_open" and token.tag == "h1":
            yield line, "there is a second title", "Write `##` for the headings below it"
        elif token.type == "html_block":
            yield line, "HTML is not read here", "Write it in Markdown"
        elif token.type == "fence" and token.map and not _is_closed(token, rest):
            yield line, "this block of code never ends", "Close it with the same marks"
        elif token.type == "inline":
            yield from ((line, told, mend) for told, mend in _inline(token))


def _is_closed(token: Token, text: str) -> bool:
    assert token.map is not None
    last = text.split("\n")[token.map[1] - 1]
    found = _FENCE.match(last)
    return found is not None and found[1].startswith(token.markup) and token.map[1] - token.map[0] > 1


def _inline(token: Token) -> Iterator[tuple[str, str]]:
    for one in token.children or ():
        if one.type == "html_inline":
            yield f"HTML is not read here: `{one.content}`", "Write it in Markdown"
        elif one.type == "image":
            yield "pictures are not shown in lessons", "Say it in words"
        elif one.type == "link_open" and not one.attrGet("href"):
            yield "this link leads nowhere", "Write its address between the brackets"
        elif one.type == "text" and (left := _LEFT.search(one.content)):
            yield f"`{left[0]}` marks nothing here", "Close the mark, or write a backslash before it"
