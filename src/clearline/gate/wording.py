"""What facts of an attempt are in words, and which other fact would help."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from clearline.engine.sentences import Form, Sentence
from clearline.gate.attempts import TECHNOLOGIES
from clearline.rulebook.entries import RuleEntry

HOURS: Final = frozenset({"in_hours", "in_state_hours"})
ENDS: Final = dict.fromkeys(
    ("consent.given", "consent_to_calls", "consent_to_sales_calls"),
    "the person's own consent to such calls, given after that",
)
"""What has to happen where a rule forbids until it does, by the name of the signal."""
LISTS: Final = frozenset({"on_registry", "on_state_list", "on_litigator_list", "reassigned"})
_MISSING: Final = re.compile(r"\bdata\.(\w+) is not known")
_PACK: Final = re.compile(r"[a-z0-9-]+/(?=\w)")
_DNC: Final = re.compile(r"\bdnc\b|objected|do_not_call|asked_not")


class Better(NamedTuple):
    """Another value of a fact, what it takes to have it, and what is said of the fact where it lifts a rule."""

    value: Any
    takes: str
    told: Mapping[Any, str] = {}


_NO_CONSENT: Final = {
    "none": "no consent covers this call",
    "express": "the consent that covers this call is not a written one",
}
BETTER: Final[Mapping[str, tuple[Better, ...]]] = {
    "on_registry": (
        Better(
            False,
            "the number's leaving the registry",
            {True: "the number is on the national do-not-call registry"},
        ),
    ),
    "on_state_list": (
        Better(
            False,
            "the number's leaving the state's list",
            {True: "the number is on a state's do-not-call list"},
        ),
    ),
    "on_litigator_list": (
        Better(
            False,
            "taking the number off that list, if it stands there by mistake",
            {True: "the number is on a list of people who sue callers"},
        ),
    ),
    "objected": (
        Better(
            False,
            "a consent of whoever has the number now",
            {True: "whoever had this number objected, or was erased"},
        ),
    ),
    "reassigned": (
        Better(
            "no",
            "a check of the number that says it has not changed hands",
            {
                "yes": "the number belongs to somebody else by now",
                "no data": "the database of reassigned numbers knows nothing of this number",
            },
        ),
    ),
    "consent": (
        Better("express", "the person's consent to such calls", _NO_CONSENT),
        Better("written", "the person's written consent to such calls", _NO_CONSENT),
    ),
    "emergency": (
        Better(
            False,
            "the end of the emergency",
            {True: "a state of emergency is declared there"},
        ),
    ),
    "technology": (
        Better(
            "human_manual",
            "a call dialled by a person",
            {
                "prerecorded_or_artificial": "the voice is artificial or recorded",
                "human_dialer": "a machine dials",
            },
        ),
    ),
    "in_hours": (Better(True, "another time of day"),),
    "in_state_hours": (Better(True, "another time of day"),),
    "abandoned_share": (Better(0.0, "fewer abandoned calls among those that people answer"),),
}
SUPPLIES: Final[Mapping[str, str]] = {
    "purpose": "saying what the call is for: marketing, service, mixed, collections or survey",
    "technology": f"saying how it is placed: {', '.join(sorted(TECHNOLOGIES))}",
    "in_hours": "an address or a postcode of the person, or a row for the place in the table of hours",
    "in_state_hours": "an address or a postcode of the person",
    "places": "an address or a postcode of the person",
    "zones": "an address or a postcode of the person",
    "on_registry": "loading the registry for the number's area code",
    "on_state_list": "loading the state's list, as it is now",
    "fresh_lists": "fetching the list again",
    "on_litigator_list": "loading the list of litigators again",
    "reassigned": "asking the database of reassigned numbers",
    "consent": "looking into the record of consents",
    "line": "saying whether it is a mobile or a landline",
    "emergency": "looking up which places have declared an emergency",
    "seller": "saying for whom the call is",
    "campaign": "naming the campaign that the dialer calls for",
    "agent": "naming the agent by the id that the telephony knows them by, once the record knows them",
    "debt": "saying about which debt the call is",
    "caller_id": "saying which number will be shown",
    "abandoned_share": "naming the campaign, and telling the record which of its calls were answered and abandoned",
}


def weight(entry: RuleEntry, sentence: Sentence, fields: frozenset[str]) -> int:
    """Where a reason stands: own do-not-call, consent, registry and lists, hours, caps, the rest."""
    text = " ".join(entry.sentences)
    if _DNC.search(text):
        return 0
    if fields & LISTS:
        return 2
    if fields & HOURS:
        return 3
    if sentence.form is Form.LIMIT:
        return 4
    return 1 if "consent" in text else 5


def missing(doubts: tuple[str, ...]) -> str:
    """The name of the first fact that nobody knows, else why nothing can be said."""
    found = next(filter(None, map(_MISSING.search, doubts)), None)
    return found[1] if found else _PACK.sub("", doubts[0]).replace("_", " ") if doubts else ""
