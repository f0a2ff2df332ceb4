"""Reads what a pack defines: its sources, kinds of timelines, signals, states and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clearline.engine import topics
from clearline.engine.durations import Span, parse_span
from clearline.engine.errors import PhraseError, SentenceError
from clearline.engine.grammar import KEYWORDS, parse_term
from clearline.engine.hearing import SPEAKING
from clearline.engine.phrases import parse
from clearline.engine.program import FACT
from clearline.engine.rules import KINDS, Kind, Signal, StateDefinition
from clearline.rulebook.documents import Document, Shape
from clearline.rulebook.entries import Pack, SignalEntry, Source
from clearline.rulebook.faults import meant
from clearline.rulebook.names import in_full
from clearline.rulebook.shapes import KindTable, PackFile, SignalTable, SourceTable, StateTable

FILES = ("pack.toml", "signals.toml", "states.toml", "tables.toml")
SPEAKERS = ("agent", "customer", "system")
ENTITIES = (
    *(topics.CARD, topics.CODE, topics.EXPIRY, topics.SSN, topics.ACCOUNT, topics.IBAN),
    *(topics.EMAIL, topics.PHONE, topics.BIRTH, topics.ONE_TIME, topics.PIN, topics.SECURITY_ANSWER),
    *(topics.CARD_BEGINS, topics.CODE_BEGINS, topics.ACCOUNT_BEGINS),
)
READABLE = {"data", "facts", "shop", "tables"}  # what conditions read beside kinds of timelines
NAME = re.compile(r"[a-z][a-z0-9_]*")
SLUG = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Definitions:
    """A pack and the files that define it; a file that is not there is empty."""

    pack: Pack
    documents: dict[str, Document]

    @property
    def sound(self) -> bool:
        return not any(document.faults for document in self.documents.values())


def define(root: Path, name: str) -> Definitions:
    """The pack of that name in a folder of packs; what can't be read is left out, with a fault."""
    documents = {file: Document(root / name / file) for file in FILES if (root / name / file).exists()}
    if "pack.toml" not in documents:
        documents["pack.toml"] = Document(root / name / "pack.toml")
    document = documents["pack.toml"]
    if not SLUG.fullmatch(name):
        document.fault(f"the folder's name `{name}` is no slug", "Use small letters, digits and -")
    pack = Pack(name, name, "", (), (), root)
    if document.tables and (found := document.shaped(document.tables, PackFile)):
        pack = replace(
            pack,
            title=found.title,
            about=found.about,
            jurisdictions=tuple(found.jurisdictions),
            uses=tuple(found.uses),
            concerns={fact: tuple(values) for fact, values in found.concerns.items()},
            sources={
                key: Source(key, table.title, table.primary)
                for key, table in _tables(document, found.sources, SourceTable, "sources")
            },
            kinds=dict(_kinds(document, found.kinds)),
        )
    if "signals.toml" in documents:
        pack = replace(pack, signals=dict(_signals(name, documents["signals.toml"])))
    if "states.toml" in documents:
        pack = replace(pack, states=dict(_states(name, documents["states.toml"])))
    if "tables.toml" in documents:
        pack = replace(pack, tables=documents["tables.toml"].tables)
    return Definitions(pack, documents)


def _kinds(document: Document, found: dict[str, Any]) -> Iterator[tuple[str, Kind]]:
    for name, table in _tables(document, found, KindTable, "kinds"):
        if name in READABLE or name in {kind.name for kind in KINDS}:
            document.fault(f"`{name}` already means something else", "Choose another name", "kinds", name)
        yield name, Kind(name, table.ends or None)


def _signals(pack: str, document: Document) -> Iterator[tuple[str, SignalEntry]]:
    for name, table in _tables(document, document.tables, SignalTable):
        _check_name(document, name)
        _check_signal(document, name, table)
        speakers = [table.by] if isinstance(table.by, str) else table.by
        signal = Signal(
            in_full(pack, name),
            by=() if "anyone" in speakers else tuple(speakers),
            phrases=tuple(_phrases(document, name, "phrases", table.phrases)),
            unless=tuple(_phrases(document, name, "unless", table.unless)),
            entity=table.entity if table.entity in ENTITIES else None,
            events=tuple(table.events),
            where=table.where or None,
            sets=table.sets,
        )
        yield name, SignalEntry(table.title, signal, tuple(table.examples), tuple(table.near_misses))


def _check_signal(document: Document, name: str, table: SignalTable) -> None:
    for speaker in [table.by] if isinstance(table.by, str) else table.by:
        if speaker not in (*SPEAKERS, "anyone"):
            document.fault(
                f"`{speaker}` is nobody who speaks", meant(speaker, (*SPEAKERS, "anyone")), name, "by"
            )
    if not table.phrases and not table.entity and not table.events:
        document.fault(f"nothing shows `{name}`", "Give it phrases, an entity or events", name)
    if table.entity and table.entity not in ENTITIES:
        document.fault(f"`{table.entity}` is no entity", meant(table.entity, ENTITIES), name, "entity")
    if table.unless and not table.phrases:
        document.fault("`unless` takes back phrases, and there are none", "Give it phrases", name, "unless")
    for number, event in enumerate(table.events):
        if "." not in event:
            told = "A type of event has a dot, as in order.placed"
            document.fault(f"`{event}` is no type of event", told, name, "events", number)
    for target in table.sets:
        if not FACT.fullmatch(target):
            document.fault(f"`{target}` is no fact", "Write a name, or name[KEY]", name, "sets", target)


def _phrases(document: Document, name: str, key: str, phrases: list[str]) -> Iterator[str]:
    for number, phrase in enumerate(phrases):
        try:
            parse(phrase)
        except PhraseError as error:
            document.error(error, name, key, number)
        else:
            yield phrase


def _states(pack: str, document: Document) -> Iterator[tuple[str, StateDefinition]]:
    for name, table in _tables(document, document.tables, StateTable):
        _check_name(document, name)
        where = "from"
        try:
            starts = parse_term(table.starts)
            where = "to"
            ends = parse_term(table.ends) if table.ends else None
        except SentenceError as error:
            document.error(error, name, where)
            continue
        lasts = _span(document, name, table.lasts)
        if ends is None and lasts is None and not table.lasts:
            document.fault(f"`{name}` never ends", "Give it `to` or `lasts`", name, warning=True)
        yield (
            name,
            StateDefinition(
                in_full(pack, name), starts, ends, lasts, table.key or None, table.before, table.title
            ),
        )


def _span(document: Document, name: str, text: str) -> Span | None:
    try:
        return parse_span(text) if text else None
    except SentenceError as error:
        document.error(error, name, "lasts")
        return None


def _check_name(document: Document, name: str) -> None:
    if not NAME.fullmatch(name):
        document.fault(f"`{name}` can't be a name", "Use small letters, digits and _, a letter first", name)
    elif name in KEYWORDS or name in SPEAKING:
        document.fault(f"`{name}` is a word of the rule language", "Choose another name", name)


def _tables(
    document: Document, found: dict[str, Any], shape: type[Shape], *path: str
) -> Iterator[tuple[str, Shape]]:
    for name, table in found.items():
        if not isinstance(table, dict):
            document.fault(
                f"`{name}` stands outside a table", f"Write [{'.'.join([*path, name])}]", *path, name
            )
        elif (shaped := document.shaped(table, shape, *path, name)) is not None:
            yield name, shaped
