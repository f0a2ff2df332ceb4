"""Recording sessions (SIPREC, RFC 7866) as vendors open them: the parts of a body, and who stands in their metadata (RFC 7865)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final, NamedTuple
from xml.parsers import expat  # nosec - entities and document types are refused below

from clearline.engine.events import Instant
from clearline.formats.errors import StreamError, UnsupportedError
from clearline.formats.sip import parameter
from clearline.formats.speakers import checked
from clearline.formats.text import cleaned
from clearline.formats.turns import instant

SDP: Final = "application/sdp"
METADATA: Final = ("application/rs-metadata+xml", "application/rs-metadata")
MIXED: Final = "multipart/mixed"
_PARTS, _ELEMENTS, _DEEP, _TEXT = 20, 5_000, 32, 500
_NAMESPACE = "urn:ietf:params:xml:ns:recording"
_TRANSPORT = ("7bit", "8bit", "binary")


class Participant(NamedTuple):
    """Somebody in the call that is recorded."""

    key: str
    address: str = ""  # user@host, without the scheme
    name: str = ""
    left: bool = False

    @property
    def user(self) -> str:
        """The number, or the name before the @."""
        return self.address.partition("@")[0]


class Metadata(NamedTuple):
    """What the sender says of the call that is recorded."""

    session: str = ""
    participants: tuple[Participant, ...] = ()
    streams: Mapping[str, str] = {}  # label of an m-line to the stream
    senders: Mapping[str, tuple[str, ...]] = {}  # stream to the keys of those who are heard on it
    partial: bool = False  # only what changed
    began: Instant | None = None

    def behind(self, label: str) -> Participant | None:
        """Who is heard on an m-line; None where nobody or several are."""
        keys = self.senders.get(self.streams.get(label, ""), ())
        found = [one for one in self.participants if one.key in keys]
        return found[0] if len(found) == 1 else None

    def after(self, before: "Metadata") -> "Metadata":
        """What is known now, where this is news to what was known."""
        if not self.partial:
            return self
        people = {one.key: one for one in before.participants}
        for one in self.participants:
            known = people.get(one.key, one)
            people[one.key] = one._replace(address=one.address or known.address, name=one.name or known.name)
        return Metadata(
            self.session or before.session,
            tuple(people.values()),
            {**before.streams, **self.streams},
            {**before.senders, **self.senders},
            began=self.began if before.began is None else before.began,
        )


class Parts(NamedTuple):
    """The body of a request: either may be missing."""

    sdp: bytes | None
    metadata: Metadata | None


class Speaking(NamedTuple):
    """Who is the agent, as the shop says it."""

    agents: tuple[str, ...] = ()  # patterns of addresses: 2???@pbx.example
    lines: tuple[str, ...] = ()  # roles of m-lines in their order, where the metadata does not tell
    caller: str = "unknown"  # the role of whoever called

    def role(
        self, who: Participant | None, number: int, everybody: Sequence[Participant], caller: str
    ) -> str:
        """Who is behind an m-line: agent, customer or unknown."""
        if who is None:
            return self.lines[number] if number < len(self.lines) else "unknown"
        if any(self._is_agent(one) for one in everybody):
            return "agent" if self._is_agent(who) else "customer"
        known = len(everybody) == 2 and caller in {one.address for one in everybody}
        if known and self.caller in {"agent", "customer"}:
            other = "agent" if self.caller == "customer" else "customer"
            return self.caller if who.address == caller else other
        return "unknown"

    def _is_agent(self, who: Participant) -> bool:
        told = (who.address.casefold(), who.user.casefold())
        return any(one and fnmatchcase(one, pattern.casefold()) for pattern in self.agents for one in told)


def speaking(agents: Sequence[str], lines: Sequence[str], caller: str) -> Speaking:
    """The shop's own naming; ValueError where a role is none."""
    checked({str(n): role for n, role in enumerate((*lines, caller))})
    return Speaking(tuple(agents), tuple(lines), caller)


def parts_of(content_type: str, body: bytes) -> Parts:
    """What stands in a body; UnsupportedError where it is of another kind, StreamError where it is cut or wrong."""
    kind = _kind(content_type)
    if kind == MIXED:
        parts = _split(parameter(content_type, "boundary"), body)
    elif kind == SDP or kind in METADATA:
        parts = [(kind, body)]
    else:
        raise UnsupportedError("a body of another kind", "Content-Type", f"Send {SDP} or {MIXED}.")
    found = dict[str, bytes]()
    for kind, content in parts:
        name = "metadata" if kind in METADATA else kind
        if name in {SDP, "metadata"} and found.setdefault(name, content) is not content:
            raise StreamError(f"two parts of {name}", "body", "Send one of each.")
    told = found.get("metadata")
    return Parts(found.get(SDP), None if told is None else metadata_of(told))


def metadata_of(content: bytes) -> Metadata:
    """What metadata in any of its known forms says."""
    reader = _Reader()
    reader.read(content)
    root = reader.root
    if root is None or root.name != "recording":
        raise _wrong("metadata that are no recording")
    sessions, people = root.called("session"), root.called("participant")
    senders: dict[str, list[str]] = {}
    for one in (*root.called("participantstreamassoc"), *people):
        for sent in one.called("send"):
            senders.setdefault(sent.text, []).append(one.key("participant"))
    gone = {
        one.key("participant")
        for one in root.called("participantsessionassoc")
        if one.first("disassociate-time")
    }
    mode = root.first("datamode")
    return Metadata(
        sessions[0].key("session") if sessions else "",
        tuple(_participant(one, gone) for one in people),
        _labelled(root.called("stream")),
        {stream: tuple(dict.fromkeys(keys)) for stream, keys in senders.items()},
        partial=mode.lower() == "partial",
        began=_time(sessions[0].first("start-time")) if sessions else None,
    )


