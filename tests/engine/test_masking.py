from __future__ import annotations

import json
import lzma
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.engine import topics
from clearline.engine.masking import Mark, mask, mask_all, mask_digits
from clearline.engine.skim import hear_all

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize(
    "before",
    [
        "This offer ends tonight. Really.",
        "Your trial ends in 5 days.",
        "Is it the card ending in 1111?",
        "And what are the last four?",
    ],
)
@pytest.mark.parametrize("card", ["5555 5555 5555 4444", "triple five " * 4 + "quadruple four"])
def test_a_card_number_is_hidden_whatever_came_to_an_end(before: str, card: str) -> None:
    assert mask_all([("agent", before), ("customer", f"No, {card.strip()}.")])[1] == "No, [card number]."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "It's 4242 4242 4242 4242 and the code is 731",
            "It's [card number] and the code is [security code]",
        ),
        ("code 731, it's 4242 4242 4242 4242", "code [security code], it's [card number]"),
        ("4242 4242 4242 4242, zip 94105, code 731", "[card number], zip 94105, code [security code]"),
        ("expires 08 29, code 731", "expires [card expiry], code [security code]"),
        ("4242 4242 4242 4242 and the promo code is 7310", "[card number] and the promo code is 7310"),
        ("the code is 731", "the code is 731"),
    ],
)
def test_a_code_beside_a_card_number_is_its_security_code(text: str, masked: str) -> None:
    assert mask_all([("customer", text)]) == [masked]


def test_a_code_soon_after_a_card_number_is_its_security_code() -> None:
    talk = [("customer", "4242 4242 4242 4242"), ("agent", "Okay."), ("customer", "and the code is 731")]
    assert mask_all(talk)[2] == "and the code is [security code]"


@pytest.mark.parametrize(
    "listed",
    [
        "- Kettle (item 4111111111)\n- Mug (item 1111111)",
        "items 4111111111, 4111111111 and 411111",
        "credit_card_4111111 or credit_card_1111111 within 5 to 7 days, all 4 of 4 bags on 11",
        "on 4111-11, then | 1111 | 1111 | 11",
        "from 2026-11-23 and 2026-11-28, both nights",
        "Visa **** 4111, Visa \u2022\u2022\u2022\u2022 1111, and **** 1111 or **** 1111",
        "two of them (4111111 and 1111111) for 4 bags and 1 bag, so 1",
        "4111 for the flight, and 1111 that we have seen on the way over there before we came to the house in 1111, 1111",
    ],
)
def test_what_is_listed_is_not_one_card_number(listed: str) -> None:
    text = f"With your credit card: {listed}."
    assert mask_all([("agent", text)]) == [text]


@pytest.mark.parametrize(
    "card",
    [
        "4111 1111\n1111 1111",
        "**4111 1111 1111 1111**",
        "card_number_4111111111111111",
        "(4111 1111 1111 1111)",
        '["4111111111111111"]',
        "4111-1111-1111-1111 |",
        "#4111111111111111",
        "4111 1111, and then what I have here is 1111 1111",
    ],
)
def test_a_card_number_in_a_list_is_still_one(card: str) -> None:
    assert not any(
        sign.isdecimal() for sign in mask_all([("customer", f"Pay with this card:\n- {card}\n")])[0]
    )


@pytest.mark.data
def test_orders_and_flights_in_written_chats_hold_no_card_data(shared: Path) -> None:
    heard = Counter[str]()
    for domain in ("airline", "retail", "telecom"):
        with lzma.open(shared / f"tau/{domain}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                talk = [
                    (str(message["role"]), str(message["content"]))
                    for message in json.loads(line)["messages"]
                    if message["role"] in {"user", "assistant"} and message.get("content")
                ]
                heard.update(entity.kind for _, entity in hear_all(talk))
    assert not {topics.CARD, topics.CODE, topics.EXPIRY, topics.IBAN} & heard.keys()
    assert heard[topics.EMAIL] > 300


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
