"""Asks Clearline's gate whether an attempt may be dialled. Needs Python 3.11 and nothing else.

CLEARLINE_URL (https://clearline.example) and CLEARLINE_TOKEN (a token for gate:decide) say where and as whom;
CLEARLINE_COUNTRY_CODE (1) goes before numbers that are written without one. Whatever goes wrong, the answer is deny.
"""

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 3.0  # seconds; a call that waits longer is not made
LARGEST = 1_000_000  # bytes of an answer
ANSWERS = ("allow", "deny", "not before")


@dataclass(frozen=True)
class Decision:
    """What the gate answered; `allowed` is the one thing to look at."""

    answer: str = "deny"
    reason: str = ""
    id: str = ""
    not_before: str = ""

    @property
    def allowed(self) -> bool:
        return self.answer == "allow"


@dataclass(frozen=True)
class Gate:
    """The gate of one installation."""

    url: str = field(default_factory=lambda: os.environ.get("CLEARLINE_URL", ""))
    token: str = field(default_factory=lambda: os.environ.get("CLEARLINE_TOKEN", ""), repr=False)
    patience: float = PATIENCE

    def ask(self, attempt: dict[str, str]) -> Decision:
        """Whether this attempt may be dialled now; if so, it is reserved."""
        told, fault = self._post(
            "/api/gate/decisions", {name: value for name, value in attempt.items() if value}
        )
        answer, name = told.get("answer"), told.get("id")
        if answer not in ANSWERS or (answer == "allow" and (fault or not isinstance(name, str) or not name)):
            return Decision(reason=fault or "the gate's answer can't be read")
        reasons = told.get("reasons") or [{}]
        first = reasons[0] if isinstance(reasons, list) and isinstance(reasons[0], dict) else {}
        title = str(first.get("title") or first.get("told") or fault)
        return Decision(str(answer), title, str(name or ""), str(told.get("not_before") or ""))

    def done(self, decision: str, *, dialled: bool) -> bool:
        """Says what became of a reserved attempt; where nobody does, it counts as dialled."""
        if not decision.isalnum():
            return False
        _, fault = self._post(f"/api/gate/decisions/{decision}/{'confirm' if dialled else 'release'}", {})
        return not fault

    def _post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """What the gate says, and what went wrong, if anything did."""
        if not self.url.startswith(("http://", "https://")) or not self.token:
            return {}, "CLEARLINE_URL and CLEARLINE_TOKEN must say where the gate is and as whom to ask"
        request = urllib.request.Request(  # noqa: S310 - checked above
            self.url.rstrip("/") + path,
            json.dumps(body).encode(),
            {"authorization": f"Bearer {self.token}", "content-type": "application/json"},
        )
        fault = ""
        try:
            with urllib.request.urlopen(request, timeout=self.patience) as answer:  # noqa: S310
                raw = answer.read(LARGEST)
        except urllib.error.HTTPError as error:
            fault = f"the gate answered {error.code}"
            with error:
                raw = error.read(LARGEST)
        except (OSError, ValueError) as error:
            return {}, f"the gate can't be asked: {type(error).__name__}"
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            return {}, fault or "the gate's answer is no JSON"
        return (told, fault) if isinstance(told, dict) else ({}, fault or "the gate's answer can't be read")


def number_in_full(digits: str) -> str:
    """A number as a dialer writes it, with the country code in front where one is set and it has none."""
    bare = "".join(sign for sign in digits if sign.isdigit())
    code = os.environ.get("CLEARLINE_COUNTRY_CODE", "")
    if digits.strip().startswith("+") or not code:
        return digits.strip()
    return (
        f"+{bare}"
        if code == "1" and len(bare) == 11 and bare.startswith("1")
        else f"+{code}{bare.lstrip('0')}"
    )
