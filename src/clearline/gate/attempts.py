"""An attempt to reach somebody, and what the gate answers to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from clearline.engine.events import Instant

SALES = frozenset({"marketing", "mixed"})
PURPOSES = SALES | {"service", "collections", "survey"}
TECHNOLOGIES = frozenset({"human_manual", "human_dialer", "prerecorded_or_artificial", "text"})


class Answer(StrEnum):
    """Whether the attempt may be made."""

    ALLOW = "allow"
    DENY = "deny"
    NOT_BEFORE = "not before"


class Attempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt, as the dialer knows it; what is empty is not known."""

    number: str = ""  # as it was written
    contact: str = ""  # the shop's id of whom it means to reach
    purpose: str = ""
    technology: str = ""
    voice: str = ""  # human, ai or recorded: an AI voice is an artificial voice (FCC 24-17)
    campaign: str = ""
    agent: str = ""
    seller: str = ""
    call: str = ""  # the dialer's id of the call to be
    caller_id: str = ""  # the number that would be shown
    line: str = ""  # mobile or landline
    debt: str = ""  # collections: about which debt
    postcode: str = ""  # of delivery or billing, beside what the record knows; several with ; between them
    place: str = ""  # US-TX or DE, the same
    at: Instant | None = None  # microseconds; now, where the dialer names no time


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an attempt is not allowed, or what nobody knows of it; by a rule, but for what no rule can judge."""

    rule: str = ""
    version: str = ""
    pack: str = ""
    title: str
    cites: tuple[str, ...] = ()
    severity: str = "critical"
    on: str = ""  # the kind of timeline that the rule watches
    unknown: str = ""  # the fact that is missing; empty where the rule would be broken
    told: str = ""  # the facts that decided, in words: 20:30 in America/New_York, open 08:00 to 20:00 there
    lifted: str = ""  # what would change this answer, in words
    until: Instant | None = None  # when time alone lifts it
    override: str = ""  # the id of the override that lifts it


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer, with every reason and what it was decided by."""

    uid: str
    at: Instant
    answer: Answer
    attempt: Attempt
    number: str = ""  # in E.164; empty where it can't be read
    not_before: Instant | None = None
    reasons: tuple[Reason, ...] = ()  # these deny
    notes: tuple[Reason, ...] = ()  # unknowns that do not bind this purpose, and what an override lifts
    facts: dict[str, Any] = {}
    lists: tuple[dict[str, Any], ...] = ()  # the snapshots that were asked, with their age
    rules: str = ""  # hash over the versions of all rules that were asked
