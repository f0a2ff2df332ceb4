"""Entries and what they commit to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.seal.commitments import canonical, check, commitment
from clearline.seal.entries import Entry
from clearline.seal.errors import Malformed, NotVerified

AT = datetime(2026, 11, 23, 9, 0, 0, 5, UTC)
ENTRY = Entry(7, AT, "call.ended", "a-17", bytes(range(32)))
LINE = (
    b'{"index":7,"at":"2026-11-23T09:00:00.000005Z","kind":"call.ended","actor":"a-17",'
    b'"commitment":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}'
)
names = st.from_regex(r"[a-z][a-z0-9_]{0,20}(\.[a-z0-9_]{1,20}){0,2}", fullmatch=True)
actors = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True)
times = st.datetimes(timezones=st.just(UTC))


def test_an_entry_is_one_line_whose_bytes_are_fixed() -> None:
    assert ENTRY.line == LINE
    assert Entry.parse(LINE) == ENTRY


@given(st.integers(0, 10**18 - 1), times, names, actors, st.binary(min_size=32, max_size=32))
def test_an_entry_is_read_as_it_was_written(
    index: int, at: datetime, kind: str, actor: str, told: bytes
) -> None:
    entry = Entry(index, at, kind, actor, told)
    assert Entry.parse(entry.line) == entry


def test_one_moment_is_written_in_one_way() -> None:
    there = AT.astimezone(timezone(timedelta(hours=-8)))
    assert Entry(7, there, "call.ended", "a-17", bytes(range(32))).line == LINE


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"at": datetime(2026, 11, 23)},  # noqa: DTZ001 - that it has no zone is the point
        {"kind": "Call ended"},
        {"kind": "k" * 65},
        {"kind": 'a","x":"b'},
        {"actor": ""},
        {"actor": "dana@shop.example"},
        {"actor": "a" * 65},
        {"commitment": bytes(31)},
    ],
)
def test_what_does_not_fit_is_not_written(change: dict[str, object]) -> None:
    parts: dict[str, object] = {
        "index": 7,
        "at": AT,
        "kind": "call.ended",
        "actor": "a-17",
        "commitment": bytes(32),
    }
    with pytest.raises(Malformed):
        _ = Entry(**(parts | change)).line  # type: ignore[arg-type]


@given(st.integers(0, len(LINE) * 8 - 1))
def test_a_turned_bit_is_another_entry_or_none(bit: int) -> None:
    data = bytearray(LINE)
    data[bit // 8] ^= 1 << bit % 8
    try:
        entry = Entry.parse(bytes(data))
    except Malformed:
        return
    assert entry != ENTRY
    assert entry.line == bytes(data)


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", LINE + b"\n", b" " + LINE, LINE.replace(b"-11-23", b"-02-30"), LINE.replace(b":7", b":07")],
)
def test_other_lines_are_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        Entry.parse(line)


KEY = bytes(range(32))


@given(st.binary(), st.binary(), st.binary(min_size=32, max_size=32))
def test_only_its_own_key_and_payload_open_a_commitment(payload: bytes, other: bytes, key: bytes) -> None:
    told = commitment(KEY, payload)
    check(told, KEY, payload)
    if other != payload:
        with pytest.raises(NotVerified):
            check(told, KEY, other)
    if key != KEY:
        with pytest.raises(NotVerified):
            check(told, key, payload)


def test_a_short_key_commits_to_nothing() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", b"payload")
    with pytest.raises(NotVerified):
        check(commitment(KEY[:31] + b"\0", b"payload"), KEY[:31], b"payload")


def test_canonical_json_has_one_form() -> None:
    assert canonical({"b": [1, None], "a": "ü"}) == '{"a":"ü","b":[1,null]}'.encode()
    for value in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError):
            canonical(value)
