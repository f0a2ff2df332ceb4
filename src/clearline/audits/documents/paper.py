"""A report on paper: what stands in it as plain data, and the same as PDF/A that any reader opens in thirty years.

Set by Typst from `report.typ`. Texts are texts there: what people typed is never read as markup.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from clearline.audits.documents.told import moment
from clearline.engine.events import Instant
from clearline.ui.charts import Drawing, printed

_TEMPLATE: Final = Path(__file__).with_name("report.typ")

# What the typeface that comes with Typst has letters for, tried one by one: Latin, Greek, Cyrillic, signs. PDF/A allows no letter without a shape.
_STRANGE: Final = re.compile(
    "[^\\n -~\u00a1-\u00ac\u00ae-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u1e00-\u1eff\u2010-\u2027"
    "\u2030-\u2040\u2044-\u2052\u2054-\u205e\u20a0-\u20bf\u2100-\u211e\u2126-\u2151\u2153-\u2184\u2190-\u22ff]"
)

Facts = Sequence[tuple[str, ...]]
"""Pairs of a word and what it is; with a third member the second is a hash, which breaks anywhere."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, whose widths are shares of the line; what is said where there are no rows."""

    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: Sequence[tuple[str, ...]]
    none: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something numbered, as a nonconformity is: its facts, what is said of it, and a table."""

    title: str
    facts: Facts = ()
    words: Sequence[str] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a paper."""

    title: str
    words: Sequence[str] = ()
    chart: Drawing | None = None
    facts: Facts = ()
    table: Table | None = None
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """All of a report."""

    title: str
    name: str  # its number, on each page
    kind: str  # what sort of a paper it is
    by: str
    about: str
    foot: str
    facts: Facts
    says: Sequence[str]  # in a few sentences, for who reads no further
    parts: Sequence[Part] = field(default=())
    language: str = "en"


def pdf(paper: Paper, at: Instant) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1, dated; the same for the same paper, to the byte.

    Letters that the typeface lacks (Chinese, Arabic, …) stand as their numbers, as in [U+65E5].
    """
    told = _shown(
        msgspec.to_builtins(replace(paper, parts=[replace(part, chart=None) for part in paper.parts]))
    )
    for part, was in zip(told["parts"], paper.parts, strict=True):
        part["chart"] = was.chart and {
            "title": was.chart.title,
            "told": f"{was.chart.title}. {was.chart.told}",
            "drawing": printed(was.chart),
        }
    made = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],  # ISO 19005-2 and ISO 14289-1: kept for long, and read aloud
        sys_inputs={"told": msgspec.json.encode(told).decode()},
        timestamp=moment(at),
        ignore_system_fonts=True,  # the same on each machine
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst has made no single PDF; is its version the one that is locked?")
    return made


def _shown(told: Any) -> Any:
    """The same with every text in letters that can be set."""
    if isinstance(told, str):
        composed = unicodedata.normalize("NFC", told).replace("\u00a0", " ").replace("\t", " ")
        return _STRANGE.sub(lambda found: f"[U+{ord(found.group()):04X}]", composed)
    if isinstance(told, list | tuple):
        return [_shown(one) for one in told]
    return {name: _shown(one) for name, one in told.items()} if isinstance(told, dict) else told
