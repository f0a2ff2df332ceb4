from __future__ import annotations

import json
import lzma
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clearline.engine import topics
from clearline.engine.checks import luhn
from clearline.engine.entities import START, Entity, Listener
from clearline.engine.masking import mask_all
from clearline.engine.numbers import NUMBER_WORDS, vocabulary
from clearline.engine.words import normalise, spans

if TYPE_CHECKING:
    from pathlib import Path

UNITS = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = {
    "2": "twenty",
    "3": "thirty",
    "4": "forty",
    "5": "fifty",
    "6": "sixty",
    "7": "seventy",
    "8": "eighty",
    "9": "ninety",
}
TEENS = vocabulary("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
REPEATS = {2: "double", 3: "triple"}

Turn = str | tuple[str, str]


def hear(*turns: Turn) -> list[tuple[int, Entity]]:
    """Every whole entity with the number of the turn that completed it; a turn without a speaker is the customer's."""
    listener, found = START, []
    for number, turn in enumerate(turns):
        by, text = turn if isinstance(turn, tuple) else ("customer", turn)
        listener, entities = listener.hear(by, text)
        found += [(number, entity) for entity in entities if entity.kind not in topics.BEGINNINGS]
    return found


def said(*turns: Turn) -> list[tuple[str, str, bool]]:
    """Kind, words and certainty of every entity."""
    words = [normalise(turn[1] if isinstance(turn, tuple) else turn).split() for turn in turns]
    return [
        (
            entity.kind,
            " | ".join(" ".join(words[at - part.back][part.first : part.last + 1]) for part in entity.parts),
            entity.certain,
        )
        for at, entity in hear(*turns)
    ]


def agent(text: str) -> Turn:
    return ("agent", text)


@pytest.mark.parametrize(
    "text",
    [
        "4111 11 11 11 11 1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "four one one one, one one one one, double one double one, triple one one",
        "forty one eleven eleven eleven eleven eleven eleven eleven",
        "5555-5555-5555-4444",
        "2223.0031.2200.3222",
        "3782 822463 10005",
        "six oh double one, one one one one, one one one one, triple one seven",
        "five one oh five, one oh five one, oh five one oh, five one double oh",
    ],
)
def test_it_hears_card_numbers_as_people_say_them(text: str) -> None:
    assert said(text) == [(topics.CARD, normalise(text), True)]


def test_it_hears_a_card_number_across_turns_with_the_read_backs_in_it() -> None:
    assert said(
        "it's 4111 1111", agent("4111 1111, go ahead"), "uh 1111", agent("uh-huh"), "one one one one"
    ) == [(topics.CARD, "4111 1111 | 4111 1111 | 1111 | one one one one", True)]


def test_saying_a_group_twice_does_not_double_it() -> None:
    assert said("4111", agent("4111?"), "yes, 4111", agent("okay"), "1111 1111 1111") == [
        (topics.CARD, "4111 | 4111 | 4111 | 1111 1111 1111", True)
    ]


def test_a_correction_takes_back_what_was_wrong() -> None:
    assert said("4111 1111 1111 1112, no wait, 1111") == [
        (topics.CARD, "4111 1111 1111 1112 no wait 1111", True)
    ]
    assert said("4111 1111 1111", agent("go on"), "1112", agent("1112?"), "sorry, 1111")[-1][2]


def test_what_a_correction_takes_back_at_the_beginning_is_hidden_with_it() -> None:
    text = "four one one two, no wait, four one one one, one one one one, one one one one, one one one one"
    assert said(text) == [(topics.CARD, normalise(text), True)]


def test_what_follows_a_card_number_in_one_breath_is_heard_too() -> None:
    assert said("6011 1111 1111 1117 0829 123") == [
        (topics.CARD, "6011 1111 1111 1117", True),
        (topics.EXPIRY, "0829", True),
        (topics.CODE, "123", True),
    ]


def test_two_cards_in_one_breath_are_two() -> None:
    assert [kind for kind, _, _ in said("5555 5555 5555 4444 and then 2223 0031 2200 3222")] == [
        topics.CARD
    ] * 2


def test_a_card_number_that_fails_its_check_is_a_question() -> None:
    assert said("my card number is 4111 1111 1111 1112") == [(topics.CARD, "4111 1111 1111 1112", False)]
    assert said("4111 1111 1111 1112") == []


def test_a_question_is_asked_once() -> None:
    assert len(said("my card number is 4111 1111 1111 1112", "one two", "five")) == 1


@pytest.mark.parametrize("asked", ["What's the order number?", "Could you read me the tracking number?"])
def test_an_order_number_is_no_card_number(asked: str) -> None:
    assert said(agent(asked), "4111 1111 1111 1111") == []
    assert said("my order number is 4111 1111 1111 1111") == []


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("the code on the back is four", "uh, one seven"), (topics.CODE, "four | one seven", True)),
        (
            (agent("And the security code?"), "sure, it's three one seven"),
            (topics.CODE, "three one seven", True),
        ),
        ((agent("the three digits on the back?"), "4 1 7"), (topics.CODE, "4 1 7", True)),
        (("317 is the cvv",), (topics.CODE, "317", True)),
        (("it expires 08/29",), (topics.EXPIRY, "08 29", True)),
        ((agent("expiration date?"), "oh eight twenty nine"), (topics.EXPIRY, "oh eight twenty nine", True)),
        (("valid thru August 2029",), (topics.EXPIRY, "august 2029", True)),
        (("my social security number is 123 45 6789",), (topics.SSN, "123 45 6789", True)),
        (("the ssn is 900-12-3456",), (topics.SSN, "900 12 3456", False)),
        ((agent("the last four of your social?"), "uh 4567"), (topics.SSN, "4567", True)),
        (("routing number 021000021",), (topics.ACCOUNT, "021000021", True)),
        (("routing number 021000022",), (topics.ACCOUNT, "021000022", False)),
        (("my balance on account 68318931",), (topics.ACCOUNT, "68318931", True)),
        ((agent("Your account number?"), "one two three four five six seven"), (topics.ACCOUNT, None, True)),
        (("dana dot smith at example dot com",), (topics.EMAIL, "dana dot smith at example dot com", True)),
        (("call me at five five five one two three four five six seven",), (topics.PHONE, None, True)),
        ((agent("I just texted you a code."), "it's 482 913"), (topics.ONE_TIME, "482 913", True)),
        (
            (agent("your one-time passcode?"), "482", agent("yes"), "913"),
            (topics.ONE_TIME, "482 | 913", True),
        ),
        (("My PIN is 1234",), (topics.PIN, "1234", True)),
        ((agent("Date of birth?"), "march fourteenth nineteen eighty four"), (topics.BIRTH, None, True)),
        (("born on 3/14/84",), (topics.BIRTH, "3 14 84", True)),
    ],
)
def test_it_hears_in_context(turns: tuple[Turn, ...], expected: tuple[str, str | None, bool]) -> None:
    (found,) = said(*turns)
    assert found[0::2] == expected[0::2]
    assert expected[1] in {None, found[1]}


