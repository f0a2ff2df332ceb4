"""Each key, table and item is found where it stands."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.rulebook.places import Places

TEXT = '''\
# a comment with [brackets] and "quotes
title = "a # b"   # [x]
"odd key" = 'it'
[table.inner]
dotted.key = 1
list = [
  "one", # first
  'two',
  [3, 4],
]
inline = { a = "x", b = { c = 2026-01-01 } }

[[example]]
is = "first"
[[example]]
is = """
second"""
[example.facts]
x = 1
[[example.deeper]]
y = 1
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), (2, 1)),
        (("odd key",), (3, 1)),
        (("table", "inner"), (4, 1)),
        (("table", "inner", "dotted", "key"), (5, 1)),
        (("table", "inner", "list"), (6, 1)),
        (("table", "inner", "list", 0), (7, 3)),
        (("table", "inner", "list", 1), (8, 3)),
        (("table", "inner", "list", 2, 1), (9, 7)),
        (("table", "inner", "inline", "b", "c"), (11, 27)),
        (("example", 0, "is"), (14, 1)),
        (("example", 1), (15, 1)),
        (("example", 1, "facts", "x"), (19, 1)),
        (("example", 1, "deeper", 0, "y"), (21, 1)),
        (("example", 1, "missing"), (15, 1)),
        (("nowhere",), (1, 1)),
    ],
)
def test_it_finds(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    tomllib.loads(TEXT)
    assert Places(TEXT).of(*path) == place


@pytest.mark.parametrize(
    ("text", "column", "place"),
    [
        ('a = "word"', 1, (1, 6)),
        ('a = "word"', 5, (1, 10)),
        ('a = "\\"\\u00e9x"', 3, (1, 14)),
        ("a = '\\x'", 2, (1, 7)),
        ('a = """\none\ntwo"""', 5, (3, 1)),
        ('a = """one \\\n   two"""', 5, (2, 4)),
        ("a = 5", 3, (1, 1)),
    ],
)
def test_it_finds_a_character_inside_a_text(text: str, column: int, place: tuple[int, int]) -> None:
    assert Places(text).inside(("a",), column) == place


LEAVES = (
    st.integers()
    | st.booleans()
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab'.# ", max_size=3), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.text('ab[]"=', max_size=3), VALUES, max_size=4))
def test_every_key_of_any_document_is_found_on_its_own_line(document: dict[str, Any]) -> None:
    text = "".join(f"{quoted(key)} = {toml(value)}\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    places = Places(text)
    assert [places.of(key).line for key in document] == list(range(1, len(document) + 1))


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[ " + ", ".join(map(toml, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
