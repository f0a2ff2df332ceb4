import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.speech.scripted import RATE, noise

from clearline.speech import decoding
from clearline.speech.muting import Filling, bounds, copied, is_copy, muted, pcm16, write
from clearline.speech.sound import Sound, Span

SPANS = st.lists(
    st.tuples(st.floats(-1, 6), st.floats(0, 3)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(st.tuples(SPANS, SPANS), st.sampled_from(Filling), st.integers(0, 3))
def test_nothing_of_the_original_is_in_a_span_and_all_of_it_outside(
    spans: tuple[list[Span], list[Span]], filling: Filling, seed: int
) -> None:
    sound, other = noise(5, seed=seed), noise(5, seed=seed + 100)
    inside = np.zeros(sound.samples.shape, bool)
    for channel, some in zip(inside, spans, strict=True):
        for span in some:
            first, last = bounds(span, sound)
            channel[first:last] = True
    one, two = muted(sound, spans, filling).samples, muted(other, spans, filling).samples
    assert np.array_equal(one[~inside], sound.samples[~inside])
    assert np.array_equal(one[inside], two[inside])  # whatever was there, the same stands there now


def test_the_original_is_left_as_it_is() -> None:
    sound = noise(2)
    before = sound.samples.copy()
    muted(sound, [[Span(0, 2)], []])
    assert np.array_equal(sound.samples, before)


def test_a_tone_begins_and_ends_softly_within_its_span() -> None:
    quiet = muted(noise(2, channels=1), [[Span(0.5, 1.5)]]).channel(0)
    assert quiet[4000] == quiet[11999] == 0
    assert np.abs(quiet[4000:4008]).max() < 0.02
    assert np.abs(quiet[4100:4200]).max() > 0.04


@pytest.mark.parametrize("suffix", ["wav", "flac"])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_written_is_what_was_read_but_for_what_was_muted(
    tmp_path: Path, suffix: str, channels: int
) -> None:
    sound = noise(3, channels)
    spans = [[Span(1.0, 2.0)], *([[]] * (channels - 1))]
    write(muted(sound, spans), path := tmp_path / f"quiet.{suffix}")
    back = decoding.opened(path).whole()
    assert back.rate == RATE
    assert np.array_equal(pcm16(back), pcm16(muted(sound, spans)))
    assert np.array_equal(pcm16(back)[: RATE - 1], pcm16(sound)[: RATE - 1])


def test_every_value_of_16_bits_comes_out_as_it_went_in(tmp_path: Path) -> None:
    whole = np.arange(-32768, 32768, dtype="<i2")
    with wave.open(str(tmp_path / "all.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(whole.tobytes())
    write(decoding.opened(tmp_path / "all.wav").whole(), tmp_path / "again.wav")
    with wave.open(str(tmp_path / "again.wav"), "rb") as file:
        assert file.readframes(10**6) == whole.tobytes()


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_file_that_is_there_is_never_written_over(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"call.{suffix}"
    path.write_bytes(b"the original")
    with pytest.raises(FileExistsError):
        write(noise(1), path)
    assert path.read_bytes() == b"the original"


def voice(seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Something like a voice: noise through a few resonances, loud and quiet in turns."""
    random = np.random.default_rng(seed)
    raw = random.normal(0, 1, 4 * RATE)
    shape = np.convolve(
        raw, np.sin(np.arange(60) * random.uniform(0.2, 0.6)) * np.exp(-np.arange(60) / 15), "same"
    )
    return (0.05 * shape * (0.2 + np.abs(np.sin(np.arange(4 * RATE) / 1500)))).astype(np.float32)


@pytest.mark.parametrize("decibels", [-6, -20, -40])
def test_an_echo_is_known_however_faint(decibels: int) -> None:
    one, line = voice(1), np.random.default_rng(5).normal(0, 1e-4, 4 * RATE)
    echo = (np.roll(one, 300) * 10 ** (decibels / 20) + line).astype(np.float32)
    assert is_copy(one, echo, RATE)
    assert copied(Sound(np.stack([one, echo]), RATE), [[Span(1, 3)], []]) == [[Span(1, 3)], [Span(1, 3)]]


@pytest.mark.parametrize("seed", range(2, 12))
def test_somebody_else_who_speaks_meanwhile_is_no_echo(seed: int) -> None:
    assert not is_copy(voice(1), voice(seed), RATE)
    sound = Sound(np.stack([voice(1), voice(seed)]), RATE)
    assert copied(sound, [[Span(1, 3)], []]) == [[Span(1, 3)], []]


def test_a_silent_line_carries_no_echo() -> None:
    assert not is_copy(voice(1), np.zeros(4 * RATE, np.float32), RATE)
