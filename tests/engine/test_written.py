from __future__ import annotations

import pytest

from clearline.engine.topics import EMAIL, IBAN, PHONE, SSN, topics
from clearline.engine.words import normalise
from clearline.engine.written import written


def found(text: str) -> list[tuple[str, str]]:
    words = normalise(text).split()
    return [
        (one.kind, " ".join(words[one.first : one.last + 1])) for one in written(text, words, topics(words))
    ]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("write to dana.smith+shop@mail.example.com, please", EMAIL, "dana smith shop mail example com"),
        ("my email is dana dot smith at example dot com", EMAIL, "dana dot smith at example dot com"),
        ("that's d a n a 42 at gmail dot com thanks", EMAIL, "d a n a 42 at gmail dot com"),
        ("email: dana at mail dot example dot co dot uk ok", EMAIL, "dana at mail dot example dot co dot uk"),
        ("try (555) 223-4567 ext 12.", PHONE, "555 223 4567 ext 12"),
        ("try 1-555-223-4567", PHONE, "1 555 223 4567"),
        ("try +44 20 7946 0958 now", PHONE, "44 20 7946 0958"),
        ("it's 123-45-6789.", SSN, "123 45 6789"),
        ("to GB29 NWBK 6016 1331 9268 19 please", IBAN, "gb29 nwbk 6016 1331 9268 19"),
        ("to GB29NWBK60161331926819", IBAN, "gb29nwbk60161331926819"),
        (
            "the iban is d e eight nine three seven oh four double oh four four oh five three two oh one three oh double oh",
            IBAN,
            "d e eight nine three seven oh four double oh four four oh five three two oh one three oh double oh",
        ),
    ],
)
def test_it_finds_what_shows_by_its_form(text: str, kind: str, words: str) -> None:
    assert found(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "look at example dot com",
        "meet me at noon",
        "GB29 NWBK 6016 1331 9268 18",
        "reservation LU15PA SFO to SFO on 2024",
        "4111-1111-1111-1111",
        "900-12-3456",
        "call 223-4567",
        "at",
        "a user@host",
    ],
)
def test_it_leaves_alone_what_is_none(text: str) -> None:
    assert found(text) == []
