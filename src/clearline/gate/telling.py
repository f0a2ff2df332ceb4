"""Decisions as machines are told them."""

from typing import Any, Final

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.gate.attempts import Decision, Reason

PROOF: Final = "/api/proofs/"


def told(decision: Decision, state: str, entry: int) -> dict[str, Any]:
    """All that the gate says, with the receipt by which it can be proved."""
    return {
        **said(decision),
        "state": state,
        "receipt": {"entry": entry, "proof": f"{PROOF}{entry}"},
    }


def said(decision: Decision) -> dict[str, Any]:
    """The decision alone."""
    return {
        "id": decision.uid,
        "answer": decision.answer.value,
        "at": _moment(decision.at),
        "not_before": _moment(decision.not_before),
        "number": decision.number,
        "reasons": [_reason(one) for one in decision.reasons],
        "notes": [_reason(one) for one in decision.notes],
        "facts": decision.facts,
        "lists": [
            {**one, "made": _moment(one["made"]), "loaded": _moment(one["loaded"])} for one in decision.lists
        ],
        "rules": decision.rules,
    }


def _reason(one: Reason) -> dict[str, Any]:
    fields = {name: getattr(one, name) for name in Reason.__struct_fields__}
    return {**fields, "cites": list(one.cites), "until": _moment(one.until)}


def _moment(at: Instant | None) -> str | None:
    return None if at is None else moment_of(at).isoformat()
