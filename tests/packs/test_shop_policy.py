"""The confirmation rule where the utterance says whether it `agrees`: somebody has judged the answer."""

import msgspec
import pytest

from clearline.engine.monitor import replay
from clearline.rulebook.examples import spoken_outcome, trying
from clearline.rulebook.lines import MONDAY, read_events
from clearline.rulebook.reading import SHIPPED, read

RULEBOOK = read(SHIPPED)
PROGRAM = trying(RULEBOOK, [RULEBOOK.rules["yes-before-deed"]])
ASKED = "So you'd like the blue one instead, sent to your office."


def outcome(asked: str, answer: str, *, agrees: bool | None) -> str:
    """What the rule says of an order that is changed after that answer."""
    lines = [f"20 agent: {asked}", f"24 customer: {answer}", "30 order.changed order_id=#1", "60 call.ended"]
    question, said, *others = read_events(lines)
    if agrees is not None:
        said = msgspec.structs.replace(said, data={**said.data, "agrees": agrees})
    (verdict,) = replay(PROGRAM, [question, said, *others], {**RULEBOOK.known})
    return spoken_outcome(verdict, MONDAY)


@pytest.mark.parametrize(
    ("answer", "agrees", "told"),
    [
        ("How many days does that take?", None, "is unknown"),
        ("How many days does that take?", True, "is kept"),
        ("How many days does that take?", False, "is broken at 30"),
        ("Whatever, the blue one then.", True, "is kept"),
        ("Yes, please.", True, "is kept"),
        ("No, leave it.", False, "is broken at 30"),
    ],
)
def test_an_answer_that_was_judged_counts_as_it_was_judged(
    answer: str, agrees: bool | None, told: str
) -> None:
    assert outcome(ASKED, answer, agrees=agrees).startswith(told)


def test_a_plain_yes_or_no_stands_whatever_was_judged() -> None:
    assert outcome(ASKED, "Yes, please.", agrees=False) == "is kept"
    assert outcome(ASKED, "No, leave it.", agrees=True) == "is broken at 30"


def test_agreeing_before_anything_was_put_to_the_customer_is_no_yes() -> None:
    assert outcome("Good morning.", "All right.", agrees=True) == "is broken at 30"
