"""What follows from a shop's answers: rules, packs and obligations in force, each with its reason."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from clearline.engine.conditions import Condition, Conditions
from clearline.record.answers.questions import Answers, questions
from clearline.rulebook.in_force import (
    Concern,
    covers,
    european_union,
    packs_in_force,
    places,
    rules_in_force,
)
from clearline.rulebook.obligations import read_register
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.shapes import ObligationTable


class InForce(NamedTuple):
    """Something that concerns the shop, why, and which questions decide whether it really does."""

    id: str
    title: str
    because: tuple[str, ...]
    asks: tuple[str, ...]  # texts of questions; empty: it is certain


@dataclass(frozen=True, slots=True)
class Consequences:
    """All that is in force for a shop."""

    packs: tuple[InForce, ...]
    rules: tuple[InForce, ...]
    obligations: tuple[InForce, ...]


class Difference(NamedTuple):
    """What other answers would bring and take away."""

    what: str  # packs, rules, obligations
    new: tuple[InForce, ...]
    gone: tuple[InForce, ...]


class _Topic(NamedTuple):
    question: str
    when: Condition


def chosen(rulebook: Rulebook, answers: Answers) -> frozenset[str] | None:
    """The packs to judge by; None, all of them, before anything was answered. The shop's own packs always count."""
    if not answers:
        return None
    asked = questions()
    rules = rules_in_force(rulebook, asked.facts(answers), asked.everywhere)
    shipped = rulebook.roots[0]
    own = {name for name, pack in rulebook.packs.items() if pack.root != shipped}
    return frozenset(packs_in_force(rulebook, rules)) | own


def consequences(rulebook: Rulebook, answers: Answers) -> Consequences:
    """All that follows from these answers."""
    asked = questions()
    shop = asked.facts(answers)
    rules = rules_in_force(rulebook, shop, asked.everywhere)
    packs = packs_in_force(rulebook, rules)
    union = european_union(rulebook)
    return Consequences(
        tuple(_told(name, rulebook.packs[name].title, one) for name, one in sorted(packs.items())),
        tuple(_told(name, rulebook.rules[name].title, one) for name, one in rules.items()),
        tuple(
            _told(row.id, row.statement, one)
            for row in read_register().obligations
            if (one := _obliged(row, answers, rules, union)) is not None
        ),
    )


def differences(before: Consequences, after: Consequences) -> list[Difference]:
    """What changes from one to the other; only where something does."""
    found = []
    for what in ("packs", "rules", "obligations"):
        old, new = ({one.id: one for one in getattr(side, what)} for side in (before, after))
        added = tuple(one for name, one in new.items() if name not in old)
        gone = tuple(one for name, one in old.items() if name not in new)
        if added or gone:
            found.append(Difference(what, added, gone))
    return found


def _obliged(
    row: ObligationTable, answers: Answers, rules: Mapping[str, Concern], union: frozenset[str]
) -> Concern | None:
    """Whether an obligation concerns the shop: by where it is, by its topic, or since a rule that serves it does."""
    asked = questions()
    shop = asked.facts(answers)
    concern = Concern()
    if row.jurisdiction != "PCI":  # a contract, which holds everywhere
        there = [
            one
            for one in places(shop, _whose(row), asked.everywhere)
            if any(covers(row.jurisdiction, place, union) for place in one.facts["places"])
        ]
        if not there:
            return None
        for one in [one for one in there if not one.asks] or there[:1]:
            concern.because |= one.because
            concern.asks |= one.asks
    topics = _topics().get(row.id, ())
    for topic in topics:
        truth, _ = topic.when.truth({"shop": shop})
        if truth is False:
            return None
        if truth is None:
            concern.asks.add(topic.question)
        else:
            concern.because |= {(topic.question, value) for value in _telling(topic, shop)}
    if row.rules and not topics and not any(rule in rules for rule in row.rules):
        return None
    return concern


def _telling(topic: _Topic, shop: Mapping[str, Any]) -> list[str]:
    """The answers to the topic's question that each make it so."""
    told = shop[topic.question]
    if not isinstance(told, list):
        return [told]
    return [one for one in told if topic.when.truth({"shop": {topic.question: [one]}})[0]]


def _whose(row: ObligationTable) -> tuple[str, ...]:
    """Laws on workers hold where the agents sit, those on customers where these are; those on calls, both."""
    if row.id in _read_topics()["where_agents_sit"]:
        return ("home",)
    return ("customers", "home") if row.id in _read_topics()["on_both_sides"] else ("customers",)


@cache
def _read_topics() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "topics.toml").read_text(encoding="utf-8"))


@cache
def _topics() -> dict[str, list[_Topic]]:
    told = _read_topics()
    conditions = Conditions(["shop"])
    found: dict[str, list[_Topic]] = {}
    for one in told["topic"]:
        for name in one["obligations"]:
            topic = _Topic(one["question"], conditions.compile(one["when"]))
            found.setdefault(name, []).append(topic)
    return found


def named_in_topics() -> set[str]:
    """The obligations that the topics speak of."""
    told = _read_topics()
    return {*_topics(), *told["where_agents_sit"], *told["on_both_sides"]}


def _told(name: str, title: str, concern: Concern) -> InForce:
    asked = questions()
    texts = tuple(one.text for one in asked.all if one.id in concern.asks)
    return InForce(name, title, tuple(asked.reasons(concern.because)), texts)
