"""Files of lists: flat and XML, full and changes, zipped, in any notation; what is not safe to read is refused in words."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.gate.list_heads import UnreadableList
from clearline.gate.lists import lines
from clearline.gate.lists.files import Tally, parts


def read(content: bytes, tmp_path: Path, region: str = "US") -> tuple[set[int], Tally]:
    (tmp_path / "brought").write_bytes(content)
    tally, found, told = Tally(), set[int](), list[float]()
    for part in parts(tmp_path / "brought", region, tally, told.append):
        found = found | set(part.numbers.tolist()) if part.on else found - set(part.numbers.tolist())
    assert told == sorted(told)
    assert all(0 <= one <= 1 for one in told)
    return found, tally


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()


FLAT = b"202,5550143\n202,5550144\n303,5559999\n"
NUMBERS = {12025550143, 12025550144, 13035559999}


@pytest.mark.parametrize(
    "content",
    [
        FLAT,
        FLAT.rstrip(),
        FLAT.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + FLAT,
        FLAT.decode().encode("utf-16"),
        b"(202) 555-0143\n+1 202.555.0144\n1-303-555-9999\n\n",
        b'"202","5550143"\n"202","5550144"\n"303","5559999"\n',
        b"202,5550143,2024-01-05\n202,5550144,2024-01-05\n303,5559999,2024-01-05\n",
        zipped(a_txt=FLAT),
        zipped(a_txt=b"202,5550143\n202,5550144", b_txt=b"303,5559999"),
        (
            b"<list type='full'><ac val='202'><ph val='5550143'/><ph val='5550144'/></ac>"
            b"<ac val='303'><ph val='5559999'/></ac></list>"
        ),
        b"<?xml version='1.0'?><r><ac val='202'><ph>5550143</ph><ph>5550144</ph></ac><ph>3035559999</ph></r>",
    ],
)
def test_the_same_list_in_many_forms(content: bytes, tmp_path: Path) -> None:
    found, tally = read(content, tmp_path)
    assert found == NUMBERS
    assert (tally.lines, tally.bad, tally.changes) == (3, 0, False)


@pytest.mark.parametrize(
    "content",
    [
        b"202,5550143,2026-11-01,A\n202,5550144,2026-11-01,D\n303,5559999,2026-11-02,A\n",
        b"2025550143,add\n2025550144,delete\n3035559999,add\n",
        b"202,5550143,D\n202,5550144,A\n202,5550143,A\n202,5550144,D\n303,5559999,A\n",
        (
            b"<list type='change'><ac val='202'><ph val='5550143' chdate='x' chtype='A'/><ph val='5550144' chtype='D'/>"
            b"</ac><ac val='303'><ph val='5559999' chtype='A'/></ac></list>"
        ),
    ],
)
def test_changes_add_and_take_away(content: bytes, tmp_path: Path) -> None:
    found, tally = read(content, tmp_path)
    assert found == {12025550143, 13035559999}
    assert tally.changes
    assert tally.bad == 0


def test_bad_lines_are_counted_and_shown_without_what_they_hold(tmp_path: Path) -> None:
    found, tally = read(b"phone numbers\n202,5550143\n123,4567890\n202,555014\nKim Farrow, 99\n", tmp_path)
    assert 12025550143 in found
    assert tally.lines == 5
    assert tally.bad >= 3
    assert "aaaaa aaaaaaa" in tally.shapes
    assert not any(letter.isdigit() and letter != "0" for shape in tally.shapes for letter in shape)


def test_numbers_of_another_country_need_no_country_code_on_its_own_list(tmp_path: Path) -> None:
    found, tally = read(b"020 7946 0958\n+44 7700 900123\n", tmp_path, "GB")
    assert found == {442079460958, 447700900123}
    assert tally.bad == 0


def test_a_foreign_number_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    found, _ = read(b"+49 6221 2345\n+49622123456\n", tmp_path)
    assert not any(10_000_000_000 <= number < 20_000_000_000 for number in found)


@given(st.lists(st.tuples(st.integers(200, 999), st.integers(2_000_000, 9_999_999)), min_size=1, max_size=30))
def test_plain_lines_are_read_as_one_by_one(told: list[tuple[int, int]]) -> None:
    text = "\n".join(f"{area},{rest}" for area, rest in told)
    found = lines.read(text.encode(), "US")
    assert found.numbers.tolist() == [10**10 + area * 10**7 + rest for area, rest in told]
    assert (found.bad, found.lines) == ([], len(told))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    with contextlib.suppress(UnreadableList):
        _, tally = read(content, tmp_path_factory.mktemp("any"))
        assert tally.bad <= tally.lines


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped(a_txt=b"0" * 30_000_000), "far more"),
        (zipped(a_zip=zipped(b_txt=FLAT)), "no list but .zip"),
        (zipped(), "nothing"),
        (zipped(a_txt=FLAT)[:-30] + b"x" * 8 + zipped(a_txt=FLAT)[-22:], "zip"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><list><ph>&b;</ph></list>", "document type"),
        (b"<list><ph val='2025550143'>", "broken at line 1"),
        (b"x" * 3_000_000, "no lines"),
    ],
)
def test_what_is_not_safe_or_no_list_is_refused_in_words(content: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableList, match=reason):
        read(content, tmp_path)
