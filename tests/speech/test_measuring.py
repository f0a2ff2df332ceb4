import pytest

from clearline.speech.measuring import Marked, Said, Spoken, Tally, Truth, Written, written
from clearline.speech.sound import Span
from clearline.speech.spoken import FORMS, talks

TRUTH = Truth([Spoken("payment_card", [(1.0, 1.5), (2.0, 2.5)], 0, "digits")])


def count(*muted: Span, released: bool = True) -> Tally:
    tally = Tally()
    tally.recording(TRUTH, [list(muted), []], 60.0, released=released)
    return tally


def test_a_secret_is_missed_if_one_of_its_words_can_be_heard() -> None:
    assert count(Span(0.8, 2.7)).total.missed == 0
    tally = count(Span(0.8, 1.7))
    assert (tally.total.missed, tally.total.shown) == (1, 1)
    assert tally.hidden == pytest.approx(0.5)


def test_what_is_not_released_is_missed_by_nobody() -> None:
    tally = count(released=False)
    assert (tally.total.missed, tally.withheld) == (0, 1)


def test_what_is_muted_for_nothing_is_counted_by_the_minute() -> None:
    assert count(Span(0.8, 2.7), Span(30, 31)).false_a_minute == 1.0


def test_every_form_of_a_generated_card_is_counted_and_none_is_missed() -> None:
    tally = Tally()
    for talk in talks(len(FORMS) * 25):
        tally.text(written(talk))
    assert {form for _, form in tally.counts} == set(FORMS)
    assert all(one.missed == 0 and one.secrets >= 25 for one in tally.counts.values())
    assert tally.total.bound < 0.02


def test_talks_are_the_same_again() -> None:
    assert list(talks(16, seed=3)) == list(talks(16, seed=3)) != list(talks(16, seed=4))


def test_a_word_that_is_shown_is_a_miss() -> None:
    tally = Tally()
    tally.text(Written([Said("customer", "it is tulip", [Marked("security_answer", 6, 11, "words")])]))
    assert tally.counts["security_answer", "words"].missed == 1
    assert tally.plain == 2