def test_a_bare_code_is_a_security_code_only_where_a_card_was_spoken_of() -> None:
    assert said("card 5555 5555 5555 4444", agent("and the code?"), "417")[-1] == (topics.CODE, "417", True)
    assert said(agent("and the code?"), "417") == []


@pytest.mark.parametrize("words", ["the card ending in 1111?", "and the last four are 4444"])
def test_the_last_digits_of_a_card_are_no_security_code(words: str) -> None:
    assert [kind for kind, _, _ in said("card 5555 5555 5555 4444", agent(words))] == [topics.CARD]


def test_words_in_typographic_quotes_are_heard() -> None:
    assert said(agent("The code on the back?"), "\u201cfour one seven\u201d") == [
        (topics.CODE, "four one seven", True)
    ]


def test_a_period_in_an_address_is_a_dot() -> None:
    assert said("it's dana at gmail period com") == [(topics.EMAIL, "dana at gmail period com", True)]


def test_a_read_back_of_a_code_is_heard_as_one() -> None:
    assert [kind for kind, _, _ in said("the cvv is 417", agent("4 1 7, thanks"))] == [topics.CODE] * 2


@pytest.mark.parametrize(
    "turns",
    [
        ("it was four hundred dollars", "and seventeen"),
        (agent("What's your security code?"), "how much is it? 417?"),
        (agent("Which pin?"), "the order 1234 I think"),
        ("the promo code is 4171",),
        ("your offer expires 08/29",),
        ("your birthday party on 03/14/1984",),
        (agent("zip code?"), "94105"),
        ("I have 3 kids and 12 dogs",),
        ("it weighs 9,192,631,770 grams",),
    ],
)
def test_it_leaves_other_numbers_alone(turns: tuple[Turn, ...]) -> None:
    assert said(*turns) == []


