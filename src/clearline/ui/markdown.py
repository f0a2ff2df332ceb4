"""Markdown as HTML: what people write becomes headings, lists and links, and never code of the page.

Broken Markdown is no error: what can't be read as a mark stands there as it was typed.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER: Final = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block"])
_DEEPEST: Final = 4  # heading


def tokens(text: str) -> list[Token]:
    """The parts of a text, its headings below those of a page: the first level of a text is the second of the page, and none is left out."""
    found = _READER.parse(text)
    last = 1
    for one in found:
        if one.type == "heading_open":
            last = min(int(one.tag[1:]) + 1, last + 1, _DEEPEST)
        if one.type in {"heading_open", "heading_close"}:
            one.tag = f"h{last}"
    return found


def html(text: str) -> SafeString:
    """The text as a part of a page."""
    rendered: str = _READER.renderer.render(tokens(text), _READER.options, {})
    return mark_safe(rendered)  # noqa: S308 # the reader takes no HTML, and escapes all it is given


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Headings with the paragraphs below them, in plain words, for paper; what stands before the first heading has none."""
    found: list[tuple[str, list[str]]] = [("", [])]
    open_: list[str] = []
    for one in tokens(text):
        if one.nesting > 0:
            open_.append(one.type)
        elif one.nesting < 0:
            open_.pop()
        elif (told := _words(one)) and "heading_open" in open_:
            found.append((told, []))
        elif told:
            found[-1][1].append(f"\u2022 {told}" if "list_item_open" in open_ else told)
    return [part for part in found if part[0] or part[1]]


def _words(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    parts: Sequence[Token] = token.children or ()
    return "".join(" " if one.type in {"softbreak", "hardbreak"} else one.content for one in parts).strip()
