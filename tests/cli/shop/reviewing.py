"""Judges a shop's timelines by the shipped rules, and by what it says of itself."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from clearline.cli.shop.contacts import world_once
from clearline.engine.events import Event, Instant
from clearline.engine.monitor import replay_many
from clearline.engine.program import Program
from clearline.record.answers.questions import questions
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

Key = tuple[str, str, str]  # rule, kind of timeline, subject


class Reviewed(NamedTuple):
    """What the rules find, and what they ask a person."""

    found: set[Key]
    asked: set[Key]
    timelines: dict[str, int]


@cache
def rulebook() -> Rulebook:
    return load()


@cache
def programs() -> dict[str, Program]:
    return rulebook().programs(rulebook().select(), portable=True)


@cache
def known() -> dict[str, dict[str, Any]]:
    return {**rulebook().known, "shop": questions().facts(world_once()["answers"])}


def review(events: Iterable[Event], until: Instant) -> Reviewed:
    """Every timeline that a rule speaks of, with all deadlines up to `until`."""
    lines: dict[str, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        for kind, subject in event.subjects.items():
            lines[kind][subject].append(event)
    done = Reviewed(set(), set(), {})
    for kind, program in programs().items():
        subjects = lines[kind]
        done.timelines[kind] = len(subjects)
        judges = replay_many(program, subjects.values(), known())
        for subject, judge in zip(subjects, judges, strict=True):
            judge.run.fire(until)
            for verdict in judge.verdicts():
                key = (verdict.rule.id, kind, subject)
                if verdict.findings:
                    done.found.add(key)
                if verdict.questions or verdict.applies is None:
                    done.asked.add(key)
    return done
