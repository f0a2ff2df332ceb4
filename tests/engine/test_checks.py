from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine import checks

PUBLISHED = [
    "4111111111111111",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
]


@pytest.mark.parametrize("digits", PUBLISHED)
def test_published_test_numbers_are_card_numbers(digits: str) -> None:
    assert checks.luhn(digits)
    assert checks.card_lengths(digits)[0] == len(digits)


@pytest.mark.parametrize(
    "digits", ["0000000000000000", "1234567890123456", "9400100000000000", "2720991234567890"[:3] + "1"]
)
def test_no_card_begins_like_this(digits: str) -> None:
    assert checks.card_lengths(digits) == ()


@given(st.sampled_from(PUBLISHED), st.data())
def test_luhn_notices_every_single_wrong_digit(digits: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[at]]))
    assert not checks.luhn(digits[:at] + wrong + digits[at + 1 :])


@pytest.mark.parametrize(
    "digits", ["000123456", "666123456", "900123456", "123001234", "123450000", "12345678"]
)
def test_the_administration_never_issued_these(digits: str) -> None:
    assert not checks.is_ssn(digits)


def test_it_knows_ssn_routing_number_and_iban_by_their_checks() -> None:
    assert checks.is_ssn("123456789")
    assert checks.is_aba("021000021")
    assert not checks.is_aba("021000022")
    assert checks.iban_length("gb29") == 22
    assert checks.is_iban("gb29nwbk60161331926819")
    assert not checks.is_iban("gb29nwbk60161331926818")


def test_an_iban_has_digits_for_check_digits() -> None:
    letters = next(
        f"gb{first}{second}nwbk60161331926819"
        for first in string.ascii_lowercase
        for second in string.ascii_lowercase
        if int("".join(str(int(sign, 36)) for sign in f"nwbk60161331926819gb{first}{second}")) % 97 == 1
    )
    assert not checks.is_iban(letters)


@pytest.mark.parametrize("digits", ["829", "0829", "82029", "082029", "1230"])
def test_it_reads_a_month_and_a_year(digits: str) -> None:
    assert checks.is_expiry(digits)


@pytest.mark.parametrize("digits", ["1329", "0019", "08", "0819", "08290"])
def test_it_refuses_what_is_no_month_and_year(digits: str) -> None:
    assert not checks.is_expiry(digits)


@pytest.mark.parametrize("digits", ["03141984", "14031984", "3141984", "031484", "19840314"])
def test_it_reads_birth_dates_in_their_orders(digits: str) -> None:
    assert checks.is_birth_date(digits)


def test_it_refuses_days_that_do_not_exist() -> None:
    assert not checks.is_birth_date("45671984")
