"""Messages of SIP (RFC 3261), as far as a server of recordings needs them: bytes in, structures out, and back."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from clearline.formats.errors import LargeFrameError, StreamError

LARGEST: Final = 64 * 1024  # bytes of a message, its body with it
_HEADERS = 200
_VERSION = "SIP/2.0"
_SHORT: Final = {
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "t": "to",
    "v": "via",
    "x": "session-expires",
}
_TOKEN = re.compile(r"[\w.!%*+`'~-]+")
_NEEDED = ("via", "from", "to", "call-id", "cseq")
_CSEQ = re.compile(r"(\d{1,10})\s+([A-Za-z]+)")


class Message(NamedTuple):
    """A request, or a response where `status` is not 0. Names of headers are in full and in lower case."""

    method: str
    uri: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool = True  # whether the body is as long as the message says

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def one(self, name: str) -> str:
        """The first value of a header; empty where there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def tokens(self, name: str) -> list[str]:
        """What a header lists, over all its lines."""
        return [part.strip() for value in self.all(name) for part in value.split(",") if part.strip()]

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method."""
        found = _CSEQ.fullmatch(self.one("cseq"))
        assert found is not None  # it was looked at when the message was read
        return int(found[1]), found[2]

    @property
    def branch(self) -> tuple[str, str]:
        """What tells one transaction from another: the branch, and who sent it."""
        top = self.one("via").split(",", 1)[0]
        sent = re.match(r"SIP\s*/\s*2\.0\s*/\s*\w+\s+([^\s;]+)", top)
        return parameter(top, "branch"), sent[1] if sent else ""


def message_of(head: bytes, body: bytes) -> Message:
    """A message from the lines above the empty one, and what stands below."""
    lines = _unfolded(head)
    if not lines or len(lines) > _HEADERS:
        raise StreamError("no message of SIP", "first line", "Speak SIP/2.0.")
    method, uri, status = _first(lines[0])
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not _TOKEN.fullmatch(name):
            raise StreamError("a line that is no header", "headers", "Write `Name: value`.")
        headers.append((_SHORT.get(name, name), value.strip()))
    told = Message(method, uri, status, tuple(headers), body)
    missing = [name for name in _NEEDED if not told.one(name)]
    cseq = _CSEQ.fullmatch(told.one("cseq"))
    if missing or cseq is None or (method and cseq[2] != method):
        raise StreamError(f"a message without a fit {', '.join(missing) or 'cseq'}", "headers", "Send it.")
    length = length_of(told)
    return told._replace(body=body[:length], whole=length <= len(body))


def datagram_of(datagram: bytes) -> Message:
    """The message that fills a datagram."""
    if len(datagram) > LARGEST:
        raise _large()
    head, _, body = _halves(datagram)
    return message_of(head, body)


class Incoming:
    """Messages out of a stream of bytes, which says how long each is."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def hear(self, piece: bytes) -> list[Message]:
        """Those that are whole; LargeFrameError where one would never fit."""
        self._buffer += piece
        found = []
        while True:
            while self._buffer[:2] == b"\r\n":  # a sign of life between messages
                del self._buffer[:2]
            head, gap, body = _halves(bytes(self._buffer))
            if not gap:
                break
            told = message_of(head, body)
            size = len(head) + len(gap) + length_of(told)
            if size > LARGEST:
                raise _large()
            if not told.whole:
                break
            del self._buffer[:size]
            found.append(told)
        if len(self._buffer) > LARGEST:
            raise _large()
        return found


def length_of(told: Message) -> int:
    """How long the body is; as long as what came where the message does not say."""
    length = told.one("content-length")
    if not length:
        return len(told.body)
    if not re.fullmatch(r"[0-9]{1,9}", length):
        raise StreamError("a length that is no number", "Content-Length", "Count the bytes of the body.")
    return int(length)


def parameter(value: str, name: str) -> str:
    """A parameter of a header, which stands behind `<…>` where there is one; without its quotes."""
    outside = _plain(value).rpartition(">")[2]
    found = re.search(rf';\s*{re.escape(name)}\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', outside, re.IGNORECASE)
    return (found[1] if found[1] is not None else found[2]) if found else ""


def address_of(value: str) -> str:
    """The address in a header such as From: `sip:dana@shop.example`."""
    found = re.search(r"<([^>]*)>", _plain(value))
    return (found[1] if found else value.split(";", 1)[0]).strip()


def _plain(value: str) -> str:
    """Without the name before the address, in which anything may stand."""
    return re.sub(r'^\s*"(?:[^"\\]|\\.)*"', "", value)


def written(first: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """A message as it goes out."""
    lines = [first, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def response(
    request: Message,
    status: str,
    *,
    came: tuple[str, int],
    tag: str = "",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """An answer, which carries whence the request came (RFC 3581), and our tag where To has none."""
    first, *others = request.all("via")
    top, comma, rest = first.partition(",")
    top = re.sub(r";\s*rport(?=\s*(?:;|$))", f";rport={came[1]}", top, flags=re.IGNORECASE)
    to = request.one("to")
    if tag and not parameter(to, "tag"):
        to += f";tag={tag}"
    copied = [
        ("Via", f"{top};received={came[0]}{comma}{rest}"),
        *(("Via", other) for other in others),
        *(("Record-Route", route) for route in request.all("record-route")),
        ("From", request.one("from")),
        ("To", to),
        ("Call-ID", request.one("call-id")),
        ("CSeq", request.one("cseq")),
    ]
    return written(f"{_VERSION} {status}", [*copied, *headers], body)


def _large() -> LargeFrameError:
    return LargeFrameError(
        f"a message of more than {LARGEST:,} bytes", "whole message", "Send less metadata at once."
    )


def _halves(data: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands above the first empty line, the line, and what stands below."""
    ends = [(at, gap) for gap in (b"\r\n\r\n", b"\n\n") if (at := data.find(gap)) >= 0]
    if not ends:
        return data, b"", b""
    at, gap = min(ends)
    return data[:at], gap, data[at + len(gap) :]


def _unfolded(head: bytes) -> list[str]:
    try:
        text = head.decode()
    except UnicodeDecodeError:
        raise StreamError("a message whose head is not UTF-8", "headers", "Encode it as UTF-8.") from None
    text = re.sub(r"\r?\n[ \t]+", " ", text)
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)", text):
        raise StreamError("a message with control characters in its head", "headers", "Leave them out.")
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _first(line: str) -> tuple[str, str, int]:
    parts = line.split(" ", 2)
    if len(parts) == 3 and parts[0] == _VERSION and re.fullmatch(r"[1-6][0-9]{2}", parts[1]):
        return "", "", int(parts[1])
    if len(parts) == 3 and parts[2].strip() == _VERSION and re.fullmatch(r"[A-Z]{1,20}", parts[0]):
        return parts[0], parts[1], 0
    raise StreamError("no message of SIP", "first line", "Speak SIP/2.0.")