def plain_address(address: str) -> str:
    """user@host of an address, by which two are compared."""
    told = re.sub(r"^(?:sips?|tel):", "", address.strip(), flags=re.IGNORECASE)
    told = re.split(r"[;?>]", told, maxsplit=1)[0]
    user, at, host = told.rpartition("@")
    host = re.sub(r":\d+$", "", host).casefold()
    return f"{user}@{host}" if at and user else told


class _Element:
    """One element, with what is needed of it."""

    def __init__(self, name: str, given: Mapping[str, str]) -> None:
        self.name, self._given = name, given
        self.text = ""
        self.within: list[_Element] = []

    def called(self, name: str) -> list["_Element"]:
        return [one for one in self.within if one.name == name]

    def first(self, name: str) -> str:
        """The text of the first of that name; empty where there is none."""
        return next((one.text for one in self.called(name)), "")

    def given(self, name: str) -> str:
        return self._given.get(name, "")

    def key(self, kind: str) -> str:
        """By what it is known: drafts wrote `id`, the RFC `participant_id`."""
        return self.given(f"{kind}_id") or self.given("id") or self.given(kind)


class _Reader:
    """Reads XML that may be hostile: no document type, no entity of its own, bounded in every way."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []
        self._namespace, self._foreign, self._count = "", 0, 0

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refused
        parser.EntityDeclHandler = _refused
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        try:
            parser.Parse(content.lstrip(), True)
        except expat.ExpatError as fault:
            raise _wrong(f"metadata that are no XML (line {fault.lineno:,})") from None
        except (LookupError, ValueError):  # an encoding that nobody knows, or of several bytes
            raise _wrong("metadata in another encoding") from None

    def _start(self, full: str, given: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > _ELEMENTS or len(self._open) + self._foreign >= _DEEP:
            raise _wrong("metadata with too many elements")
        namespace, _, name = full.rpartition(" ")
        if self.root is None:
            self._namespace = namespace
        if self._foreign or not (namespace == self._namespace or namespace.startswith(_NAMESPACE)):
            self._foreign += 1  # what vendors add
            return
        element = _Element(
            name.lower(), {key.rpartition(" ")[2].lower(): _line(value) for key, value in given.items()}
        )
        if self._open:
            self._open[-1].within.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        if self._foreign:
            self._foreign -= 1
            return
        element = self._open.pop()
        element.text = _line(element.text)

    def _said(self, text: str) -> None:
        if not self._foreign and self._open and len(self._open[-1].text) < _TEXT:
            self._open[-1].text += text


def _labelled(streams: Sequence[_Element]) -> dict[str, str]:
    """The stream of each label; a label of several streams tells nothing."""
    found: dict[str, str] = {}
    for one in streams:
        label, key = one.first("label") or one.given("label"), one.key("stream")
        found[label] = key if found.get(label, key) == key else ""
    return {label: key for label, key in found.items() if label and key}


def _participant(told: _Element, gone: set[str]) -> Participant:
    key = told.key("participant")
    named = next(iter(told.called("nameid")), None)
    address = named.given("aor") if named is not None else ""
    name = named.first("name") if named is not None else ""
    address = address or told.first("aor") or told.given("aor")
    name = name or told.first("name") or told.given("name")
    return Participant(key, plain_address(address), name, key in gone)


def _split(boundary: str, body: bytes) -> list[tuple[str, bytes]]:
    """The parts of a body: what kind each is of, and what it holds."""
    if not 0 < len(boundary) <= 70:
        raise StreamError("a body of parts without a boundary", "Content-Type", "Say boundary=…")
    mark = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|$)")
    found = list(mark.finditer(body))
    if not found or not found[-1][1]:
        raise StreamError("a body that is cut off", "body", "End it with its boundary and two dashes.")
    if len(found) > _PARTS:
        raise StreamError("a body of too many parts", "body", "Send the SDP and the metadata.")
    parts = []
    for one, after in pairwise(found):
        head, content = _above(body[one.end() : after.start()])
        if head.get("content-transfer-encoding", "binary").lower() not in _TRANSPORT:
            raise UnsupportedError("a part in another encoding", "body", "Send parts as they are.")
        parts.append((_kind(head.get("content-type", "text/plain")), content))
    return parts


def _above(part: bytes) -> tuple[dict[str, str], bytes]:
    """The headers of a part, and its content."""
    part = re.sub(rb"^\r?\n", b"", part, count=1)
    found = re.search(rb"(?:^|\r?\n)\r?\n", part)
    if found is None:
        raise StreamError("a part without an empty line above its content", "body", "Set one.")
    lines = part[: found.start()].decode("latin-1").splitlines()
    told = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in told}, part[found.end() :]


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _line(text: str) -> str:
    return " ".join(cleaned(text[:_TEXT])[0].split())


def _time(text: str) -> Instant | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else instant(found)


def _refused(*_: object) -> None:
    raise _wrong("metadata with a document type or an entity of their own")


def _wrong(what: str) -> StreamError:
    return StreamError(what, "rs-metadata", "Send it as RFC 7865 has it.")
