"""Bytes become text and JSON becomes values, or it is said where they do not."""

import codecs

import pytest

from clearline.formats import text
from clearline.formats.errors import BadJson, BadShape, Empty, NotText, TooLarge


@pytest.mark.parametrize(
    "data",
    [
        "Ä: é".encode(),
        "Ä: é".encode("utf-8-sig"),
        "Ä: é".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Ä: é".encode("utf-16-be"),
        "Ä: é".encode("utf-32"),
    ],
)
def test_it_reads_unicode_with_or_without_a_mark(data: bytes) -> None:
    assert text.decoded(data) == "Ä: é"


def test_it_tells_the_byte_that_is_not_text_and_guesses_nothing() -> None:
    with pytest.raises(NotText, match=r"not UTF-8 text \(byte 3\).*Windows-1252"):
        text.decoded("caf\xe9".encode("cp1252"))


def test_it_refuses_utf_16_without_its_mark() -> None:
    with pytest.raises(NotText, match="byte order mark"):
        text.decoded("Agent: hello".encode("utf-16-le"))


@pytest.mark.parametrize("data", [b"", b" \n\t ", codecs.BOM_UTF8])
def test_it_refuses_what_is_empty(data: bytes) -> None:
    with pytest.raises(Empty):
        text.decoded(data)


def test_it_refuses_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "SIZE_LIMIT", 10)
    assert text.decoded(b"x" * 10) == "x" * 10
    with pytest.raises(TooLarge, match="larger than the 10 bytes"):
        text.decoded(b"x" * 11)


def test_it_takes_out_control_characters_and_counts_them() -> None:
    assert text.cleaned(" a\x00b\r\nc\td\x9b\ud800 ") == ("ab\nc\td", 3)


@pytest.mark.parametrize(
    ("json", "place"),
    [
        ('{"a": 1,\n "é" 2}', "line 2, column 6"),
        ('{"a": [1, 2', "line 1, column 12"),
        ("[1] x", "line 1, column 5"),
    ],
)
def test_broken_json_is_told_by_line_and_column(json: str, place: str) -> None:
    with pytest.raises(BadJson, match=place):
        text.parsed(json, object)


def test_lines_are_counted_on_from_where_the_json_stands() -> None:
    with pytest.raises(BadJson, match="line 7, column 2"):
        text.parsed("[x]", object, line=7)


@pytest.mark.parametrize("json", ["[" * 100_000, '{"a":' * 100_000])
def test_deep_nesting_is_refused_and_breaks_nothing(json: str) -> None:
    with pytest.raises(BadJson, match="nested too deeply"):
        text.parsed(json, object)


def test_a_wrong_shape_is_told_by_its_path() -> None:
    with pytest.raises(BadShape, match=r"Expected `int`, got `str` \(\$\[1\]\)"):
        text.parsed('[1, "4111111111111111"]', list[int])
    with pytest.raises(BadShape, match=r"line 4, \$\[0\]"):
        text.shaped(["x"], list[int], line=4)


@pytest.mark.parametrize("json", ["[1e999]", "[" + "1" * 5000 + "]"])
def test_numbers_beyond_measure_are_refused(json: str) -> None:
    with pytest.raises(BadShape, match="out of range"):
        text.parsed(json, list[float])


def test_base64url_is_read_with_or_without_padding_and_nothing_else_is() -> None:
    assert text.from_base64url("_-8") == text.from_base64url("_-8=") == b"\xff\xef"
    for wrong in ("*", "a", "é"):
        with pytest.raises(ValueError, match=r"base64|ASCII|data characters"):
            text.from_base64url(wrong)
