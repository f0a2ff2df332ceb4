"""Ears on a call of our own, piece by piece as a telephone sends it."""

from collections.abc import Iterator

import numpy as np
import pytest
from tests.speech.spoken import call, said

from clearline.speech.recognisers.live import Ear, Heard, Lost, Partial, Said
from clearline.speech.recognisers.moonshine import Moonshine
from clearline.speech.recognisers.whisper import Whisper
from clearline.speech.recognising import Phrase, Word
from clearline.speech.sound import Samples

RATE, PIECE = 8_000, 160


@pytest.fixture(scope="module")
def moonshine() -> Moonshine:
    return Moonshine()


class Careful:
    """Stands for Whisper where it does not matter what is heard, but whether it is asked."""

    name = "careful"

    def __init__(self) -> None:
        self.asked: list[float] = []

    def hear(self, samples: Samples, rate: int, told: object = None) -> list[Phrase]:
        del told
        self.asked.append(len(samples) / rate)
        return [Phrase((Word("carefully", 0.3, len(samples) / rate - 0.7, 0.9),))]


class Hasty:
    """Stands for Moonshine in the same way."""

    def text(self, sound: Samples) -> str:
        return f"{len(sound)} samples"


def pieces(sound: Samples, at: float = 0.0) -> Iterator[tuple[Samples, float]]:
    for begins in range(0, len(sound), PIECE):
        yield sound[begins : begins + PIECE], at + begins / RATE


def hear(ear: Ear, sound: Samples, at: float = 0.0, behind: float = 0.0) -> list[Heard]:
    return [one for piece, begins in pieces(sound, at) for one in ear.take(piece, begins, behind)]


CUSTOMER = call().channel(1)[: 23 * RATE]  # an order, and a card


def test_words_come_while_somebody_speaks_and_stay_when_they_pause(
    moonshine: Moonshine, whisper: Whisper
) -> None:
    ear = Ear(RATE, moonshine, whisper, "c1 ")
    heard = hear(ear, CUSTOMER)
    heard += ear.end()
    stays = [one for one in heard if isinstance(one, Said)]
    assert "order 17" in stays[0].text.lower()
    assert "5105" in stays[1].text
    truth = [one for one in said() if one["by"] == "customer"]
    assert stays[0].start == pytest.approx(truth[0]["start"], abs=0.4)
    assert stays[0].end == pytest.approx(truth[0]["end"], abs=0.4)
    assert stays[1].start == pytest.approx(truth[1]["start"], abs=0.4)
    partials = [one for one in heard if isinstance(one, Partial)]
    assert {one.id for one in partials} == {one.id for one in stays}
    first = partials[0]
    assert first.end - truth[0]["start"] < 1.5  # soon after it began
    for one in stays:
        assert max(heard.index(p) for p in partials if p.id == one.id) < heard.index(one)


def test_ids_are_those_of_the_place_and_the_same_when_it_is_heard_again() -> None:
    first = hear(Ear(RATE, Hasty(), Careful(), "x "), CUSTOMER[: 12 * RATE])
    again = hear(Ear(RATE, Hasty(), Careful(), "x "), CUSTOMER[: 12 * RATE])
    assert first == again
    assert len({one.id for one in first if isinstance(one, Said)}) == 1


def test_a_gap_ends_what_is_said_and_what_follows_has_its_own_time() -> None:
    ear = Ear(RATE, Hasty(), Careful())
    heard = hear(ear, CUSTOMER[: 9 * RATE])  # in the middle of a sentence
    heard += hear(ear, CUSTOMER[9 * RATE : 12 * RATE], at=109.0)
    stays = [one for one in heard if isinstance(one, Said)]
    assert len(stays) == 2
    assert stays[0].end <= 9.0
    assert 109.0 <= stays[1].start < stays[1].end < 112.0


def test_sound_that_comes_twice_is_heard_once() -> None:
    once, twice = Careful(), Careful()
    hear(Ear(RATE, Hasty(), once), CUSTOMER[: 12 * RATE])
    ear = Ear(RATE, Hasty(), twice)
    hear(ear, CUSTOMER[: 9 * RATE])
    hear(ear, CUSTOMER[8 * RATE : 12 * RATE], at=8.0)
    assert twice.asked == pytest.approx(once.asked, abs=0.1)


def test_who_never_pauses_is_cut_and_nothing_is_lost() -> None:
    careful = Careful()
    ear = Ear(RATE, Hasty(), careful)
    talk = np.tile(call().channel(1)[int(13.2 * RATE) : int(21.2 * RATE)], 4)
    heard = hear(ear, talk)
    heard += ear.end()
    assert len([one for one in heard if isinstance(one, Said)]) >= 3
    assert max(careful.asked) <= 15.1
    assert sum(careful.asked) == pytest.approx(len(talk) / RATE, abs=0.5)


def test_behind_there_are_no_words_that_may_change() -> None:
    careful = Careful()
    heard = hear(Ear(RATE, Hasty(), careful), CUSTOMER[: 12 * RATE], behind=3.0)
    assert [type(one) for one in heard] == [Said]
    assert len(careful.asked) == 1


def test_far_behind_what_stays_is_heard_in_haste_and_is_not_sure(moonshine: Moonshine) -> None:
    careful = Careful()
    (stays,) = hear(Ear(RATE, moonshine, careful), CUSTOMER[: 12 * RATE], behind=10.0)
    assert isinstance(stays, Said)
    assert careful.asked == []
    assert "order" in stays.text
    assert all(word.sure < 0.5 for word in stays.words)
    assert [word.start for word in stays.words] == sorted(word.start for word in stays.words)
    assert 7 < stays.start < stays.end < 11


def test_too_far_behind_sound_is_lost_and_it_is_said() -> None:
    ear = Ear(RATE, Hasty(), Careful())
    assert hear(ear, CUSTOMER[: 9 * RATE], behind=30.0) == []
    heard = hear(ear, CUSTOMER[9 * RATE : 12 * RATE], at=9.0)
    assert heard[0] == Lost(0.0, 9.0)
    assert isinstance(heard[-1], Said)


@pytest.mark.parametrize("sound", [np.zeros(80_000, np.float32), np.full(8_000, np.nan, np.float32)])
def test_nothing_is_heard_where_nobody_speaks(sound: Samples) -> None:
    ear = Ear(RATE, Hasty(), Careful())
    assert hear(ear, sound) + ear.end() == []


def test_without_a_careful_recogniser_the_quick_one_has_to_do(moonshine: Moonshine) -> None:
    heard = hear(Ear(RATE, moonshine, None), CUSTOMER[: 12 * RATE])
    assert isinstance(heard[-1], Said)
    assert "order" in heard[-1].text


def test_the_quick_recogniser_stands_by_its_version(moonshine: Moonshine) -> None:
    assert moonshine.name == "moonshine tiny-en 0.0.73"
