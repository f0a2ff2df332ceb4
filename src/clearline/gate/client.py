"""A dialer's side of the gate over HTTP: asks, and says what became of it; where no answer comes, the answer is no."""

import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPMessage
from typing import IO, Any, Final, NamedTuple

import msgspec

from clearline.gate.attempts import Answer

DECISIONS: Final = "/api/gate/decisions"
PATIENCE: Final = 30.0  # seconds
SCHEMES: Final = ("http://", "https://")


class Said(NamedTuple):
    """What the gate said: allow, deny or not before; why; and everything else as it came."""

    answer: str
    id: str
    why: str
    told: Mapping[str, Any]

    @property
    def allowed(self) -> bool:
        return self.answer == Answer.ALLOW


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows nobody who sends it on: the token is for this gate, and an attempt is no question for another address."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """The answer stays what it is, and is no allow."""


_OPENER: Final = urllib.request.build_opener(_Staying)


class Client:
    """The gate at an address, asked with a token that has the scope gate:decide."""

    def __init__(self, address: str, token: str, patience: float = PATIENCE) -> None:
        if not address.startswith(SCHEMES):
            raise ValueError(f"write the gate's address with {' or '.join(SCHEMES)} before it")
        self._address = address.rstrip("/")
        self._token = token
        self._patience = patience

    def decide(self, **attempt: Any) -> Said:
        """Whether an attempt may be made, by its fields: number, purpose, technology, contact, campaign, agent, …"""
        return _said(self._post("", attempt))

    def decide_many(self, attempts: Sequence[Mapping[str, Any]]) -> list[Said]:
        """The same for several, in their order; one of a list counts for those after it."""
        told = self._post("", list(attempts))
        return [_said(told)] * len(attempts) if isinstance(told, dict) else [_said(one) for one in told]

    def confirm(self, decision: str, *, call: str = "") -> bool:
        """Says that the call was placed; whether the gate took note of it."""
        return "state" in self._post(f"/{decision}/confirm", {"call": call})

    def release(self, decision: str) -> bool:
        """Says that the number was not dialled; whether the gate took note of it."""
        return "state" in self._post(f"/{decision}/release", {})

    def _post(self, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - its scheme was looked at
            f"{self._address}{DECISIONS}{path}", msgspec.json.encode(body), headers, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=self._patience) as response:
                return msgspec.json.decode(response.read())
        except urllib.error.HTTPError as refusal:
            return {"detail": _detail(refusal)}
        except (OSError, msgspec.DecodeError) as silence:
            return {"detail": f"the gate does not answer: {silence}"}


def _detail(refusal: urllib.error.HTTPError) -> str:
    if 300 <= refusal.code < 400:
        return f"the gate sends on to another address ({refusal.code}): ask it there, if it is yours"
    try:
        told = msgspec.json.decode(refusal.read(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError):
        told = {}
    return str(told.get("detail", f"the gate answers with {refusal.code}"))


def _said(told: Mapping[str, Any]) -> Said:
    """Whatever is no clear allow is a deny."""
    answer = told.get("answer")
    known = answer if isinstance(answer, str) and answer in set(Answer) else Answer.DENY.value
    reasons = told.get("reasons") or [
        {"title": told.get("detail", "the gate said nothing that is understood")}
    ]
    why = "" if known == Answer.ALLOW else str(reasons[0].get("told") or reasons[0].get("title", ""))
    return Said(known, str(told.get("id", "")), why, told)
