import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.speech.scripted import Line, phrase

from clearline.engine import topics
from clearline.speech.recognising import Phrase, Word
from clearline.speech.secrets import (
    AUTHENTICATION,
    CONTACTS,
    DIGITS,
    GUARD,
    KINDS,
    UNHEARD,
    Secret,
    Utterance,
    guarded,
    in_order,
    marks,
    merged,
    secrets,
)
from clearline.speech.sound import Span
from clearline.speech.spoken import talks

CARD = "four one one one one one one one one one one one one one one one"


def found(*lines: Line) -> list[Secret]:
    return secrets(in_order(Utterance(channel, phrase(start, text)) for channel, start, text in lines))


def kinds(*lines: Line) -> set[str]:
    return {one.kind for one in found(*lines)}


def covers(some: list[Secret], channel: int, start: float, end: float) -> bool:
    spans = guarded(one.span for one in some if one.channel == channel and one.span is not None)
    return any(span.start <= start and end <= span.end for span in spans)


def test_a_card_number_is_secret_from_its_first_to_its_last_digit() -> None:
    some = found((1, 0.0, "what is the card number?"), (0, 4.0, f"sure it is {CARD}"))
    assert topics.CARD in {one.kind for one in some}
    assert covers(some, 0, 5.5, 13.4)
    assert not covers(some, 0, 4.0, 4.4)
    assert {one.channel for one in some} == {0}


def test_what_is_read_out_after_an_order_number_is_no_part_of_it() -> None:
    for end in ("5?", "5.", "5!"):
        (line,) = marks([Utterance(0, phrase(0.0, f"my order number is 1 2 3 4 {end} {CARD}"))])
        hidden = set.union(*line.values())
        assert hidden >= set(range(10, 25)), end
        assert not hidden & set(range(9)), end
    assert marks([Utterance(0, phrase(0.0, f"the tracking number is {CARD}"))]) == [{}]


def test_phone_numbers_and_addresses_of_mail_are_secret_only_where_they_are_asked_for() -> None:
    lines = [
        Utterance(0, phrase(0.0, "my phone number is two one two five five five zero one two three")),
        Utterance(0, phrase(9.0, "and write to dana@example.com please")),
    ]
    assert not CONTACTS & {one.kind for one in secrets(lines)}
    assert {one.kind for one in secrets(lines, KINDS | CONTACTS)} == CONTACTS


def test_pieces_of_earlier_turns_turn_out_to_be_part_of_one() -> None:
    groups = ["four one one one", "one one one one", "one one one one", "one one one one"]
    some = found(
        *((0, 10.0 * at, group) for at, group in enumerate(groups)),
        *((1, 10.0 * at + 5, "uh-huh") for at in range(3)),
    )
    assert all(covers(some, 0, 10.0 * at, 10.0 * at + 1.9) for at in range(4))


def test_a_read_back_is_secret_in_the_channel_of_whoever_reads() -> None:
    some = found((0, 0.0, f"my card is {CARD}"), (1, 20.0, f"so that is {CARD}"))
    assert covers(some, 0, 1.5, 9.4)
    assert covers(some, 1, 21.5, 29.4)


def test_what_is_asked_for_says_what_is_answered() -> None:
    assert topics.PIN in kinds((1, 0.0, "and your PIN please?"), (0, 5.0, "4 8 1 5"))
    assert topics.SECURITY_ANSWER in kinds((1, 0.0, "your mother's maiden name?"), (0, 5.0, "Toleman"))
    assert topics.ONE_TIME in kinds((1, 0.0, "read me the code we texted you"), (0, 5.0, "480 215"))
    assert kinds((1, 0.0, "your order number?"), (0, 5.0, "4 8 1 5 1 6 2 3 4 2")) == set()


def test_a_digit_that_was_misheard_does_not_make_a_card_number_public() -> None:
    wrong = CARD.replace("four", "five", 1)
    assert covers(found((0, 0.0, wrong)), 0, 0.0, 7.9)


