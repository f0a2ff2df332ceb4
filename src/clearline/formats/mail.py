"""The body of a written message, by its media type, as the text that people read."""

import html
import re
from email.message import Message
from email.parser import BytesParser

_TAG = re.compile(r"(<[^<>]*>)")
_BLOCK = re.compile(r"</?(?:br|p|div|tr|li|h[1-6]|blockquote|table|ul|ol)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"<(/?)(?:script|style|head|title)\b", re.IGNORECASE)


def said(body: str, media: str) -> tuple[str, list[str]]:
    """The text of a body, and the media types of parts that hold none."""
    kind = media.partition(";")[0].strip().lower()
    if kind.startswith("multipart/") or kind == "message/rfc822":
        header = "" if kind == "message/rfc822" else f"Content-Type: {' '.join(media.split())}\n\n"
        return _parts(BytesParser().parsebytes((header + body).encode()))
    if kind == "text/html":
        return from_html(body), []
    if kind.startswith("text/") or not kind:
        return body, []
    return "", [kind]


def from_html(source: str) -> str:
    """What a browser would show of an HTML text, without its looks."""
    shown: list[str] = []
    hidden = 0
    for piece in _TAG.split(source):
        if tag := _HIDDEN.match(piece):
            hidden = max(0, hidden + (-1 if tag[1] else 1))
        elif piece.startswith("<") and piece.endswith(">"):
            shown.append("\n" if _BLOCK.match(piece) else "")
        elif not hidden:
            shown.append(html.unescape(piece))
    lines = (" ".join(line.split()) for line in "".join(shown).splitlines())
    return "\n".join(filter(None, lines))


def _parts(message: Message) -> tuple[str, list[str]]:
    """The plain part where there is one, else the HTML part; a message has several only as alternatives."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    others = []
    for part in message.walk():
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if kind in texts and part.get_content_disposition() != "attachment":
            texts[kind].append(_decoded(part))
        else:
            others.append(kind)
    plain = "\n".join(texts["text/plain"])
    return plain if plain.strip() else from_html("\n".join(texts["text/html"])), others


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:  # an encoding that does not exist
        return raw.decode("utf-8", errors="replace")
