import math

import numpy as np
import pytest
from tests.speech.scripted import Line, Scripted, noise, phrase

from clearline.engine import topics
from clearline.engine.listed import LISTED, listed
from clearline.speech.muting import bounds
from clearline.speech.recognising import Phrase, Told, Word
from clearline.speech.redacting import Redaction, redacted
from clearline.speech.secrets import KEYS
from clearline.speech.sound import Samples, Span

CARD = "four one one one one one one one one one one one one one one one"
TALK: list[Line] = [
    (1, 0.5, "what is the card number?"),
    (0, 4.0, f"it is {CARD}"),
    (1, 15.0, "and the code on the back?"),
    (0, 19.0, "three one seven"),
    (1, 22.0, "thank you that is all"),
]


def redact(talk: list[Line], **more: object) -> Redaction:
    sound = noise(30)
    return redacted(sound, Scripted(sound, talk), **more)  # type: ignore[arg-type]


def test_what_is_released_is_silent_about_all_that_was_secret() -> None:
    done = redact(TALK)
    assert done.sound is not None
    assert {topics.CARD, topics.CODE} <= done.kinds
    assert done.blocked == ()
    original = noise(30)
    for start, end in ((5.0, 12.9), (19.0, 20.4)):
        first, last = bounds(Span(start, end), original)
        assert not np.any(done.sound.samples[0, first:last] == original.samples[0, first:last])


def test_a_question_whose_answer_is_muted_takes_no_later_words_for_it() -> None:
    talk: list[Line] = [
        (1, 0.5, "what was your mother's maiden name?"),
        (0, 6.0, "Toleman"),
        (1, 9.0, "thanks and how can I help?"),
        (0, 14.0, "my parcel is late"),
    ]
    done = redact(talk)
    assert done.released
    assert done.hearings == 1
    assert done.spans[0]
    assert all(span.end < 14 for span in done.spans[0])


def test_listed_names_and_addresses_are_muted_where_they_are_said() -> None:
    talk: list[Line] = [
        (1, 0.5, "who is speaking?"),
        (0, 4.0, "this is Zoe of one two Baker Street"),
        (1, 12.0, "hello Zoe how can I help?"),
    ]
    done = redact(talk, listed=listed("Zoë,12 Baker Street"))
    assert done.sound is not None
    assert done.kinds == {LISTED}
    original = noise(30)
    for channel, start, end in ((0, 5.0, 5.4), (0, 6.0, 7.9), (1, 12.5, 12.9)):
        first, last = bounds(Span(start, end), original)
        assert not np.any(done.sound.samples[channel, first:last] == original.samples[channel, first:last])
    assert redact(talk).spans == ((), ())


def test_a_recording_with_nothing_secret_comes_out_bit_for_bit() -> None:
    done = redact([(0, 1.0, "where is my parcel?")])
    assert done.sound is not None
    assert np.array_equal(done.sound.samples, noise(30).samples)
    assert not done.keeps_no_original


@pytest.mark.parametrize(
    ("question", "answer", "never"),
    [
        ("the code on the back of the card?", "three one seven", True),
        ("and your PIN please?", "four eight one five", True),
        ("what is the card number?", CARD, False),
        ("your mother's maiden name?", "Toleman", False),
    ],
)
def test_no_original_is_kept_where_a_code_or_a_pin_was_heard(
    question: str, answer: str, *, never: bool
) -> None:
    done = redact([(1, 0.5, question), (0, 6.0, answer)])
    assert done.kinds
    assert done.keeps_no_original is never


def test_keys_are_muted_and_may_have_been_a_pin() -> None:
    pressed = [Span(2.0 + at, 2.1 + at) for at in range(4)]
    done = redact([], tones=[pressed, []])
    assert KEYS in done.kinds
    assert done.keeps_no_original
    assert done.spans[0][0].start <= 1.85
    assert not redact([], tones=[pressed[:1], []]).keeps_no_original


class Stubborn(Scripted):
    """Hears a card number again though it was muted, as where times are far off."""

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:  # noqa: ARG002 - as the house calls it
        return [phrase(5.0, CARD)] if self._channel_of(samples) == 0 else []


def test_what_is_still_heard_blocks_the_release() -> None:
    sound = noise(30)
    done = redacted(sound, Stubborn(sound, []))
    assert not done.released
    assert {one.reason for one in done.blocked} == {"it is still heard"}
    assert done.hearings > 1


class Late(Scripted):
    """Says times that are two seconds too early; what it hears is where it is."""

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        return [
            Phrase(tuple(Word(one.text, one.start - 2, one.end - 2, one.sure) for one in heard.words))
            for heard in super().hear(samples, rate, told)
        ]


def test_times_that_are_off_are_made_good_by_hearing_again() -> None:
    sound = noise(40)
    done = redacted(sound, Late(sound, [(1, 3.0, "what is the card number?"), (0, 8.0, CARD)]))
    assert done.sound is not None
    assert done.hearings > 1
    first, last = bounds(Span(8.0, 15.9), sound)
    assert not np.any(done.sound.samples[0, first:last] == sound.samples[0, first:last])


class Timeless(Scripted):
    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        heard = super().hear(samples, rate, told)
        return [Phrase(tuple(Word(w.text, math.nan, math.nan, 1) for w in one.words)) for one in heard]


def test_what_cannot_be_located_is_not_released() -> None:
    sound = noise(30)
    done = redacted(sound, Timeless(sound, TALK))
    assert not done.released
    assert "it cannot be located" in {one.reason for one in done.blocked}
    assert all(one.span is None for one in done.blocked)


def test_nothing_of_an_outcome_shows_what_was_said() -> None:
    shown = repr(redact(TALK))
    assert not any(word in shown for word in ("four", "three one", "'seven'"))
