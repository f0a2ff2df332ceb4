"""One request to a switch over HTTP: to the address that was given and nowhere else, no redirect, a short answer."""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import httpx
import msgspec

from clearline.live.switches.asking import SwitchError

LONGEST = 1 << 16  # bytes of an answer


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    def told(self, name: str) -> Any:
        """A member of a JSON answer; None where it is no such answer."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        return found.get(name) if isinstance(found, dict) else None


async def request(
    method: str,
    url: str,
    *,
    account: tuple[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer, whatever its status; SwitchError where there is none."""
    try:
        async with (
            httpx.AsyncClient(verify=_tls(), follow_redirects=False, trust_env=False, timeout=None) as client,  # noqa: S113 - whoever asks has a limit
            client.stream(method, url, auth=account, data=form, content=content, headers=headers) as answer,
        ):
            body = b""
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > LONGEST:
                    raise SwitchError("The switch sent more than an answer.")
            return Answer(answer.status_code, body)
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
        raise SwitchError(f"The switch can't be reached ({type(error).__name__}).") from error


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
