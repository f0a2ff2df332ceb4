"""What a request is answered with."""

from typing import Final, NamedTuple

Headers = tuple[tuple[str, str], ...]
METHODS: Final = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE")
ALLOW: Final = ("Allow", ", ".join(METHODS))
ACCEPT: Final = (
    "Accept",
    "application/sdp, application/rs-metadata+xml, application/rs-metadata, multipart/mixed",
)
SUPPORTED: Final = ("Supported", "siprec, timer")
_PHRASES: Final = {
    100: "Trying",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


class Reply(NamedTuple):
    """A status, and what goes with it."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @property
    def line(self) -> str:
        return f"{self.status} {_PHRASES[self.status]}"


class Declined(Exception):  # noqa: N818 - an answer
    """A request is not done, and why."""

    def __init__(self, status: int, why: str = "", headers: Headers = ()) -> None:
        super().__init__(status, why)
        told = why.replace("\\", "").replace('"', "'")
        warning = (("Warning", f'399 clearline "{told}"'),) if told else ()
        self.reply = Reply(status, (*warning, *headers))