def test_a_question_is_forgotten_after_a_while() -> None:
    talk = [agent("Your PIN?"), *(agent("I see.") for _ in range(6)), "1234"]
    assert said(*talk) == []


def test_hearing_again_from_the_same_state_says_the_same() -> None:
    listener, _ = START.hear("customer", "the code on the back is four")
    assert listener.hear("customer", "uh, one seven") == listener.hear("customer", "uh, one seven")


def test_nothing_of_it_shows_digits() -> None:
    listener, entities = START.hear("customer", "4111 1111 1111 1111 and the pin is 4822, then 777")
    for shown in (repr(listener), repr(listener.pieces), repr(listener.told), repr(entities)):
        assert not any(digits in shown for digits in ("4111", "4822", "777"))


def test_ordinary_talk_leaves_no_trace() -> None:
    assert START.hear("customer", "Thanks, that's very kind of you.") == (START, [])


@pytest.mark.parametrize("piece", ["4 ", "double one ", "four, no wait, ", "card 4111 ", "pin 1 "])
def test_memory_stays_bounded_however_much_is_said(piece: str) -> None:
    listener: Listener = START
    for _ in range(3):
        listener, _ = listener.hear("customer", piece * 3_000)
    assert len(listener.pieces) <= 40
    assert all(len(remembered.digits) <= 40 for remembered in listener.pieces)
    assert len(listener.told) <= 40


# --- random card numbers in random forms ---------------------------------------------------------------------------

PREFIXES = {
    "4": 16,
    "51": 16,
    "55": 16,
    "2223": 16,
    "2719": 16,
    "34": 15,
    "37": 15,
    "6011": 16,
    "65": 16,
    "36": 14,
    "3530": 16,
}


def checked(digits: str) -> str:
    return next(digits + last for last in "0123456789" if luhn(digits + last))


def spell(digits: str, draw: st.DrawFn) -> str:
    """The digits in words, by pairs, doubles or one by one."""
    spelled, at = [], 0
    while at < len(digits):
        rest = digits[at:]
        same = len(rest) - len(rest.lstrip(rest[0]))
        pair = rest[:2]
        if same >= 2 and draw(st.booleans()):
            count = min(same, 3)
            spelled.append(f"{REPEATS[count]} {UNITS[int(rest[0])]}")
            at += count
        elif len(pair) == 2 and pair[0] == "1" and draw(st.booleans()):
            spelled.append(TEENS[int(pair[1])])
            at += 2
        elif len(pair) == 2 and pair[0] in TENS and pair[1] != "0" and draw(st.booleans()):
            spelled.append(f"{TENS[pair[0]]}{draw(st.sampled_from([' ', '-']))}{UNITS[int(pair[1])]}")
            at += 2
        else:
            spelled.append(draw(st.sampled_from([UNITS[int(rest[0])], rest[0]])))
            at += 1
    return " ".join(spelled)


@st.composite
def read_out(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> list[Turn]:
    """A number that is read out in groups, in one turn or in several."""
    digits = draw(numbers)
    groups: list[str] = []
    while digits:
        size = draw(st.integers(2, 5))
        group, digits = digits[:size], digits[size:]
        groups.append(group if draw(st.booleans()) else spell(group, draw))
    if groups[-1] == "oh":
        groups[-1] = "zero"  # an "oh" alone is a sigh
    joins = [
        draw(st.sampled_from([" ", ", ", " - ", ", uh, ", " okay and ", ". ", "\n"])) for _ in groups[1:]
    ]
    if draw(st.booleans()):
        return ["".join(part for pair in zip(["", *joins], groups, strict=True) for part in pair)]
    turns: list[Turn] = []
    for at in range(0, len(groups), 2):
        turns += [
            ", ".join(groups[at : at + 2]),
            agent(draw(st.sampled_from(["Uh-huh.", "Okay", "Go ahead"]))),
        ]
    return turns[:-1]


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(sorted(PREFIXES)))
    length = PREFIXES[prefix] - len(prefix) - 1
    return checked(prefix + draw(st.text(alphabet="0123456789", min_size=length, max_size=length)))


