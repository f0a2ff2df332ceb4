"""Who speaks: from the labels of a file to agent, customer, system or unknown."""

import re
from collections.abc import Iterable, Mapping

ROLES = ("agent", "customer", "system", "unknown")

_WORDS = {
    "agent": """adviser advisor agent assistant associate attendant bot clerk csr employee manager operator rep
        representative seller service specialist staff supervisor support wizard""",
    "customer": "buyer caller client consumer customer guest patron shopper user",
    "system": "announcement announcer ivr recording system voicemail",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_DEPARTMENT = re.compile(r"\b(?:customer|client|guest|user) (?=service|support|care|success|relations)")


def checked(speakers: Mapping[str, str]) -> Mapping[str, str]:
    """The caller's own naming of speakers, label to role; ValueError where a role is none."""
    for label, role in speakers.items():
        if role not in ROLES:
            raise ValueError(f"speaker {label!r} cannot be {role!r}; choose one of {', '.join(ROLES)}")
    return {label.casefold(): role for label, role in speakers.items()}


def role_of(labels: Iterable[str], speakers: Mapping[str, str]) -> str:
    """The role behind the labels of one speaker: the caller's naming first, then the words of the labels."""
    folded = [label.casefold() for label in labels]
    named = next((speakers[label] for label in folded if label in speakers), "")
    return named or next((role for role in map(_told, folded) if role != "unknown"), "unknown")


def _told(label: str) -> str:
    words = re.findall(r"[^\W\d_]+", _DEPARTMENT.sub("", label.replace("_", " ")))
    roles = {_ROLE_OF[word] for word in words if word in _ROLE_OF}
    return roles.pop() if len(roles) == 1 else "unknown"