def test_a_misheard_number_in_several_pieces_is_secret_though_talk_stands_beside_it() -> None:
    talk = "I would like to check on my last one with you please five one two nine"
    some = found(
        (0, 0.0, talk), (0, 20.0, "seven nine two nine four seven eight two"), (0, 40.0, "two seven three")
    )
    assert covers(some, 0, 6.0, 7.9)
    assert covers(some, 0, 20.0, 23.9)
    assert covers(some, 0, 40.0, 41.4)


def test_digits_around_a_card_are_secret_whatever_they_are() -> None:
    some = found((0, 0.0, f"my card is {CARD}"), (1, 20.0, "okay"), (0, 22.0, "and then three one seven"))
    assert covers(some, 0, 23.0, 24.4)


def test_several_of_our_words_in_one_of_the_recogniser_have_its_time() -> None:
    words = [Word("card", 0.0, 0.4, 1), *(Word("4111-1111", at, at + 3.0, 1) for at in (1.0, 5.0))]
    some = secrets([Utterance(0, Phrase(tuple(words)))])
    assert covers(some, 0, 1.0, 4.0)
    assert covers(some, 0, 5.0, 8.0)


def test_digits_that_nobody_can_say_so_quickly_make_the_whole_phrase_secret() -> None:
    words = (Word("it", 0.0, 0.3, 1), Word("4111111111111111", 2.0, 2.4, 1), Word("okay", 9.0, 9.4, 1))
    assert covers(secrets([Utterance(0, Phrase(words))]), 0, 0.0, 9.4)


def test_what_has_no_time_cannot_be_located() -> None:
    plain, gone = Word("it", 0.0, 0.3, 1), math.nan
    card = [Word("4111", gone, gone, 1), *(Word("1111", 2.0 + at, 2.5 + at, 1) for at in range(3))]
    inside = secrets([Utterance(0, Phrase((plain, *card)))])
    assert covers(inside, 0, 0.0, 4.5)
    edge = secrets([Utterance(0, Phrase(tuple(card)))])
    assert any(one.span is None for one in edge)


def test_speech_of_which_nothing_was_understood_is_secret_beside_secrets() -> None:
    lost = Phrase((Word(UNHEARD, 30.0, 34.0, 0),))
    some = secrets([Utterance(0, phrase(0.0, f"my card is {CARD}")), Utterance(0, lost)])
    assert covers(some, 0, 30.0, 34.0)
    assert secrets([Utterance(0, phrase(0.0, "good morning")), Utterance(0, lost)]) == []


def test_a_pause_in_a_number_is_part_of_it() -> None:
    words = [Word("four", at * 3.0, at * 3.0 + 0.3, 1) for at in range(16)]
    assert covers(secrets([Utterance(0, Phrase(tuple(words)))]), 0, 0.0, 45.3)


def test_no_representation_shows_what_was_said() -> None:
    some = found((0, 0.0, f"my card is {CARD}"))
    assert not any(word in repr(some).split() for word in ("four", "4111"))


def test_generated_cards_are_hidden_word_by_word_in_every_form() -> None:
    for talk in talks(400):
        said = [
            Utterance(int(turn.by == "agent"), phrase(40.0 * at, turn.text))
            for at, turn in enumerate(talk.turns)
        ]
        assert all(marked for turn, marked in zip(talk.turns, marks(said), strict=True) if turn.secret), (
            talk.form
        )


spans = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0, 5)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
    max_size=20,
)


@given(spans)
def test_muted_spans_hold_every_secret_word_with_its_guard(some: list[Span]) -> None:
    muted = guarded(some)
    for span in some:
        begin, end = max(0.0, span.start - GUARD), span.end + GUARD
        assert any(one.start <= begin and end <= one.end for one in muted)
    assert all(before.end <= after.start for before, after in pairwise(muted))


@given(spans)
def test_spans_that_are_less_than_a_second_apart_are_one(some: list[Span]) -> None:
    assert all(after.start - before.end >= 1.0 for before, after in pairwise(merged(some)))


def test_what_may_never_be_kept_is_named() -> None:
    assert {topics.CODE, topics.PIN} <= AUTHENTICATION
    assert DIGITS not in AUTHENTICATION
