from itertools import pairwise

import numpy as np
import pytest
from tests.speech.spoken import call, said

from clearline.speech.rates import resampled
from clearline.speech.speaking import HEARD, MOST, quietest, windows
from clearline.speech.voice import spoken


def test_speech_is_found_where_somebody_speaks_and_nowhere_else() -> None:
    found = spoken(call().channel(1), 8_000, HEARD)
    for one in said():
        if one["by"] == "customer":
            assert any(span.start <= one["start"] + 0.1 and span.end >= one["end"] - 0.1 for span in found)
    assert sum(span.seconds for span in found) < 25


def test_whoever_speaks_for_long_is_cut_where_they_pause_and_all_is_there() -> None:
    talk = np.tile(call().channel(1)[13 * 8_000 : 20 * 8_000], 10)
    whole, found = (
        spoken(talk, 8_000, HEARD._replace(longest=0.0, pause=9.0)),
        spoken(talk, 8_000, HEARD._replace(pause=9.0)),
    )
    assert [one.seconds > 60 for one in whole] == [True]
    assert all(one.seconds <= MOST for one in found)
    assert (found[0].start, found[-1].end) == (whole[0].start, whole[0].end)
    assert all(one.end == after.start for one, after in pairwise(found))


@pytest.mark.parametrize("longest", [12.0, 20.0, 300.0])
def test_windows_are_the_whole_channel_and_are_not_cut_in_speech(longest: float) -> None:
    sound = call().channel(1)
    found = list(windows(sound, 8_000, longest))
    assert found[0].start == 0
    assert found[-1].end == len(sound) / 8_000
    assert all(one.end == after.start for one, after in pairwise(found))
    for window in found[:-1]:
        assert not any(one["start"] < window.end < one["end"] for one in said() if one["by"] == "customer")
    for window in found:
        assert len(window.samples) / 16_000 == pytest.approx(window.end - window.start, abs=0.01)
        assert all(0 <= span.start < span.end <= window.end - window.start + 0.01 for span in window.spans)


def test_somebody_who_never_pauses_is_cut_all_the_same() -> None:
    talk = call().channel(0)[8_000 : 6 * 8_000]
    found = list(windows(np.tile(talk, 10), 8_000, 20.0))
    assert found[-1].end == 50.0
    assert all(window.end - window.start <= 20.0 for window in found)


def test_the_quietest_place_is_in_the_middle_and_quiet() -> None:
    sound = np.random.default_rng(2).normal(0, 0.3, 64_000).astype(np.float32)
    sound[30_000:34_000] = 0
    sound[:8_000] = 0  # quieter still, but not in the middle half
    assert 30_000 <= quietest(sound) * 16_000 <= 34_000


def test_sound_stays_in_its_place_at_another_rate() -> None:
    click = np.zeros(32_000, np.float32)
    click[10_000] = 1
    for rate in (8_000, 16_000, 44_100):
        found = resampled(click, rate)
        assert abs(int(np.argmax(np.abs(found))) / 16_000 - 10_000 / rate) < 0.001
