"""A new rule works and tells its author what is left to write."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clearline.rulebook.checking import check
from clearline.rulebook.faults import RulebookError
from clearline.rulebook.new import new_rule
from clearline.rulebook.reading import read

Write = Callable[[dict[str, str]], Path]


def test_a_new_rule_names_exactly_what_is_left_to_write(write: Write, good: dict[str, str]) -> None:
    text = new_rule("us", "new-rule")
    root = write(good | {"us/rules/new-rule.toml": text})
    faults = check(read(root))
    assert {fault.message for fault in faults} == {
        *(f"`{key}` is still to be written" for key in ("title", "cites", "prompt", "note"))
    }
    todo = [number for number, line in enumerate(text.splitlines(), 1) if '"TODO' in line]
    assert [fault.line for fault in faults] == todo


def test_a_new_rule_is_right_once_it_is_written(write: Write, good: dict[str, str]) -> None:
    root = write(good | {"us/rules/new-rule.toml": new_rule("us", "new-rule").replace("TODO: ", "")})
    assert check(read(root)) == []


def test_it_refuses_a_slug_that_is_none() -> None:
    with pytest.raises(RulebookError, match="`New Rule` is no slug"):
        new_rule("us", "New Rule")
    with pytest.raises(RulebookError, match="`My Shop` is no slug"):
        new_rule("My Shop", "new-rule")
