"""Values in plain words."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.events import SECOND
from clearline.ui import wording

NOON = 1_782_907_200 * SECOND  # 1 July 2026, 12:00 UTC


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (0.5, "0.5 s"),
        (59, "59 s"),
        (60, "1 min"),
        (272, "4 min 32 s"),
        (7_260, "2 h 1 min"),
        (180_000, "2 d 2 h"),
    ],
)
def test_a_length_of_time_is_told_in_two_units(seconds: float, told: str) -> None:
    assert wording.lasting(int(seconds * SECOND)) == told


def test_an_instant_is_told_in_the_readers_zone_and_says_which() -> None:
    assert wording.written(NOON) == "1 Jul 2026, 12:00 UTC"
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert wording.written(NOON) == "1 Jul 2026, 14:00 CEST"
        assert wording.written(NOON, "second") == "1 Jul 2026, 14:00:00 CEST"
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert wording.written(NOON, "day") == "2 Jul 2026"


@given(st.integers(min_value=0, max_value=4_000_000_000 * SECOND))
def test_machines_are_told_the_exact_instant_whatever_the_zone(at: int) -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        told = wording.machine(at)
    assert told.endswith("Z")
    assert datetime.fromisoformat(told).timestamp() * SECOND == pytest.approx(at, abs=1)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
@pytest.mark.parametrize("at", [-(1 << 62), -62_135_596_800 * SECOND, 253_402_300_799 * SECOND, 1 << 62])
def test_the_first_and_the_last_instant_can_be_told_everywhere(zone: str, at: int) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert wording.written(at, "day") == ("31 Dec 9999" if at > 0 else "1 Jan 1")
        assert wording.machine(at)[:10] == ("9999-12-31" if at > 0 else "0001-01-01")


def test_a_deadline_is_ahead_or_behind() -> None:
    assert wording.until(NOON + 30 * SECOND, NOON) == "in 30 s"
    assert wording.until(NOON - 30 * SECOND, NOON) == "overdue by 30 s"


@given(st.text(min_size=8))
def test_masking_never_shows_more_than_the_last_four(text: str) -> None:
    shown = wording.masked(text.replace("@", ""))
    assert len(shown) <= 9


def test_an_address_keeps_what_tells_two_apart() -> None:
    assert wording.masked("dana@northwind.example") == "d•••@•••.example"
    assert wording.masked("4000123412341111") == "•••• 1111"
    assert wording.masked("1234") == "••••"


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Moreno", "AM"), ("Ada", "AD"), ("", "?"), ("a b c", "AC")]
)
def test_initials_are_at_most_two(name: str, letters: str) -> None:
    assert wording.initials(name) == letters
