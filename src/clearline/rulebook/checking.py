"""Checks a rulebook by trying it: examples, near misses, rules that contradict each other, versions."""

import re
from collections.abc import Iterator
from itertools import permutations
from operator import attrgetter

from clearline.engine.entities import START
from clearline.engine.events import UTTERANCE, Event
from clearline.engine.forms.form import State
from clearline.engine.hearing import END, Hearing
from clearline.engine.rules import KINDS
from clearline.engine.sentences import Form, Name
from clearline.rulebook.definitions import Definitions
from clearline.rulebook.entries import RuleEntry, SignalEntry
from clearline.rulebook.examples import Trial, tried, trying, verdict_on
from clearline.rulebook.faults import Fault
from clearline.rulebook.judged_words import check_courses
from clearline.rulebook.lines import read_events
from clearline.rulebook.meanings import Spoken
from clearline.rulebook.names import conditions
from clearline.rulebook.reading import SHIPPED
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.versions import check_lock


def check(rulebook: Rulebook) -> list[Fault]:
    """Everything that is wrong: the faults of reading, and what shows when the rules are tried."""
    faults = list(rulebook.faults)
    for name, definitions in rulebook.definitions.items():
        if rulebook.scopes[name].sound:
            faults += check_signals(definitions)
            rules = rulebook.select([name])
            trials = {rule.id: tried(rulebook, rule) for rule in rules}
            for rule in rules:
                faults += check_examples(rulebook, rule, trials[rule.id])
            faults += check_contradictions(rulebook, rules, trials)
    faults += check_unused(rulebook)
    faults += check_courses(rulebook)
    for root in rulebook.roots:
        faults += check_lock(rulebook, root, needed=root == SHIPPED)
    return sorted(set(faults), key=attrgetter("order"))


def check_examples(rulebook: Rulebook, rule: RuleEntry, trials: list[Trial]) -> Iterator[Fault]:
    """Examples that do not do what they say; a rule that applies to none; facts that none of them gives."""
    document = rulebook.documents[rule.path]
    for number, one in enumerate(trials):
        if one.complaint:
            told = f'the example "{one.example.title}" {one.complaint}'
            yield document.noted(told, "Mend the example or the rule", "example", number, "is")
    if all(one.verdict is None for one in trials):
        yield document.noted(
            "the rule applies in none of its examples", "Give them `facts` that `when` asks for", "when"
        )
    given = {(area, name) for one in trials for area, facts in one.example.facts.items() for name in facts}
    for one in trials:
        for event in read_events(one.example.events):
            given |= {(event.type.split(".", 1)[0], name) for name in event.data}
    kinds = "|".join(kind.name for kind in rulebook.scopes[rule.pack].kinds)
    asked = [rule.when, *(condition for one in rule.rule.sentences for condition in conditions(one))]
    for found in re.finditer(rf"\b({kinds}|shop)\.(\w+)", "\n".join(asked)):
        if found.groups() not in given:
            told = f"no example gives `{found.group()}`, so nothing shows that its name is right"
            yield document.noted(
                told, "Give it in one of them", "when" if rule.when else "rule", warning=True
            )


def check_signals(definitions: Definitions) -> Iterator[Fault]:
    """Examples of signals that are not found, and near misses that are."""
    entries = definitions.pack.signals
    names = [entry.signal.name for entry in entries.values()]
    hearing = Hearing(
        [one.signal for one in entries.values()], [(name, END) for name in names], KINDS[0], portable=True
    )
    for name, entry in entries.items():
        document = definitions.documents["signals.toml"]
        for number, words in enumerate(entry.examples):
            if not heard(hearing, entry, words):
                mend = "Add a phrase that finds it, or mend the example"
                yield document.noted(f"`{name}` is not found in its example", mend, name, "examples", number)
        for number, words in enumerate(entry.near_misses):
            if heard(hearing, entry, words):
                mend = "Add an `unless` phrase, or narrow the phrases"
                yield document.noted(f"`{name}` is found in its near miss", mend, name, "near_misses", number)


def heard(hearing: Hearing, entry: SignalEntry, words: str) -> bool:
    """Whether a signal is certainly found in words of one whose words count."""
    by = entry.signal.by[0] if entry.signal.by else "customer"
    _, moments = hearing.moments([Event("0", UTTERANCE, 0, {"by": by, "text": words})], START)
    return any(one.name == entry.signal.name and not one.doubt for moment in moments for one in moment.heard)


def check_unused(rulebook: Rulebook) -> Iterator[Fault]:
    """Signals that no rule speaks of, in packs that no other pack uses and whose rules could all be read."""
    used = {name for pack in rulebook.packs.values() for name in pack.uses}
    used |= {path.parents[1].name for path in rulebook.documents if path.stem not in rulebook.rules}
    spoken: set[str] = set()
    for rule in rulebook.rules.values():
        gathered = Spoken(rulebook.scopes[rule.pack], {})
        gathered.rule(rule.rule)
        spoken |= set(gathered.found["signals"])
    for pack, definitions in rulebook.definitions.items():
        for name, entry in definitions.pack.signals.items() if pack not in used else ():
            if entry.signal.name not in spoken:
                document = definitions.documents["signals.toml"]
                yield document.noted(
                    f"no rule uses the signal `{name}`", "Use it or drop it", name, warning=True
                )


def check_contradictions(
    rulebook: Rulebook, rules: list[RuleEntry], trials: dict[str, list[Trial]]
) -> Iterator[Fault]:
    """Examples in which one rule is kept only by a deed that another rule of the pack forbids."""
    for one, other in permutations(rules, 2):
        if one.on == other.on and required(one) & forbidden(other):
            for number, kept in enumerate(trials[one.id]):
                deed = kept.verdict is not None and contradicted(rulebook, one, other, kept)
                if deed:
                    told = f'the example "{kept.example.title}" is kept only by `{deed}`, which `{other.id}` forbids there'
                    mend = "Narrow one of the two rules with `when`, `while` or `unless`"
                    yield rulebook.documents[one.path].noted(told, mend, "example", number)


def contradicted(rulebook: Rulebook, one: RuleEntry, other: RuleEntry, kept: Trial) -> str:
    """The deed that one rule needs, and the other certainly forbids, at the same event; empty if there is none."""
    if kept.verdict is None or kept.verdict.state is not State.KEPT or kept.verdict.applies is not True:
        return ""
    events = read_events(kept.example.events)
    verdict = verdict_on(trying(rulebook, [other]), other, events, kept.example, rulebook.known)
    program = trying(rulebook, [one])
    for finding in verdict.findings if verdict is not None else ():
        deed, a = finding.breach.deed, finding.sentence.a
        if finding.sentence.form is not Form.FORBID or not isinstance(a, Name) or a.name not in required(one):
            continue
        without = [event for event in events if deed is None or event.id != deed.event.id]
        spared = verdict_on(program, one, without, kept.example, rulebook.known)
        if spared is not None and spared.findings:
            return a.name.rpartition("/")[2]
    return ""


def required(rule: RuleEntry) -> set[str]:
    """The deeds that a rule requires by their bare names."""
    asking = [one.a for one in rule.rule.sentences if one.form not in (Form.FORBID, Form.LIMIT, Form.SHARE)]
    return {a.name for a in asking if isinstance(a, Name)}


def forbidden(rule: RuleEntry) -> set[str]:
    """The deeds that a rule forbids by their bare names."""
    return {one.a.name for one in rule.rule.sentences if one.form is Form.FORBID and isinstance(one.a, Name)}
