"""Rules and obligations as their pages show them; the packs are public, so whoever is here may read them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from clearline.record.judging import Judging
from clearline.reports.plain_words import Meaning, PlainWords
from clearline.reports.walking import Walk, walk
from clearline.rulebook.entries import Example, Pack, RuleEntry, Source
from clearline.rulebook.examples import trying
from clearline.rulebook.obligations import SERVES, read_register, served_by
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.shapes import ObligationTable


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of rules is narrowed to; an empty word narrows nothing."""

    words: str = ""
    jurisdiction: str = ""
    severity: str = ""
    status: str = ""
    on: str = ""
    here: bool = False  # only those of packs in force for this shop

    def fits(self, rule: RuleEntry, pack: Pack) -> bool:
        """Whether a rule is among what is asked for."""
        text = " ".join((rule.id, rule.title, pack.title, *rule.cites)).casefold()
        return (
            all(word in text for word in self.words.casefold().split())
            and self.jurisdiction in {"", *pack.jurisdictions}
            and self.severity in {"", rule.severity}
            and self.status in {"", rule.status}
            and self.on in {"", rule.on}
        )


class Group(NamedTuple):
    """The rules of a pack, and whether the shop is judged by it."""

    pack: Pack
    rules: list[RuleEntry]
    judged: bool


class Choices(NamedTuple):
    """What rules can be narrowed to."""

    jurisdictions: list[str]
    severities: list[str]
    statuses: list[str]
    kinds: list[str]


class Told(NamedTuple):
    """All that a rule's page is made of, but for how often it fired."""

    rule: RuleEntry
    pack: Pack
    judged: bool
    sentences: list[tuple[str, Meaning]]
    sources: list[Source]
    examples: list[tuple[Example, Walk]]
    obligations: list[ObligationTable]


class Served(NamedTuple):
    """An obligation, which of `rules`, `control` and `left_out` serves it, and the rules that are here."""

    row: ObligationTable
    by: str
    rules: list[RuleEntry]


def listed(judging: Judging, asked: Asked) -> list[Group]:
    """The rules that are asked for, by pack."""
    book = judging.rulebook
    found: dict[str, list[RuleEntry]] = {}
    for rule in book.select():
        if asked.fits(rule, book.packs[rule.pack]):
            found.setdefault(rule.pack, []).append(rule)
    groups = [Group(book.packs[name], rules, _judged(judging, name)) for name, rules in found.items()]
    return [one for one in groups if one.judged or not asked.here]


def choices(book: Rulebook) -> Choices:
    """The words of the filters, in order."""
    rules = list(book.rules.values())
    places = (place for rule in rules for place in book.packs[rule.pack].jurisdictions)
    return Choices(
        sorted(set(places)),
        [one for one in ("critical", "serious", "minor") if any(rule.severity == one for rule in rules)],
        sorted({rule.status for rule in rules}),
        sorted({rule.on for rule in rules}),
    )


@lru_cache(maxsize=256)
def told(judging: Judging, name: str) -> Told | None:
    """A rule with its sentences in plain words and its examples gone through; None where there is no such rule."""
    book = judging.rulebook
    rule = book.rules.get(name)
    if rule is None:
        return None
    pack = book.packs[rule.pack]
    words = PlainWords(book)
    program = trying(book, [rule])
    return Told(
        rule,
        pack,
        _judged(judging, pack.name),
        [
            (written, words.meaning(one))
            for written, one in zip(rule.sentences, rule.rule.sentences, strict=True)
        ],
        [pack.sources[key] for key in rule.sources if key in pack.sources],
        [(one, walk(book, program, one)) for one in rule.examples],
        asked_by(rule),
    )


def asked_by(rule: RuleEntry) -> list[ObligationTable]:
    """The obligations of the register that the rule serves."""
    return [row for row in _register() if rule.id in row.rules or row.id in rule.obligations]


def coverage(book: Rulebook, jurisdiction: str, served: str) -> list[Served]:
    """The obligations of the register, those of a jurisdiction and served in that way."""
    rows = [(row, next(iter(served_by(row)), "")) for row in _register()]
    return [
        Served(row, by, [book.rules[rule] for rule in row.rules if rule in book.rules])
        for row, by in rows
        if jurisdiction in {"", row.jurisdiction} and served in {"", by}
    ]


def coverage_choices() -> tuple[list[str], dict[str, str]]:
    """The jurisdictions of the register, and the ways in which obligations are served."""
    return sorted({row.jurisdiction for row in _register()}), SERVES


def counted(rows: Iterable[Served]) -> dict[str, int]:
    """How many obligations are served in each way."""
    found = dict.fromkeys(SERVES, 0)
    for row in rows:
        found[row.by] += 1
    return found


def _judged(judging: Judging, pack: str) -> bool:
    return judging.packs is None or pack in judging.packs


@cache
def _register() -> tuple[ObligationTable, ...]:
    return read_register().obligations
