"""Reads a rule's file: everything that can be seen without trying its examples."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from clearline.engine.durations import instant_of
from clearline.engine.errors import RuleError
from clearline.engine.events import Instant
from clearline.engine.grammar import parse_sentence
from clearline.engine.program import Compiler, Program
from clearline.engine.rules import Rule
from clearline.engine.sentences import Sentence
from clearline.rulebook.definitions import READABLE, SLUG
from clearline.rulebook.documents import Document
from clearline.rulebook.entries import SHOWN, Example, Pack, RuleEntry
from clearline.rulebook.faults import meant
from clearline.rulebook.lines import begin, read_event, read_outcome
from clearline.rulebook.locked import Locked
from clearline.rulebook.meanings import hashed
from clearline.rulebook.names import conditions
from clearline.rulebook.scopes import Scope
from clearline.rulebook.shapes import ExampleTable, RuleFile

TODO = "TODO"
KEEPING = ("kept", "open")


class RuleReader:
    """Reads one rule and notes what is wrong with it in its document."""

    def __init__(self, document: Document, pack: Pack, scope: Scope) -> None:
        self.document = document
        self.pack = pack
        self.scope = scope

    def entry(self, tables: Mapping[str, Any], locks: Mapping[str, Locked]) -> RuleEntry | None:
        """The rule; None where something is wrong with its file."""
        document, slug = self.document, self.document.path.stem
        if not SLUG.fullmatch(slug):
            document.fault(f"the file's name `{slug}` is no slug", "Use small letters, digits and -")
        file = document.shaped(document.tables, RuleFile) if document.tables else None
        if file is None:
            if not document.faults:
                document.fault("the file is empty", "`clearline rules new` shows what a rule looks like")
            return None
        self._check(file)
        examples = tuple(self._examples(file))
        rule = self._rule(slug, file)
        if rule is None or any(not fault.warning for fault in document.faults):
            return None
        found = hashed(rule, _texts(file), self.scope, tables)
        return self._entry(file, rule, examples, found, locks[slug].version if slug in locks else 0)

    def _entry(
        self, file: RuleFile, rule: Rule, examples: tuple[Example, ...], found: str, number: int
    ) -> RuleEntry:
        return RuleEntry(
            id=rule.id,
            pack=self.pack.name,
            path=self.document.path,
            title=file.title,
            cites=tuple(file.cites),
            on=file.on,
            when=file.when,
            sentences=_texts(file),
            severity=file.severity,
            prompt=file.prompt,
            deed=file.deed,
            lesson=file.lesson,
            since=file.since,
            until=file.until,
            status=file.status,
            sources=tuple(file.sources),
            obligations=tuple(file.obligations),
            note=file.note,
            examples=examples,
            rule=replace(rule, version=f"{number}-{found[:SHOWN]}"),
            number=number,
            hash=found,
        )

    def _rule(self, slug: str, file: RuleFile) -> Rule | None:
        """The rule as the engine is given it; None where a sentence can't be read."""
        texts = _texts(file)
        paths: list[tuple[str | int, ...]] = [("rule",)]
        if not isinstance(file.rule, str):
            paths = [("rule", number) for number in range(len(texts))]
        sentences = [self._sentence(text, *path) for text, path in zip(texts, paths, strict=True)]
        rule = Rule(
            id=slug,
            on=file.on,
            sentences=tuple(sentence for sentence in sentences if sentence is not None),
            title=file.title,
            cites=tuple(file.cites),
            when=file.when or None,
            severity=file.severity,
            prompt=file.prompt,
            since=_midnight(file.since),
            until=_midnight(file.until),
        )
        kind = next((kind for kind in self.scope.kinds if kind.name == file.on), None)
        if not self.scope.sound or kind is None:
            return rule if None not in sentences else None
        compiler = Compiler(Program(kind, (rule,)), self.scope.signals, self.scope.states, self.scope.kinds)
        for sentence, path in zip(sentences, paths, strict=True):
            try:
                if sentence is not None:
                    compiler.clause(rule, sentence)
            except RuleError as error:
                self.document.error(error, *path)
        return rule if None not in sentences else None

    def _sentence(self, text: str, *path: str | int) -> Sentence | None:
        try:
            sentence = self.scope.names.sentence(parse_sentence(text))
        except RuleError as error:
            self.document.error(error, *path)
            return None
        before = len(self.document.faults)
        for condition in conditions(sentence):
            self.scope.check(self.document, condition, *path, offset=text.find(condition))
        return sentence if len(self.document.faults) == before else None

    def _check(self, file: RuleFile) -> None:
        document = self.document
        for key, value in document.tables.items():
            for number, text in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(text, str) and text.startswith(TODO):
                    path = (key, number) if isinstance(value, list) else (key,)
                    document.fault(f"`{key}` is still to be written", _left(text), *path)
        if not file.cites:
            document.fault("the citation is missing", 'Name the law, as in cites = ["16 CFR 310.4"]', "cites")
        if not file.rule:
            document.fault("the rule says nothing", "Write a sentence", "rule")
        kinds = [kind.name for kind in self.scope.kinds]
        if file.on not in kinds:
            document.fault(f"`{file.on}` is no kind of timeline", meant(file.on, kinds), "on")
        if file.since and file.until and file.since >= file.until:
            told = f"the rule ends ({file.until}) before it begins ({file.since})"
            document.fault(told, "`to` is the first day on which it is no longer in force", "to")
        for number, source in enumerate(file.sources):
            if source not in self.pack.sources:
                document.fault(
                    f"there is no source `{source}` in pack.toml",
                    meant(source, self.pack.sources),
                    "sources",
                    number,
                )
        if file.when:
            self._check_when(file.when)

    def _check_when(self, when: str) -> None:
        before = len(self.document.faults)
        self.scope.check(self.document, when, "when")
        # `has(call.x)` is false as long as nothing is known: that does not make it false for ever.
        sound = len(self.document.faults) == before and "has(" not in when
        if sound and self.scope.conditions.compile(when).truth({})[0] is False:
            self.document.fault(
                "the rule can never apply: `when` is always false", "Mend or drop the condition", "when"
            )

    def _examples(self, file: RuleFile) -> Iterator[Example]:
        words = set()
        for number, table in enumerate(file.example):
            found = self.document.shaped(table, ExampleTable, "example", number)
            if found is None:
                words |= {"broken", *KEEPING}  # one fault is enough
                continue
            words.add(self._example(found, number))
            yield Example(found.title, tuple(found.events), found.outcome, found.facts)
        if "broken" not in words:
            self.document.fault("no example breaks the rule", 'Add an [[example]] with is = "broken at ..."')
        if not words.intersection(KEEPING):
            self.document.fault("no example keeps the rule", 'Add an [[example]] with is = "kept"')

    def _example(self, example: ExampleTable, number: int) -> str:
        """Checks that an example can be read; its outcome's word."""
        path = ("example", number)
        if example.title.startswith(TODO):
            self.document.fault("`title` is still to be written", _left(example.title), *path, "title")
        given = {*self.scope.conditions.names} - READABLE | {"facts", "shop"}
        for area in example.facts:
            if area not in given:
                self.document.fault(
                    f"`{area}` is nothing that has facts", meant(area, given), *path, "facts", area
                )
        if not example.events:
            self.document.fault("nothing happens in the example", "Write its events", *path, "events")
            return ""
        where: str | int = "events"
        start = None
        for index, line in enumerate(example.events):
            try:
                start = begin(line) if start is None else start
                read_event(line, index, start)
            except RuleError as error:
                self.document.error(error, *path, where, index)
                return example.outcome.split(" ")[0]
        try:
            return read_outcome(example.outcome, start or 0).word
        except RuleError as error:
            self.document.error(error, *path, "is")
            return ""


def _texts(file: RuleFile) -> tuple[str, ...]:
    return (file.rule,) if isinstance(file.rule, str) else tuple(file.rule)


def _midnight(day: date | None) -> Instant | None:
    return instant_of(datetime.combine(day, time.min, UTC)) if day is not None else None


def _left(todo: str) -> str:
    """What a TODO says is left to do, as a sentence."""
    told = todo.removeprefix(TODO).strip(": ")
    return told[:1].upper() + told[1:]
