from __future__ import annotations

import pytest

from clearline.engine import topics
from clearline.engine.words import normalise


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the code on the back", topics.CODE),
        ("the three digits on the back", topics.CODE),
        ("your CVV, please?", topics.CODE),
        ("card verification value", topics.CODE),
        ("when does it expire?", topics.EXPIRY),
        ("valid thru", topics.EXPIRY),
        ("the offer expires", topics.OTHER),
        ("the one ending in 1111", topics.ENDING),
        ("it ends in four two one one", topics.ENDING),
        ("which does it end with, the one ending in?", topics.ENDING),
        ("the last four of your social", topics.SSN_LAST),
        ("your social security number", topics.SSN),
        ("social media", topics.OTHER),
        ("the code we just sent you", topics.ONE_TIME),
        ("I just texted you a code", topics.ONE_TIME),
        ("security code that was sent", topics.ONE_TIME),
        ("one-time passcode", topics.ONE_TIME),
        ("your promo code", topics.OTHER),
        ("the order number", topics.OTHER),
        ("your e-mail address", topics.EMAIL),
        ("account number", topics.ACCOUNT),
        ("routing number", topics.ROUTING),
        ("call me back at", topics.PHONE),
        ("date of birth", topics.BIRTH),
        ("your pin", topics.PIN),
        ("the card number", topics.CARD),
        ("I'd like to pay", topics.PAYING),
        ("and the code?", topics.BARE_CODE),
    ],
)
def test_it_knows_what_is_spoken_of(text: str, name: str) -> None:
    assert [topic.name for topic in topics.topics(normalise(text).split())] == [name]


def test_a_topic_knows_its_words() -> None:
    (topic,) = topics.topics(normalise("May I have the social security number please").split())
    assert (topic.first, topic.last) == (4, 6)


@pytest.mark.parametrize(
    "text", ["this offer ends tonight", "ending soon", "it ends in 5 days", "the sale ends"]
)
def test_what_only_comes_to_an_end_has_no_last_digits(text: str) -> None:
    assert topics.topics(normalise(text).split()) == []


def test_ordinary_talk_has_no_topic() -> None:
    assert topics.topics(normalise("Thanks for waiting, how can I help you today").split()) == []
