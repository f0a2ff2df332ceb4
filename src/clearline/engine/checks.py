"""What can be told from the digits alone: check digits, prefixes, lengths and ranges."""

from __future__ import annotations

import re

_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))

# Prefix -> lengths, the usual one first. ISO/IEC 7812 issuer ranges as the brands publish them.
_BRANDS = tuple(
    (re.compile(prefix), lengths)
    for prefix, lengths in (
        (r"4", (16, 19, 13)),  # Visa
        (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
        (r"3[47]", (15,)),  # American Express
        (r"6011|64[4-9]|65|622", (16, 19, 18, 17)),  # Discover
        (r"62|81", (16, 19, 18, 17)),  # UnionPay
        (r"30[0-5]|3095|36|38|39", (14, 16, 19, 18, 17, 15)),  # Diners Club
        (r"352[89]|35[3-8]", (16, 19, 18, 17)),  # JCB
        (r"1800|2131", (15,)),  # JCB, old
        (r"220[0-4]", (16, 19, 18, 17)),  # Mir
        (r"50|5[6-8]|6", (16, 19, 18, 17, 15, 14, 13, 12)),  # Maestro
    )
)

_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 "
    "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 "
    "UA29 VA22 VG24 XK20 YE30"
)
_IBAN_LENGTHS = {entry[:2].casefold(): int(entry[2:]) for entry in _IBANS.split()}

_SSN = re.compile(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}")
_EXPIRY = re.compile(r"(0?[1-9]|1[0-2])(20)?[2-4]\d")
_BIRTH = re.compile(
    r"(0?[1-9]|1[0-2])(0?[1-9]|[12]\d|3[01])((19|20)\d\d|\d\d)|(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"
)
_BIRTH_DAY_FIRST = re.compile(r"(0?[1-9]|[12]\d|3[01])(0?[1-9]|1[0-2])((19|20)\d\d|\d\d)")


def luhn(digits: str) -> bool:
    """True if the last digit is the check digit of the rest (ISO/IEC 7812-1, annex B)."""
    turned = digits[::-1].encode()
    return (sum(turned[::2].translate(_VALUES)) + sum(turned[1::2].translate(_DOUBLED))) % 10 == 0


def card_lengths(digits: str) -> tuple[int, ...]:
    """The lengths that cards beginning like this have, the usual one first; empty if no card begins so."""
    return next((lengths for prefix, lengths in _BRANDS if prefix.match(digits)), ())


def is_ssn(digits: str) -> bool:
    """True for nine digits that the US Social Security Administration may have issued."""
    return _SSN.fullmatch(digits) is not None


def is_aba(digits: str) -> bool:
    """True for nine digits with the checksum of a US routing number (3, 7, 1 repeating)."""
    return (
        len(digits) == 9 and sum(int(digit) * (3, 7, 1)[at % 3] for at, digit in enumerate(digits)) % 10 == 0
    )


def iban_length(start: str) -> int:
    """How long an IBAN is that begins so (lower case); 0 where no IBAN does (ISO 13616 registry)."""
    return _IBAN_LENGTHS.get(start[:2], 0)


def is_iban(text: str) -> bool:
    """True if two letters (lower case), two digits and the rest leave 1 when divided by 97 as ISO 7064 asks."""
    moved = text[4:] + text[:4]
    if not (moved.isascii() and moved.isalnum() and text[:2].isalpha() and text[2:4].isdecimal()):
        return False
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def is_expiry(digits: str) -> bool:
    """True for month and year of the 2020s to 2040s, as 829, 0829 or 082029."""
    return _EXPIRY.fullmatch(digits) is not None


def is_birth_date(digits: str) -> bool:
    """True for month, day and year in the orders that are in use, the year in two or four digits."""
    return _BIRTH.fullmatch(digits) is not None or _BIRTH_DAY_FIRST.fullmatch(digits) is not None
