"""Where nobody speaks, what is there instead is told apart: silence, music or a tone, a recorder that was paused."""

import numpy as np
import pytest
from bench.sounds import FORMATS, tone, written
from hypothesis import given
from hypothesis import strategies as st

from clearline.speech.decoding import opened
from clearline.speech.silence import Stretch, alike, clipped, pauses, silent, still, unspoken
from clearline.speech.sound import Samples, Sound, Span

RATE = 8_000


def room(seconds: float, level: float = 0.001, seed: int = 1) -> Samples:
    """A line on which nobody speaks: never quite still."""
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE)).astype(np.float32)


def test_silence_and_music_are_told_apart_within_one_gap() -> None:
    samples = np.concatenate([room(5), room(10) + tone(440, 10, RATE, 0.1), room(5)])
    found = unspoken(samples, RATE, [])
    assert [one.kind for one in found] == ["silence", "music or tone", "silence"]
    assert [one.span.start for one in found] == pytest.approx([0, 5, 15], abs=0.6)
    assert found[-1].span.end == 20


def test_short_gaps_and_speech_are_not_told() -> None:
    speech = [Span(1, 4), Span(6.5, 14), Span(18, 20)]
    assert unspoken(room(20), RATE, speech) == [Stretch("silence", Span(14, 18))]


def test_a_beep_in_silence_is_still_silence_and_a_breath_in_music_still_music() -> None:
    beep = np.concatenate([room(5), tone(1000, 0.5, RATE), room(5)])
    assert unspoken(beep, RATE, []) == [Stretch("silence", Span(0, 10.5))]
    music = np.concatenate([tone(440, 5, RATE), room(1), tone(440, 5, RATE)])
    assert unspoken(music, RATE, []) == [Stretch("music or tone", Span(0, 11))]


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(0.1, 8)), max_size=6))
def test_stretches_are_in_order_apart_long_enough_and_outside_of_speech(
    parts: list[tuple[float, float]],
) -> None:
    speech, at = [], 0.0
    for pause, length in parts:
        speech.append(Span(at + pause, at + pause + length))
        at = speech[-1].end
    found = unspoken(room(at + 4), RATE, speech)
    assert all(one.span.seconds >= 3 for one in found)
    times = [time for one in found for time in (one.span.start, one.span.end)]
    assert times == sorted(times)
    assert all(one.span.end <= said.start or said.end <= one.span.start for one in found for said in speech)


@pytest.mark.parametrize("value", [0.0, 0.25, -1 / 32_768])
def test_samples_that_do_not_change_are_a_pause_and_a_quiet_room_is_none(value: float) -> None:
    samples = np.concatenate([room(4), np.full(6 * RATE, value, np.float32), room(5)])
    (found,) = still(samples, RATE)
    assert (found.start, found.end) == pytest.approx((4, 10), abs=0.001)
    assert still(room(20, 1e-4), RATE) == []


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"AMR", "G.711 A-law"}])
def test_a_pause_is_found_behind_a_codec(name: str) -> None:
    container, codec, rate = FORMATS[name]
    noise = np.random.default_rng(1).normal(0, 0.02, 4 * rate).astype(np.float32)
    samples = np.concatenate([noise, np.zeros(6 * rate, np.float32), noise])
    sound = opened(written(samples, rate, container, codec)).whole()
    (found,) = still(sound.channel(0), sound.rate)
    assert (found.start, found.end) == pytest.approx((4, 10), abs=0.5)


def test_one_channel_that_is_still_is_no_pause_of_the_recorder() -> None:
    agent = np.concatenate([room(4), np.zeros(8 * RATE, np.float32), room(2)])
    customer = np.concatenate([room(7), np.zeros(3 * RATE, np.float32), room(4)])
    assert pauses(Sound(np.stack([agent, room(14, seed=2)]), RATE)) == []
    (found,) = pauses(Sound(np.stack([agent, customer]), RATE))
    assert (found.start, found.end) == pytest.approx((7, 10), abs=0.001)


def test_the_share_of_clipped_samples_is_counted() -> None:
    whole = tone(300, 2, RATE, 0.9)
    assert clipped(whole) == 0
    loud = np.clip(tone(300, 2, RATE, 2.0), -0.98, 0.98)
    expected = float(np.mean(np.abs(loud) >= 0.98))
    assert expected > 0.3
    assert clipped(loud) == pytest.approx(expected, abs=0.03)
    assert clipped(np.zeros(RATE, np.float32)) == 0
    assert clipped(np.zeros(0, np.float32)) == 0


@given(st.integers(1, 30_000))
def test_a_channel_is_silent_only_if_it_is_so_all_through(at: int) -> None:
    samples = room(4, 0.0003)
    assert silent(samples, RATE)
    samples[at : at + 400] += tone(500, 0.05, RATE, 0.02)[: len(samples[at : at + 400])]
    assert not silent(samples, RATE)


@given(st.floats(0.05, 2), st.booleans())
def test_the_same_sound_is_known_again_louder_softer_or_turned_over(factor: float, over: bool) -> None:
    one = room(2, 0.1)
    assert alike(one, one * np.float32(-factor if over else factor))
    assert not alike(one, one * np.float32(factor) + room(2, 0.05 * factor, seed=2))
