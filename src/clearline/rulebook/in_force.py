"""Which rules concern a shop, and because of which of its answers: their conditions are tried in every situation it can be in."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from clearline.rulebook.entries import RuleEntry
from clearline.rulebook.rulebook import Rulebook

REQUESTS = ("access", "erasure", "rectification", "objection", "portability")

Shop = Mapping[str, Any]  # the facts `shop.*`; one that is missing is not known
Because = tuple[str, str]  # a question, and the answer to it


class Option(NamedTuple):
    """One way in which a timeline of the shop can be."""

    facts: Mapping[str, Any] = {}
    because: frozenset[Because] = frozenset()
    asks: frozenset[str] = frozenset()  # questions that nobody answered: it may be so


@dataclass(slots=True)
class Concern:
    """That something concerns the shop; where questions are open, only perhaps."""

    because: set[Because] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)

    def add(self, because: Iterable[Because], asks: Iterable[str], *, certain: bool) -> None:
        """One more reason; what is certain needs no further answer."""
        if certain and self.asks:
            self.asks, self.because = set(), set()
        self.because |= set(because)
        self.asks |= set(asks)


def rules_in_force(rulebook: Rulebook, shop: Shop, everywhere: Sequence[str]) -> dict[str, Concern]:
    """The rules that concern the shop, by id; `everywhere` stands for the places of a shop that did not say them."""
    found = {}
    for rule in rulebook.select():
        concern = _concern(rulebook, rule, shop, everywhere)
        if concern is not None:
            found[rule.id] = concern
    return found


def packs_in_force(rulebook: Rulebook, rules: Mapping[str, Concern]) -> dict[str, Concern]:
    """The packs of these rules, by name, with all their reasons."""
    found: dict[str, Concern] = {}
    for name, concern in rules.items():
        pack = rulebook.rules[name].pack
        known = found.get(pack)
        if known is None:
            found[pack] = Concern(set(concern.because), set(concern.asks))
        elif not known.asks or not concern.asks:
            certain = [one for one in (known, concern) if not one.asks]
            found[pack] = Concern(set().union(*(one.because for one in certain)))
        else:
            known.add(concern.because, concern.asks, certain=False)
    return found


def european_union(rulebook: Rulebook) -> frozenset[str]:
    """The member states, as the packs' table lists them."""
    return frozenset(rulebook.known["tables"]["european_union"]["countries"])


def covers(jurisdiction: str, place: str, union: Collection[str]) -> bool:
    """Whether a law of a jurisdiction, as packs and the register write it, can concern somebody in a place."""
    for one in re.split(r"\s*(?:,|/| and )\s*", jurisdiction):
        if one in {"INT", place} or place == one.removeprefix("EU-"):
            return True
        if one in {"US", "US-states"} and place.startswith("US"):
            return True
        if (one == "EU" and place in union) or (one == "UK" and place.startswith("GB")):
            return True
    return False


def places(shop: Shop, questions: Iterable[str], everywhere: Sequence[str]) -> list[Option]:
    """Every place where a law can find the shop, of its customers or of its agents; all where it did not say."""
    return [
        Option({"places": [place]}, frozenset({(question, place)}))
        if question in shop
        else Option({"places": [place]}, asks=frozenset({question}))
        for question in questions
        for place in shop.get(question, everywhere)
    ]


def _concern(rulebook: Rulebook, rule: RuleEntry, shop: Shop, everywhere: Sequence[str]) -> Concern | None:
    located = _located(rulebook, rule, shop, everywhere)
    gates = [
        _chosen(shop, question, {value: {} for value in values})
        for question, values in rulebook.packs[rule.pack].concerns.items()
    ]
    read = set(re.findall(r"\bshop\.(\w+)", rule.when))
    gates += [_answered(shop, question) for question in sorted(read)]
    axes = [one for name, one in AXES.items() if re.search(rf"\b\w+\.{name}\b", rule.when)]
    axes = list(dict.fromkeys(axes))
    reads_places = bool(re.search(r"\b\w+\.places\b", rule.when))
    options = [*gates, *(axis(shop) for axis in axes)]
    if reads_places:
        options.append(located)
    if not located:
        return None
    condition = rulebook.scopes[rule.pack].conditions.compile(rule.when) if rule.when else None
    taught = dict.fromkeys(re.findall(r"\bfacts\.(\w+)", rule.when), True)  # by what happens meanwhile
    concern = Concern()
    hit = False
    for chosen in product(*options):
        known = {name: value for one in chosen for name, value in one.facts.items()}
        told = {**rulebook.known, rule.on: known, "shop": shop}
        if (
            condition is not None
            and read <= shop.keys()
            and all(condition.truth({**told, "facts": facts})[0] is False for facts in ({}, taught))
        ):
            continue
        asks = frozenset[str]().union(*(one.asks for one in chosen))
        if hit and asks and not concern.asks:
            continue  # it is certain already
        hit = True
        concern.add((pair for one in chosen for pair in one.because), asks, certain=not asks)
    if not hit:
        return None
    return concern if reads_places else _placed(concern, located)


