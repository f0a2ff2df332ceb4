"""Judges the traces of an event log (XES) by sentences: python -m bench.xes FILE.xes.gz RULES.toml > verdicts.jsonl

RULES.toml holds `[rules] NAME = "sentence"`. An activity `Send invoice` is the type of event `activity.Send_invoice`
(what is no letter or digit becomes `_`); a sentence may also name it in double quotes: require "Send invoice" after "Ship".
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import XMLParser

from bench.lines import Status, arguments, opened, status, write

from clearline.engine.durations import instant_of
from clearline.engine.events import Event
from clearline.engine.forms.form import Breach
from clearline.engine.grammar import parse_sentence
from clearline.engine.hearing import ANY_EVENT
from clearline.engine.monitor import replay
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Kind, Rule

TRACE = Kind("trace", "trace.ended")
QUOTED = re.compile(r'"([^"]*)"')
CHUNK = 1 << 16  # bytes


class XesError(Exception):
    """The log can't be judged; the message says why."""


class Trace(NamedTuple):
    """The name of a trace and the attributes of its events, in the order of the file."""

    name: str
    events: list[dict[str, str]]


class Reader:
    """Takes XML piece by piece and collects the traces that are complete."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []
        self._open: list[str] = []
        self._own: dict[str, str] = {}
        self._events: list[dict[str, str]] = []

    def doctype(self, name: str, *_: str | None) -> None:
        raise XesError(
            f"the log declares a document type (`{name}`); such files are refused, since it can hold entities"
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        inside = self._open[-1] if self._open else ""
        if name == "trace":
            self._own, self._events = {}, []
        elif name == "event":
            self._events.append({})
        elif inside in ("trace", "event") and "key" in attributes:
            holder = self._events[-1] if inside == "event" else self._own
            holder[attributes["key"]] = attributes.get("value", "")
        self._open.append(name)

    def end(self, _: str) -> None:
        if self._open.pop() == "trace":
            self.traces.append(Trace(self._own.get("concept:name", ""), self._events))

    def close(self) -> None:
        """There is nothing left to hand out."""


def traces(path: Path) -> Iterator[Trace]:
    """The traces of a log, plain or .gz, one at a time."""
    reader = Reader()
    parser = XMLParser(target=reader)
    with opened(path) as file:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            yield from reader.traces
            reader.traces.clear()
    parser.close()


class Names:
    """The type of event of every activity; two activities may not share one."""

    def __init__(self) -> None:
        self.happened: set[str] = set()  # types, in the log
        self._types: dict[str, str] = {}
        self._owners: dict[str, str] = {}

    def type(self, activity: str) -> str:
        if activity not in self._types:
            slug = re.sub(r"\W", "_", activity)
            slug = slug if re.match(r"[A-Za-z_]", slug) else f"_{slug}"
            owner = self._owners.setdefault(slug, activity)
            if owner != activity:
                raise XesError(
                    f"the activities `{owner}` and `{activity}` would both be `activity.{slug}`: rename one"
                )
            self._types[activity] = f"activity.{slug}"
        return self._types[activity]


def program(path: Path, names: Names) -> Program:
    """The rules of a file, compiled; the engine's errors tell what is wrong with a sentence."""
    written: dict[str, str] = tomllib.loads(path.read_text("utf-8"))["rules"]
    rules = []
    for name, sentence in written.items():
        text = QUOTED.sub(lambda found: names.type(found.group(1)), sentence)
        rules.append(Rule(name, TRACE.name, (parse_sentence(text),)))
    return compile_rules(rules, {}, kind=TRACE.name, kinds=(TRACE,))


def events(trace: Trace, names: Names) -> list[Event]:
    """The events of a trace in the file's order: a time before its predecessor's is taken as that."""
    found: list[Event] = []
    at = 0
    for index, fields in enumerate(trace.events):
        written = fields.get("time:timestamp")
        time = instant(written) if written else at
        at = max(at, time) if found else time
        data: dict[str, Any] = {re.sub(r"\W", "_", key): value for key, value in fields.items()}
        kind = names.type(fields.get("concept:name", ""))
        names.happened.add(kind)
        found.append(Event(str(index), kind, at, data, seq=index))
    found.append(Event(str(len(found)), TRACE.ends or "", at, seq=len(found)))
    return found


def instant(written: str) -> int:
    """Microseconds; a time without an offset is UTC."""
    time = datetime.fromisoformat(written)
    return instant_of(time if time.tzinfo else time.replace(tzinfo=UTC))


def judged(rules: Program, trace: Trace, names: Names) -> dict[str, Status]:
    """The status of every rule; `at` is the index of the event that breaks it, the trace's length at its end."""
    standing = events(trace, names)

    def place(breach: Breach) -> int:
        if breach.deed is not None:
            return int(breach.deed.event.id)
        return sum(event.at <= breach.at for event in standing[:-1])

    return {verdict.rule.id: status(verdict, place) for verdict in replay(rules, standing)}


def main() -> None:
    log, rules = map(Path, arguments("usage: python -m bench.xes FILE.xes.gz RULES.toml", 2))
    names = Names()
    compiled = program(rules, names)
    write(((trace.name, judged(compiled, trace, names)) for trace in traces(log)), sys.stdout, sys.stderr)
    for kind in sorted({kind for kind, _ in compiled.listeners} - names.happened - {ANY_EVENT}):
        print(f"`{kind}` stands in a rule and never happens in this log: check its spelling", file=sys.stderr)


if __name__ == "__main__":
    main()
