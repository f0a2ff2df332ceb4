from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.masking import Mark, mask, mask_all, mask_digits

CARD = "4111 1111 1111 1111"


def test_a_mark_says_the_kind_and_nothing_else() -> None:
    assert mask(f"It's {CARD}, thanks.", [Mark("payment_card", 1, 4)]) == "It's [card number], thanks."


def test_the_last_digits_stay_only_where_it_is_asked_for() -> None:
    spoken = "four one one one, " * 3 + "double one five six"
    assert mask(spoken, [Mark("payment_card", 0, 15, keep=4)]) == "[card number ending 1156]"


def test_marks_that_overlap_become_one_that_shows_no_digits() -> None:
    marks = [Mark("payment_card", 0, 3, keep=4), Mark("phone_number", 2, 4)]
    assert mask(f"{CARD} 22 bye", marks) == "[card number] bye"


def test_a_whole_conversation_is_masked_across_its_turns() -> None:
    talk = [
        ("agent", "Your card number?"),
        ("customer", "four one one one, one one one one"),
        ("agent", "4111 1111, go on"),
        ("customer", "double one double one triple one one"),
        ("agent", "And the code on the back?"),
        ("customer", "four"),
        ("customer", "uh, one seven"),
        ("agent", "417, got it."),
    ]
    assert mask_all(talk, keep_last=4) == [
        "Your card number?",
        "[card number]",
        "[card number], go on",
        "[card number ending 1111]",
        "And the code on the back?",
        "[security code]",
        "uh, [security code]",
        "[security code], got it.",
    ]


def test_more_than_four_digits_are_never_shown() -> None:
    with pytest.raises(ValueError, match="at most the last 4 digits"):
        mask_all([("customer", CARD)], keep_last=6)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"cannot read '{CARD}' here", "cannot read '[digits]' here"),
        ("x4111111111111111y", "x[digits]y"),
        ("heard double one one one one one one end", "heard [digits] end"),
        ("at 2026-11-23 08:30:00, line 17", "at 2026-11-23 08:30:00, line 17"),
        ("call 555-123-4567", "call 555-123-4567"),
    ],
)
def test_the_net_hides_long_digits_without_context(text: str, masked: str) -> None:
    assert mask_digits(text) == masked


@given(st.text(alphabet="0123456789 -.,ax\n", max_size=60))
def test_nothing_long_gets_through_the_net(text: str) -> None:
    through = mask_digits(text)
    assert mask_digits(through) == through
    assert max((len(word) for word in through.split() if word.isdecimal()), default=0) < 12


@given(st.lists(st.tuples(st.sampled_from(["agent", "customer"]), st.text(max_size=40)), max_size=6))
def test_texts_without_entities_stay_as_they_are(talk: list[tuple[str, str]]) -> None:
    letters = [(by, "".join(sign for sign in text if not sign.isalnum())) for by, text in talk]
    assert mask_all(letters) == [text for _, text in letters]
