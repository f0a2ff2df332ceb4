"""Decisions as machines are told them."""

from typing import Any, Final

from clearline.engine.events import Instant
from clearline.evidence.queries import moment
from clearline.gate.attempts import Decision, Reason

PROOF: Final = "/api/proofs/"
_EARLIEST: Final = -62_135_596_800_000_000  # the year 1
_LATEST: Final = 253_402_300_799_999_999  # the end of the year 9999


def told(decision: Decision, state: str, entry: int) -> dict[str, Any]:
    """All that the gate says, with the receipt by which it can be proved."""
    return {
        "id": decision.uid,
        "answer": decision.answer.value,
        "state": state,
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
        "receipt": {"entry": entry, "proof": f"{PROOF}{entry}"},
    }


def _reason(one: Reason) -> dict[str, Any]:
    fields = {name: getattr(one, name) for name in Reason.__struct_fields__}
    return {**fields, "cites": list(one.cites), "until": _moment(one.until)}


def _moment(at: Instant | None) -> str | None:
    return None if at is None else moment(min(max(at, _EARLIEST), _LATEST)).isoformat()
