"""What is said of a reason: the facts that decided, which one is missing, what would change the answer, and its weight."""

import re
from collections.abc import Mapping
from typing import Any, Final

from clearline.engine.sentences import Form, Sentence
from clearline.gate.attempts import Reason
from clearline.rulebook.entries import RuleEntry

HOURS: Final = frozenset({"in_hours", "in_state_hours"})
LISTS: Final = frozenset({"on_registry", "on_state_list", "on_litigator_list", "reassigned"})
_MISSING: Final = re.compile(r"\bdata\.(\w+) is not known")
_STATE: Final = re.compile(r"[a-z0-9-]+/(?=\w)")
_DNC: Final = re.compile(r"\bdnc\b|do_not_call|asked_not")

TOLD: Final[Mapping[str, Mapping[Any, str]]] = {
    "on_registry": {True: "the number is on the national do-not-call registry"},
    "on_state_list": {True: "the number is on the state's do-not-call list"},
    "on_litigator_list": {True: "the number is on a list of people who sue callers"},
    "reassigned": {
        "yes": "the number belongs to somebody else by now",
        "no data": "the database of reassigned numbers knows nothing of this number",
    },
    "consent": {
        "none": "no consent covers this call",
        "express": "the consent that covers this call is not a written one",
    },
    "emergency": {True: "a state of emergency is declared there"},
    "technology": {"prerecorded_or_artificial": "the voice is artificial or recorded"},
}
LIFTS: Final[Mapping[str, str]] = {
    "on_registry": "the person's written consent, or a purchase or an inquiry recent enough, where the law counts it",
    "on_state_list": "the person's written consent, where the state's law counts it",
    "on_litigator_list": "taking the number off that list, if it stands there by mistake",
    "reassigned": "a new consent of whoever has the number now, or a newer check that says no",
    "consent": "a consent for this purpose, channel, technology and number",
    "emergency": "the end of the emergency",
    "technology": "a call by a person",
    "abandoned_share": "fewer abandoned calls among those that people answer",
}
SUPPLIES: Final[Mapping[str, str]] = {
    "purpose": "saying what the call is for: marketing, service, mixed, collections or survey",
    "technology": "saying how it is placed: human_manual, human_dialer, prerecorded_or_artificial or text",
    "in_hours": "an address or a postcode of the person, or a row for the place in the table of hours",
    "in_state_hours": "an address or a postcode of the person",
    "places": "an address or a postcode of the person",
    "zones": "an address or a postcode of the person",
    "on_registry": "loading the registry for the number's area code",
    "on_state_list": "loading the state's list",
    "on_litigator_list": "loading such a list",
    "reassigned": "asking the database of reassigned numbers",
    "consent": "looking into the record of consents",
    "line": "saying whether it is a mobile or a landline",
    "emergency": "looking up which places have declared an emergency",
    "seller": "saying for whom the call is",
    "abandoned_share": "telling the record which calls of the campaign were answered and abandoned",
}


def weight(entry: RuleEntry, sentence: Sentence, fields: frozenset[str]) -> int:
    """Where a reason stands: own do-not-call, consent, registry and lists, hours, caps, the rest."""
    text = " ".join(entry.sentences)
    if _DNC.search(text):
        return 0
    if fields & LISTS or "list" in text:
        return 2
    if fields & HOURS:
        return 3
    if sentence.form is Form.LIMIT:
        return 4
    return 1 if "consent" in fields or "consent" in text else 5


def missing(doubts: tuple[str, ...]) -> str:
    """The name of the first fact that nobody knows, else why nothing can be said."""
    found = next(filter(None, map(_MISSING.search, doubts)), None)
    return found[1] if found else _STATE.sub("", doubts[0]).replace("_", " ") if doubts else ""


def told(fields: frozenset[str], data: Mapping[str, Any]) -> str:
    """The facts of an attempt that a rule looked at, in words."""
    said = [TOLD.get(name, {}).get(_key(data[name]), "") for name in sorted(fields) if name in data]
    return "; ".join(filter(None, said))


def lifted(reason: Reason, fields: frozenset[str], data: Mapping[str, Any], prompt: str) -> str:
    """What would change the answer."""
    if reason.unknown:
        return SUPPLIES.get(reason.unknown, "") or prompt
    decided = [name for name in sorted(fields) if name in data and _key(data[name]) in TOLD.get(name, {})]
    ways = [LIFTS[name] for name in decided if name in LIFTS]
    ways += [LIFTS[name] for name in sorted(fields & LIFTS.keys() - TOLD.keys())]
    return "; or ".join(ways) or prompt


def _key(value: Any) -> Any:
    return value if isinstance(value, bool | str) else None
