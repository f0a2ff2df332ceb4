"""Plain conditions say to the letter what CEL says: the value, or the reason why there is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from clearline.engine.conditions import Conditions
from clearline.engine.errors import ConditionError
from clearline.engine.plain import translate

NAMES = ("call", "data", "facts")
CONDITIONS = Conditions(NAMES)


def fields(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What stands behind a value: a field, or what an index finds."""
    return st.one_of(
        st.builds("{}.{}".format, of, st.sampled_from("abk")),
        st.builds("{}.{}".format, of, st.sampled_from("abk")),
        st.builds("{}[{}]".format, of, st.sampled_from(["'a'", '"b"', "data.k", "facts.k", "0", "true"])),
    )


PATHS = fields(st.recursive(st.sampled_from(NAMES), fields, max_leaves=3))
LITERALS = st.sampled_from(["true", "false", "null", "'a'", '"b"', "''", "'é'", "0", "1", "7"])
LISTS = st.lists(LITERALS, max_size=3).map(lambda some: f"[{', '.join(some)}]")
PRESENT = st.builds("has({}.{})".format, st.one_of(st.sampled_from(NAMES), PATHS), st.sampled_from("abk"))


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions of conditions."""
    signs = st.sampled_from(["==", "!=", "&&", "&&", "||", "||", "in"])
    return st.one_of(
        st.builds("{} {} {}".format, inner, signs, inner),
        st.builds("({}) {} ({})".format, inner, signs, inner),
        st.builds("!{}".format, inner),
        st.builds("!({})".format, inner),
        st.builds("({}) ? {} : ({})".format, inner, inner, inner),
        st.builds("{} in {}".format, inner, st.one_of(LISTS, PATHS)),
        st.builds(
            "{}.{}(p, {})".format,
            st.one_of(LISTS, PATHS),
            st.sampled_from(["all", "exists"]),
            st.one_of(
                inner,
                st.sampled_from(
                    ["p", "p == 'a'", "p.startsWith('a')", "p.matches('^a')", "p in data.a", "p.a || data.b"]
                ),
            ),
        ),
    )


SOURCES = st.recursive(st.one_of(PATHS, PATHS, LITERALS, PRESENT), joined, max_leaves=6)
SCALARS = st.one_of(
    st.sampled_from([True, False, True, False, None, "a", "b", "ab", "é", "", 0, 1, 7, 1.0, 0.5, 2**53, -1]),
    st.integers(-(2**63), 2**63 - 1),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abk"), inner, max_size=3)
    ),
    max_leaves=6,
)
KNOWN = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from("abk"), VALUES, max_size=3) for name in NAMES}
)


def typed(value: Any) -> str:
    """So that 1 is no true."""
    return repr(value)


@settings(max_examples=1000)
@given(SOURCES, KNOWN)
@example("data.a == 1", {"data": {"a": True}})
@example("data.a == true", {"data": {"a": 1}})
@example("data.a == 1", {"data": {"a": 1.0}})
@example("data.a || data.b", {"data": {"a": 1, "b": True}})
@example("data.a && data.b", {"data": {"a": 1}})
@example("data.a in data.b", {"data": {"a": 1, "b": [1.0]}})
@example("data.a in data.b", {"data": {"a": "k", "b": {"k": 1}}})
@example("data.b.exists(p, p.startsWith('a'))", {"data": {"b": ["b", 1]}})
@example("data.b.all(p, p in data.a)", {"data": {"a": [], "b": []}})
@example("facts.a[data.k]", {"facts": {"a": {"7": 1}}, "data": {"k": "x y"}})
def test_it_says_what_cel_says(source: str, known: dict[str, dict[str, Any]]) -> None:
    try:
        condition = CONDITIONS.compile(source)
    except ConditionError:  # CEL knows literals' types
        reject()
    read = {name: known.get(name) or {} for name in NAMES if name in source}
    assert typed(condition.value(known)) == typed(condition.value_in_cel(read))


@pytest.mark.parametrize(
    "source",
    [
        "data.by == 'agent'",
        "!data.agrees",
        "has(facts.a.b) && facts.a.b in ['x', 'y']",
        "call.places.exists(p, p in facts.a.b || p.startsWith('GB'))",
        "(has(call.a) ? call.a : has(facts.b)) != true",
        'facts.status[data.id] != "pending"',
    ],
)
def test_a_usual_condition_is_plain(source: str) -> None:
    assert translate(source, NAMES, str) is not None


@pytest.mark.parametrize(
    "source",
    [
        "data.x > 1",
        "data.x == 1.5",
        "data.x == -1",
        "data.x == 1u",
        "data.x == 0x1",
        "data.x == r'a'",
        "data.x == 'a\\n'",
        "data.x == '''a'''",
        "data.x + data.y == 2",
        "data.x.matches(data.y)",
        "data.x.map(p, p) == []",
        "size(data.x) == 1",
        "data.x == [data.y]",
        "data.x == {'a': 1}",
        "data.x.exists(data, data)",
        "other.x",
        "data.x data.y",
        "data.'x'",
        "has(data.x == 1)",
        "[1 2]",
        "data.x == 9223372036854775808",
    ],
)
def test_all_else_is_left_to_cel(source: str) -> None:
    assert translate(source, NAMES, str) is None


def test_a_value_that_cel_cannot_hold_spoils_only_what_reads_it() -> None:
    known = {"data": {"a": "x", "b": 2**64}}
    assert CONDITIONS.compile("data.a == 'x'").truth(known) == (True, "")
    assert CONDITIONS.compile("data.b == 1").truth(known) == (None, "`data.b == 1` can't be told")