@given(read_out(card_numbers()))
@example(["four one one one", "one one one one", "one one one one", "one one one one"])
def test_every_card_number_is_found_however_it_is_said(turns: list[Turn]) -> None:
    found = [entity for _, entity in hear(*turns)]
    assert [(entity.kind, entity.certain) for entity in found] == [(topics.CARD, True)]
    talk = [turn if isinstance(turn, tuple) else ("customer", turn) for turn in turns]
    left = normalise(" ".join(mask_all(talk))).split()
    assert not NUMBER_WORDS.intersection(left)
    assert not any(word.isdecimal() for word in left)


@given(st.text(alphabet="0123456789", min_size=13, max_size=19).filter(lambda digits: not luhn(digits)))
def test_a_number_without_its_check_digit_is_no_card_number(digits: str) -> None:
    assert said(f"it says {digits} here") == []


@given(read_out(st.text(alphabet="0123456789", min_size=6, max_size=20)))
def test_what_is_introduced_as_an_order_number_is_no_card_number(turns: list[Turn]) -> None:
    assert not [
        entity
        for _, entity in hear(agent("May I have the order number?"), turns[0])
        if entity.kind == topics.CARD
    ]


@given(st.integers(2, 9), st.integers(0, 99_999_999), st.integers(0, 99_999), st.integers(0, 99))
def test_phone_numbers_and_prices_are_no_card_numbers(area: int, number: int, price: int, cents: int) -> None:
    phone = f"{area}{number // 1_000_000:02}-{2 + number % 8}{number // 100 % 100:02}-{number % 10_000:04}"
    found = said(f"My phone is {phone}, the price was ${price:,}.{cents:02} and not {price + 1} dollars.")
    assert [kind for kind, _, _ in found] == [topics.PHONE]


# --- real material ------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_it_finds_what_is_marked_in_written_sentences(shared: Path) -> None:
    """1,500 generated sentences; cards of prefixes that no brand has are doubts, national phone formats are missed."""
    kinds = {"CREDIT_CARD": topics.CARD, "US_SSN": topics.SSN, "IBAN_CODE": topics.IBAN}
    kinds |= {"EMAIL_ADDRESS": topics.EMAIL, "PHONE_NUMBER": topics.PHONE}
    marked, found, false = Counter[str](), Counter[str](), Counter[str]()
    for sentence in json.loads(
        lzma.decompress((shared / "redaction/presidio_synth_dataset_v2.json.xz").read_bytes())
    ):
        places = spans(sentence["full_text"])
        heard = [
            (entity.kind, places[entity.parts[0].first][0], places[entity.parts[-1].last][1])
            for _, entity in hear(sentence["full_text"])
        ]
        true = [
            (kinds.get(span["entity_type"]), span["start_position"], span["end_position"])
            for span in sentence["spans"]
        ]
        for kind, start, end in true:
            if kind:
                marked[kind] += 1
                found[kind] += any(one == kind and at <= start + 2 and to >= end for one, at, to in heard)
        for one, at, to in heard:
            false[one] += not any(one == kind and at < end and start < to for kind, start, end in true)
    for kind in (topics.SSN, topics.IBAN, topics.EMAIL):
        assert found[kind] == marked[kind]
    assert found[topics.CARD] >= 0.99 * marked[topics.CARD]
    assert found[topics.PHONE] >= 0.75 * marked[topics.PHONE]
    assert {kind: false[kind] for kind in kinds.values() if false[kind]} == {}


@pytest.mark.data
def test_it_hears_no_card_number_in_53_972_chat_messages_that_have_none(shared: Path) -> None:
    heard = Counter[str]()
    with lzma.open(shared / "star/dialogues.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            dialogue: dict[str, Any] = json.loads(line)
            turns: list[Turn] = [
                (event["Agent"], event["Text"])
                for event in dialogue["Events"]
                if event["Agent"] in {"User", "Wizard"}
                and event["Action"] in {"utter", "pick_suggestion"}
                and event.get("Text")
            ]
            heard.update(entity.kind for _, entity in hear(*turns))
    assert heard[topics.CARD] == 0
    assert heard[topics.PIN] > 300
    assert heard[topics.ACCOUNT] > 250
