"""Plain text: `Speaker: what they say`, with or without a time before it."""

import re

from clearline.formats.turns import Seconds, Transcript, Turn

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d(?:[.,]\d{1,6})?)"
_TIME = re.compile(
    rf"(?P<open>[\[(] ?)?(?:{_CLOCK}|(\d{{1,6}}(?:\.\d{{1,6}})?)\s?s)\s*[\])]?(?:\s+-)?(?=\s)\s*"
)
_NAME = r"[^\W\d_][\w.'\u2019/#&()\-]{0,31}(?: [\w#(][\w.'\u2019/#&()\-]{0,31}){0,3}"
_SPEAKER = re.compile(rf"(?:- +)?(?P<name>{_NAME})(?: ?[\[(]{_CLOCK}[\])])? ?:(?:\s+|$)")


def transcript(text: str) -> Transcript:
    """The lines as turns; a line without a name goes on with the turn before, if that has one."""
    turns: list[Turn] = []
    parts: list[list[str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, when, said = spoken(line)
        if name or when is not None or not turns or not turns[-1].labels:
            turns.append(Turn("", (name,) if name else (), when))
            parts.append([])
        parts[-1].append(said)
    for turn, said_in in zip(turns, parts, strict=True):
        turn.text = " ".join(filter(None, said_in))
    return Transcript(turns)


def spoken(line: str) -> tuple[str, Seconds | None, str]:
    """Name of the speaker, time and words of a line; empty and None where it has none."""
    before = _TIME.match(line)
    if before:
        name, when, said = _named(line, before.end())
        if name or before["open"]:  # a bare time may be part of what is said
            return name, _seconds(*before.groups()[1:]) if when is None else when, said
    return _named(line, 0)


def _named(line: str, start: int) -> tuple[str, Seconds | None, str]:
    found = _SPEAKER.match(line, start)
    if not found or not _is_name(found["name"]):
        return "", None, line[start:]
    clock = found.groups()[1:]
    return found["name"], _seconds(*clock) if clock[1] else None, line[found.end() :]


def _is_name(words: str) -> bool:
    """One word, or several that are all written large: `the total is: ...` names nobody."""
    first, *others = words.split(" ")
    return not any(word[0].islower() for word in others) and not (
        others and first.islower() and others[0].isalpha()
    )


def _seconds(hours: str | None, minutes: str | None, seconds: str | None, only: str | None = None) -> Seconds:
    if only is not None:
        return float(only)
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float((seconds or "0").replace(",", "."))
