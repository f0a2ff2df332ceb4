"""Reads what options say: facts, speakers, dates."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.engine.listed import NOBODY, Listed, ListError, listed
from clearline.formats.speakers import checked

_FACT = re.compile(r"([a-z]\w*)\.([a-z]\w*)=(.+)", re.DOTALL)
PLURAL = {"places"}  # facts that are lists even if one value is given


class OptionError(Exception):
    """An option that says nothing; the message tells what to write."""


def facts_of(options: Iterable[str]) -> dict[str, dict[str, Any]]:
    """`call.places=US-CA,US-NV` and the like, as the engine is given them."""
    facts: dict[str, dict[str, Any]] = {}
    for option in options:
        found = _FACT.fullmatch(option)
        if found is None:
            raise OptionError(f"--fact {option}: write it like call.places=US-CA,US-NV or call.recorded=true")
        area, name, value = found.groups()
        facts.setdefault(area, {})[name] = _value(name, value)
    return facts


def speakers_of(options: Iterable[str]) -> dict[str, str]:
    """`0=agent`: what a file calls a speaker, and who that is."""
    pairs = [option.rpartition("=") for option in options]
    if any(not label for label, _, _ in pairs):
        raise OptionError("--speaker: write it like 0=agent, the file's own name of the speaker first")
    try:
        return dict(checked({label: role for label, _, role in pairs}))
    except ValueError as error:
        raise OptionError(f"--speaker: {error}") from error


def channels_of(option: str) -> tuple[str, ...]:
    """`agent,customer`: who is on which channel of a recording, the first first."""
    speakers = tuple(part.strip() for part in option.split(",")) if option else ()
    if speakers and sorted(speakers) != ["agent", "customer"]:
        raise OptionError(f"--channels {option}: write agent,customer or customer,agent")
    return speakers


def listed_in(path: Path | None) -> Listed:
    """The names and addresses of a file that are to be hidden."""
    if path is None:
        return NOBODY
    try:
        found = listed(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionError(f"--hide {path}: it can't be read ({(error.strerror or '').lower()})") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"--hide {path}: it is not UTF-8 (byte {error.start}). Save it as UTF-8") from error
    except ListError as error:
        raise OptionError(f"--hide {path}, {error}") from error
    if not found:
        raise OptionError(f"--hide {path}: there is no name or address in it. Write one a line, or a CSV")
    return found


def day_of(option: str, today: date) -> Instant:
    """The midnight, in UTC, of a date; of today without one."""
    try:
        day = date.fromisoformat(option) if option else today
    except ValueError as error:
        raise OptionError(f"--on {option}: write a date like {today.isoformat()}") from error
    return instant_of(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _value(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = [part.strip() for part in text.split(",") if part.strip()] if "," in text else text.strip()
    return [value] if name in PLURAL and not isinstance(value, list) else value
