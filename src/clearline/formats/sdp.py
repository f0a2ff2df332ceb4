"""Descriptions of sessions (RFC 4566), as far as somebody who only listens needs them: an offer in, an answer out."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from clearline.formats.errors import StreamError

MULAW, ALAW, KEYS, NOISE = "mulaw", "alaw", "keys", "noise"
SOUND: Final = frozenset({MULAW, ALAW})
_NAMES: Final = {
    "pcmu/8000": MULAW,
    "pcma/8000": ALAW,
    "telephone-event/8000": KEYS,
    "cn/8000": NOISE,
}
_FIXED: Final = {0: MULAW, 8: ALAW, 13: NOISE}  # RFC 3551
_WRITTEN: Final = {
    MULAW: "PCMU/8000",
    ALAW: "PCMA/8000",
    KEYS: "telephone-event/8000",
    NOISE: "CN/8000",
}
_DIRECTIONS: Final = ("sendonly", "sendrecv", "recvonly", "inactive")
_LINES = 64  # that are read; how many are recorded is another question


class MediaLine(NamedTuple):
    """One m-line: what comes to one port of ours."""

    kind: str  # audio, video, …
    port: int
    protocol: str
    formats: tuple[str, ...]
    address: str  # whence it comes
    label: str
    sends: bool
    codecs: Mapping[int, str]  # by payload type, of those that are read

    @property
    def fits(self) -> bool:
        """Whether it can be recorded."""
        plain = self.kind == "audio" and self.protocol in {"RTP/AVP", "RTP/AVPF"}
        return plain and self.port > 0 and bool(SOUND & set(self.codecs.values()))


def offer_of(body: bytes) -> tuple[MediaLine, ...]:
    """The m-lines of an offer, in their order."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _wrong("a description that is not UTF-8") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "v=0":
        raise _wrong("a description that does not begin with v=0")
    if any(line[1:2] != "=" for line in lines):
        raise _wrong("a line of a description that is none")
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line)
    if not 1 < len(blocks) <= _LINES + 1:
        raise _wrong("a description without m-lines, or with too many")
    return tuple(_line(block, blocks[0]) for block in blocks[1:])


def answer(lines: Sequence[MediaLine], ports: Sequence[int], address: str, version: int) -> bytes:
    """Our answer: every line is listened to at its port; port 0 says that it is not."""
    family = "IP6" if ":" in address else "IP4"
    told = [
        "v=0",
        f"o=clearline 1 {version} IN {family} {address}",
        "s=-",
        f"c=IN {family} {address}",
        "t=0 0",
    ]
    for line, port in zip(lines, ports, strict=True):
        if not port:
            told += [f"m={line.kind} 0 {line.protocol} {' '.join(line.formats)}"]
            continue
        told += [f"m=audio {port} {line.protocol} {' '.join(map(str, line.codecs))}"]
        told += [f"a=rtpmap:{number} {_WRITTEN[codec]}" for number, codec in line.codecs.items()]
        told += [f"a={'recvonly' if line.sends else 'inactive'}"]
        told += [f"a=label:{line.label}"] if line.label else []
    return ("\r\n".join(told) + "\r\n").encode()


def _line(block: Sequence[str], above: Sequence[str]) -> MediaLine:
    parts = block[0][2:].split()
    port = re.fullmatch(r"([0-9]{1,5})(?:/[0-9]+)?", parts[1]) if len(parts) > 3 else None
    if port is None or int(port[1]) > 65_535:
        raise _wrong("an m-line that is none")
    formats = tuple(parts[3:])
    told = {key: value for key, value in (_attribute(line) for line in block) if key != "rtpmap"}
    maps = dict(
        value.split(None, 1) for key, value in map(_attribute, block) if key == "rtpmap" and " " in value
    )
    codecs = {}
    for one in formats:
        if re.fullmatch(r"[0-9]{1,3}", one) and int(one) < 128:
            name = maps.get(one, "").lower().strip().removesuffix("/1")
            codec = _NAMES.get(name) if name else _FIXED.get(int(one))
            if codec is not None:
                codecs[int(one)] = codec
    usual = next((one[2:] for one in above if one[2:] in _DIRECTIONS), "sendrecv")
    direction = next((one for one in _DIRECTIONS if one in told), usual)
    return MediaLine(
        parts[0],
        int(port[1]),
        parts[2].upper(),
        formats,
        _address(block) or _address(above),
        told.get("label", "").strip(),
        direction in {"sendonly", "sendrecv"},
        codecs,
    )


def _attribute(line: str) -> tuple[str, str]:
    name, _, value = line.removeprefix("a=").partition(":")
    return (name, value) if line.startswith("a=") else ("", "")


def _address(block: Sequence[str]) -> str:
    told = next((line[2:].split() for line in block if line.startswith("c=")), [])
    return told[2].partition("/")[0] if len(told) == 3 else ""


def _wrong(what: str) -> StreamError:
    return StreamError(what, "SDP", "Send it as RFC 4566 has it, with an m-line for each speaker.")
