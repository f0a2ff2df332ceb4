"""What somebody says of a rule in a form becomes the files of a pack: the same files as if they had been written by hand."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

PACK: Final = "own"
TITLE: Final = "The shop's own rules"
CALL: Final = 60  # seconds that calls of made-up examples last after what they are about


class Verb(StrEnum):
    """What a rule asks, in words that are read aloud."""

    SAY = "say"
    FIRST = "first"
    ANSWER = "answer"
    NEVER = "never"
    OFTEN = "often"


class Calls(StrEnum):
    """Which calls it is about."""

    ALL = "all"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    SALES = "sales"
    AI = "ai"


WHEN: Final = {
    Calls.ALL: ("", {}),
    Calls.INBOUND: ("call.direction == 'inbound'", {"direction": "inbound"}),
    Calls.OUTBOUND: ("call.direction == 'outbound'", {"direction": "outbound"}),
    Calls.SALES: ("call.purpose in ['marketing', 'mixed']", {"purpose": "marketing"}),
    Calls.AI: ("call.agent_kind == 'ai'", {"agent_kind": "ai"}),
}
DEEDS: Final = {
    "payment.authorised": "a payment is taken",
    "order.placed": "an order is placed",
    "order.changed": "an order is changed",
    "order.cancelled": "an order is cancelled",
    "call.held": "the customer is put on hold",
    "call.transferred": "the call is passed on",
}
"""Deeds before which something can be asked to be said."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule as it was said in the form. Times in seconds."""

    slug: str
    title: str
    why: str
    verb: Verb
    by: str = "agent"
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()  # sentences that have to be found
    misses: tuple[str, ...] = ()  # sentences that must not be
    cues: tuple[str, ...] = ()  # phrases of the customer that call for it
    cue_counts: tuple[str, ...] = ()
    cue_misses: tuple[str, ...] = ()
    seconds: int = 0
    deed: str = ""
    times: int = 1
    calls: Calls = Calls.ALL
    severity: str = "minor"
    prompt: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def signal(self) -> str:
        """The name of what is said."""
        return f"{self.slug.replace('-', '_')}_said"

    @property
    def cue(self) -> str:
        """The name of what calls for it."""
        return f"{self.slug.replace('-', '_')}_asked"


def files(rules: Iterable[Said]) -> dict[str, str]:
    """The files of the pack that holds these rules, by their paths in it; the same rules give the same bytes."""
    rules = sorted(rules, key=lambda one: one.slug)
    signals = "\n".join(part for one in rules for part in _signals(one))
    found = {f"rules/{one.slug}.toml": rule_file(one) for one in rules}
    return {"pack.toml": _pack(), "signals.toml": signals, **found}


def sentence(said: Said) -> str:
    """The sentence in the rule language."""
    within = f" within {said.seconds}s" if said.seconds else ""
    match said.verb:
        case Verb.SAY:
            return f"require {said.signal}" + (f"{within} of call.answered" if within else "")
        case Verb.FIRST:
            return f"require {said.signal} before each {said.deed}"
        case Verb.ANSWER:
            return f"require {said.signal}{within} after {said.cue}"
        case Verb.NEVER:
            return f"forbid {said.signal}"
        case Verb.OFTEN:
            return f"limit {said.signal} to {said.times}"


def rule_file(said: Said) -> str:
    """The rule's own file, with an example that keeps it and one that breaks it."""
    when, facts = WHEN[said.calls]
    lines = [
        f"title    = {_text(said.title)}",
        f"cites    = [{_text(f'Shop policy: {said.why}')}]",
        'on       = "call"',
        *([f"when     = {_text(when)}"] if when else []),
        f"rule     = {_text(sentence(said))}",
        f"severity = {_text(said.severity)}",
        *([f"prompt   = {_text(said.prompt)}"] if said.prompt else []),
        'status   = "checked"',
        *([f"from     = {said.since.isoformat()}"] if said.since else []),
        *([f"to       = {said.until.isoformat()}"] if said.until else []),
    ]
    told = ", ".join(f"{name} = {_text(value)}" for name, value in facts.items())
    for title, events, outcome in _examples(said):
        lines += [
            "",
            "[[example]]",
            f"title  = {_text(title)}",
            *([f"facts  = {{ call = {{ {told} }} }}"] if told else []),
            f"events = {_list(events)}",
            f"is     = {_text(outcome)}",
        ]
    return "\n".join(lines) + "\n"


def _examples(said: Said) -> list[tuple[str, list[str], str]]:
    """Made-up calls from the sentences that the author gave; each is said in a moment, wherever the phrase stands in it."""
    good, bad = said.counts[0], said.misses[0]
    voice = "agent" if said.by == "anyone" else said.by
    end = f"{CALL + said.seconds + 10 * said.times} call.ended"

    def call(*lines: str) -> list[str]:
        return ["0 call.answered", *lines, end]

    match said.verb:
        case Verb.SAY:
            late = f"broken at {said.seconds or CALL + 10 * said.times}"
            return [
                ("said", call(f"1 {voice}: {good}"), "kept"),
                ("something else was said", call(f"1 {voice}: {bad}"), late),
            ]
        case Verb.FIRST:
            return [
                ("said before", call(f"4 {voice}: {good}", f"20 {said.deed}"), "kept"),
                ("done without it", call(f"4 {voice}: {bad}", f"20 {said.deed}"), "broken at 20"),
            ]
        case Verb.ANSWER:
            asked = f"6 customer: {said.cue_counts[0]}"
            broken = f"broken at {6 + said.seconds if said.seconds else CALL + 10 * said.times}"
            return [
                ("answered", call(asked, f"8 {voice}: {good}"), "kept"),
                ("not answered", call(asked, f"8 {voice}: {bad}"), broken),
                ("not asked", call(f"6 customer: {said.cue_misses[0]}"), "never came up"),
            ]
        case Verb.NEVER:
            return [
                ("not said", call(f"4 {voice}: {bad}"), "kept"),
                ("said", call(f"4 {voice}: {good}"), "broken at 4"),
            ]
        case Verb.OFTEN:
            lines = [f"{4 + 10 * count} {voice}: {good}" for count in range(said.times + 1)]
            return [
                ("as often as it may be", call(*lines[:-1]), "kept"),
                ("once too often", call(*lines), f"broken at {4 + 10 * said.times}"),
            ]


def _signals(said: Said) -> list[str]:
    own = _signal(said.signal, said.title, said.by, said.phrases, said.unless, said.counts, said.misses)
    if said.verb is not Verb.ANSWER:
        return [own]
    asked = f"The customer calls for it: {said.title}"
    return [own, _signal(said.cue, asked, "customer", said.cues, (), said.cue_counts, said.cue_misses)]


def _signal(
    name: str,
    title: str,
    by: str,
    phrases: Sequence[str],
    unless: Sequence[str],
    counts: Sequence[str],
    misses: Sequence[str],
) -> str:
    lines = [f"[{name}]", f"title = {_text(title)}", f"by = {_text(by)}", f"phrases = {_list(phrases)}"]
    if unless:
        lines.append(f"unless = {_list(unless)}")
    return "\n".join([*lines, f"examples = {_list(counts)}", f"near_misses = {_list(misses)}", ""])


def _pack() -> str:
    about = "Written in the console, and approved there by a second person; edit them there."
    return f'title = {_text(TITLE)}\nabout = {_text(about)}\njurisdictions = []\nuses = ["conversation"]\n'


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """A basic string of TOML, in which every odd character stands as its number."""
    return json.dumps(text).replace("\x7f", "\\u007f")
