from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clearline.engine.entities import START, Entity
from clearline.engine.numbers import NUMBER_WORDS, vocabulary
from clearline.engine.skim import hear_all
from clearline.engine.topics import (
    ASKING_WORDS,
    ENDING,
    HEARD_WORDS,
    KEY_PAIRS,
    KEY_WORDS,
    OTHER,
    SECURITY_ANSWER,
    topics,
)

if TYPE_CHECKING:
    from pathlib import Path

Talk = list[tuple[str, str]]

FOLLOWERS = vocabulary(
    "four number code sent to you in the text of time factor t p security on back digits is my expires thru until i n s "
    "v d b at me mail card address birth date is ? and hundred thousand not no wait dot com gmail period may august"
)
WORDS = sorted(HEARD_WORDS | set(FOLLOWERS) | NUMBER_WORDS)
PHRASES = [
    "the card number",
    "the code on the back",
    "and the code?",
    "my pin",
    "order number",
    "tracking",
    "it expires",
    "date of birth",
    "account number",
    "i texted you a code",
    "my iban is",
    "pay",
    "card ending in",
    "what was your mother's maiden name?",
    "my first pet was Rex",
    "the password is rosebud",
    "rosebud",
    "offer ends tonight",
]
WRITTEN = [
    "5555 5555 5555 4444",
    "4111 1111",
    "4111111111111112",
    "417",
    "08/29",
    "GB29 NWBK 6016 1331 9268 19",
    "DE89370400440532013000",
    "(212) 555-1234x77",
    "+49 30 1234567",
    "078-05-1120'x",
    "dana@example.com",
    "$1,299.00",
    "credit_card_7194529",
    "(5758737025)",
    "2026-11-23",
    "\n- 4111",
    "**** 1111",
    "5 \u0664\u0661",
    "\u201cfour\u201d",
    "can\u2019t",
]

said = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WRITTEN),
        st.sampled_from(PHRASES),
        st.from_regex(r"[0-9]{1,5}"),
    ),
    max_size=6,
).map(" ".join)
quiet = st.sampled_from(["Okay.", "uh-huh", "How are you?", "", "Thanks, that's very kind of you."])
speakers = st.sampled_from(["agent", "customer"])


def one_by_one(talk: Talk) -> list[tuple[int, Entity]]:
    listener, found = START, []
    for turn, (by, text) in enumerate(talk):
        listener, entities = listener.hear(by, text)
        found += [(turn, entity) for entity in entities]
    return found


@given(st.lists(st.tuples(speakers, said | quiet), max_size=24))
@example([("customer", "how much"), ("customer", "5555 5555 5555 4444")])
@example([("customer", "the code on the back")] + [("customer", digit) for digit in "417"])
@example([("customer", "5555 5555 5555 4444"), *[("agent", "Okay.")] * 6, ("agent", "5555555555554444?")])
@example([("agent", "the cvv?"), *[("agent", "Okay.")] * 3, ("customer", "4"), ("customer", "17")])
@example([("customer", "5555 5555 5555 4444 and the code is 731")])
@example([("agent", "card ending in 1111?"), ("customer", "5555 5555 5555 4444")])
@example([("customer", "call 212-555-4567x12"), ("customer", "'078-05-1120'")])
def test_a_whole_conversation_shows_what_its_utterances_show_one_by_one(talk: Talk) -> None:
    assert hear_all(talk) == one_by_one(talk)


@given(st.lists(st.tuples(speakers, st.text(max_size=30)), max_size=6))
def test_any_text_can_be_skimmed(talk: Talk) -> None:
    assert hear_all(talk) == one_by_one(talk)


@given(st.lists(st.sampled_from(WORDS), max_size=8))
@example(["good", "until"])
@example(["long", "number"])
def test_what_is_spoken_of_has_a_key_word(words: list[str]) -> None:
    named = {topic.name for topic in topics(words)}
    assert SECURITY_ANSWER not in named or not ASKING_WORDS.isdisjoint(words)
    real = named - {OTHER, ENDING, SECURITY_ANSWER}
    paired = all(not set(half).isdisjoint(words) for half in KEY_PAIRS)
    assert not real or paired or not KEY_WORDS.isdisjoint(words)


def test_nothing_was_said() -> None:
    assert hear_all([]) == []


@pytest.mark.data
def test_chats_show_the_same_when_they_are_skimmed(shared: Path) -> None:
    with lzma.open(shared / "star/dialogues.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            dialogue: dict[str, Any] = json.loads(line)
            talk = [
                (str(event["Agent"]), str(event["Text"])) for event in dialogue["Events"] if event.get("Text")
            ]
            assert hear_all(talk) == one_by_one(talk)
