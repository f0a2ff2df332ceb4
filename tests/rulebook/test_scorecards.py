"""Scorecards are read like rules: every fault with its file and line, and a version by what they mean."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rulebook.conftest import Files

from clearline.rulebook.reading import load, read
from clearline.rulebook.scorecards import NOT_APPLICABLE, Scorecard

CARD = """\
title = "Service"

[[question]]
id = "told"
text = "Was the customer told that the call is recorded?"
critical = true
rule = "recording-notice"

[[question]]
id = "listened"
text = "How well did the agent listen?"
weight = 2
scale = ["not", "partly", "fully"]
optional = false
"""
PATH = "us/scorecards/service.toml"
Write = Callable[[Files], Path]


def card(write: Write, good: dict[str, str], text: str = CARD) -> Scorecard:
    found = read(write(good | {PATH: text}))
    assert [str(fault) for fault in found.faults] == []
    return found.scorecards["service"]


def test_a_card_says_what_its_file_says(write: Write, good: dict[str, str]) -> None:
    told, listened = card(write, good).questions
    assert told.answers == ("yes", "no", NOT_APPLICABLE)
    assert listened.answers == ("not", "partly", "fully")
    assert [listened.worth(one) for one in listened.answers] == [0, 0.5, 1]
    assert (told.worth("yes"), told.worth("no"), told.worth(NOT_APPLICABLE)) == (1, 0, None)


def test_its_version_changes_with_what_it_means_and_with_nothing_else(
    write: Write, good: dict[str, str]
) -> None:
    before = card(write, good).version
    assert card(write, good, CARD.replace('title = "Service"', 'title = "Another name"')).version == before
    for old, new in (("weight = 2", "weight = 3"), ("critical = true\n", ""), ("listen?", "hear?")):
        assert card(write, good, CARD.replace(old, new)).version != before


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('rule = "recording-notice"', 'rule = "recording-notise"', 7, "Did you mean `recording-notice`?"),
        ("weight = 2", "weight = 0", 12, "give it a weight over 0"),
        ("weight = 2", "weight = nan", 12, "give it a weight over 0"),
        ('"not", "partly", "fully"', '"fully"', 13, "at least two steps"),
        ('"not", "partly"', '"fully", "partly"', 13, "all different"),
        ('"partly"', f'"{NOT_APPLICABLE}"', 13, "optional = true"),
        ("weight = 2", "critical = true", 12, "Ask two questions"),
        ('id = "listened"', 'id = "told"', 10, "is taken"),
        ('id = "listened"', 'id = "Listen well"', 10, "can't be a name"),
        ("optional = false", "optionel = false", 14, "Did you mean `optional`?"),
        ("critical = true", 'critical = "yes"', 6, "true or false"),
    ],
)
def test_a_fault_stands_at_its_line_and_says_how_to_mend_it(
    write: Write, good: dict[str, str], old: str, new: str, line: int, words: str
) -> None:
    found = read(write(good | {PATH: CARD.replace(old, new)}))
    faults = [fault for fault in found.faults if fault.file.name == "service.toml"]
    assert [(fault.line, words in str(fault)) for fault in faults] == [(line, True)]
    assert found.scorecards == {}


@pytest.mark.parametrize("text", ["", 'title = "Nothing"\n'])
def test_a_card_that_asks_nothing_is_none(write: Write, good: dict[str, str], text: str) -> None:
    found = read(write(good | {PATH: text}))
    assert len(found.faults) == 1
    assert found.scorecards == {}


def test_a_rule_about_something_else_than_a_call_answers_no_question(
    write: Write, good: dict[str, str]
) -> None:
    rule = good["us/rules/recording-notice.toml"].replace('on = "call"', 'on = "agent"')
    found = read(write(good | {"us/rules/recording-notice.toml": rule, PATH: CARD}))
    assert found.scorecards == {}


def test_an_id_is_taken_once_among_all_packs_and_strangers_among_the_files_are_told(
    write: Write, good: dict[str, str]
) -> None:
    more = {
        "eu/pack.toml": 'title = "EU"\n',
        "eu/scorecards/service.toml": CARD,
        "eu/scorecards/notes.md": "?",
    }
    told = "\n".join(map(str, read(write(good | {PATH: CARD} | more)).faults))
    assert "the id `service` is taken" in told
    assert "Scorecards are files called <slug>.toml" in told


def test_the_shipped_card_asks_rules_that_are_there() -> None:
    found = load()
    shipped = found.scorecards["service-call"]
    assert {one.rule for one in shipped.questions if one.rule} <= found.rules.keys()
    assert any(one.critical for one in shipped.questions)