def _placed(concern: Concern, located: Sequence[Option]) -> Concern:
    """A rule that does not ask for places concerns the shop because of those of its pack."""
    certain = [one for one in located if not one.asks]
    for one in certain or located[:1]:
        concern.because |= one.because
        concern.asks |= one.asks
    return concern


def _located(rulebook: Rulebook, rule: RuleEntry, shop: Shop, everywhere: Sequence[str]) -> list[Option]:
    """The places in which the rule's pack is at home."""
    jurisdictions = rulebook.packs[rule.pack].jurisdictions
    if not set(jurisdictions) - {"PCI"}:  # the shop's own rules, or a contract that holds everywhere
        return [Option()]
    union = european_union(rulebook)
    questions = ("customers", "home") if rule.on == "call" else ("customers",)
    return [
        one
        for one in places(shop, questions, everywhere)
        if any(covers(law, place, union) for law in jurisdictions for place in one.facts["places"])
    ]


def _chosen(shop: Shop, question: str, values: Mapping[str, Mapping[str, Any]]) -> list[Option]:
    """An option for each of these answers that was given, or for all where none was."""
    if question not in shop:
        return [Option(facts, asks=frozenset({question})) for facts in values.values()]
    told = shop[question]
    given = told if isinstance(told, list) else [told]
    return [
        Option(facts, frozenset({(question, value)})) for value, facts in values.items() if value in given
    ]


def _answered(shop: Shop, question: str) -> list[Option]:
    """An option for each answer that was given, or a single one that asks."""
    if question not in shop:
        return [Option(asks=frozenset({question}))]
    told = shop[question]
    return [
        Option(because=frozenset({(question, one)})) for one in (told if isinstance(told, list) else [told])
    ]


def _calls(shop: Shop) -> list[Option]:
    return _chosen(
        shop,
        "calls",
        {
            "in-service": {"direction": "inbound", "purpose": "service"},
            "in-sales": {"direction": "inbound", "purpose": "mixed"},
            "out-service": {"direction": "outbound", "purpose": "service"},
            "out-sales": {"direction": "outbound", "purpose": "marketing"},
        },
    )


def _recorded(shop: Shop) -> list[Option]:
    return [Option({"recorded": False}), *_chosen(shop, "records", {"yes": {"recorded": True}})]


def _agents(shop: Shop) -> list[Option]:
    return [Option({"agent_kind": "human"}), *_chosen(shop, "ai", {"speaks": {"agent_kind": "ai"}})]


def _methods(shop: Shop) -> list[Option]:
    return [
        Option({"method": "credit_card"}),
        Option({"method": "debit_card"}),
        *_chosen(shop, "debits", {"yes": {"method": "bank_debit"}}),
    ]


def _channels(shop: Shop) -> list[Option]:
    del shop  # whoever is asked about calls takes orders in them
    return [Option({"channel": "phone"}), Option({"channel": "web"})]


def _requested(shop: Shop) -> list[Option]:
    del shop
    return [Option({"requested": False})]


def _kinds(shop: Shop) -> list[Option]:
    del shop  # people may ask what they like
    return [Option({"kind": one}) for one in REQUESTS]


AXES: Mapping[str, Callable[[Shop], list[Option]]] = {
    "direction": _calls,
    "purpose": _calls,
    "recorded": _recorded,
    "agent_kind": _agents,
    "method": _methods,
    "channel": _channels,
    "requested": _requested,
    "kind": _kinds,
}
