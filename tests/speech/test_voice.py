"""Where somebody speaks: found in real voices, not in silence, tones or noise."""

import lzma
import tarfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bench.sounds import tone
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.speech.decoding import opened
from clearline.speech.rates import WIDE, resampled
from clearline.speech.sound import Samples, Span
from clearline.speech.voice import WINDOW, Detector, likelihoods, spoken, total

RATE = 8_000


@cache
def digits(shared: Path) -> Samples:
    """One voice that says digits, close after each other."""
    with tarfile.open(shared / "audio/fsdd_spoken_digits.tar.xz") as archive:
        files = [
            archive.extractfile(one)
            for one in sorted(archive, key=lambda one: one.name)
            if "george" in one.name
        ]
        return np.concatenate([opened(file.read()).whole().channel(0) for file in files[:12] if file])


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros(100, np.float32),
        np.zeros(10 * RATE, np.float32),
        np.full(10 * RATE, 0.3, np.float32),
        tone(440, 10, RATE),
        tone(440, 10, RATE, 0.1) + tone(554, 10, RATE, 0.1) + tone(659, 10, RATE, 0.1),
        np.random.default_rng(1).normal(0, 0.003, 10 * RATE).astype(np.float32),
    ],
)
def test_nobody_speaks_in_silence_tones_and_noise(samples: Samples) -> None:
    assert spoken(samples, RATE) == []


@pytest.mark.data
@settings(max_examples=15, deadline=None)
@given(before=st.floats(0.5, 6), after=st.floats(0.5, 6), level=st.floats(0.05, 1))
def test_a_voice_is_found_where_it_is(shared: Path, before: float, after: float, level: float) -> None:
    voice = digits(shared) * np.float32(level)
    parts = [np.zeros(round(before * RATE), np.float32), voice, np.zeros(round(after * RATE), np.float32)]
    spans = spoken(np.concatenate(parts), RATE)
    start, end = len(parts[0]) / RATE, (len(parts[0]) + len(voice)) / RATE
    assert spans[0].start == pytest.approx(start, abs=0.35)
    assert spans[-1].end == pytest.approx(end, abs=0.35)
    assert total(spans) > 0.8 * (end - start)


@pytest.mark.data
def test_spans_of_a_real_call_are_in_order_and_apart_and_within_it(shared: Path) -> None:
    data = lzma.decompress((shared / "audio/audiohook_test-transcript-connector.wav.xz").read_bytes())
    sound = opened(data).whole()
    for number in range(sound.channels):
        spans = spoken(sound.channel(number), sound.rate)
        times = [time for span in spans for time in (span.start, span.end)]
        assert times == sorted(set(times))
        assert spans
        assert times[0] >= 0
        assert times[-1] <= sound.seconds
        assert 0.1 < total(spans) / sound.seconds < 0.95


@pytest.mark.data
def test_the_rate_of_a_recording_changes_little(shared: Path) -> None:
    voice = np.concatenate([np.zeros(RATE, np.float32), digits(shared), np.zeros(RATE, np.float32)])
    narrow = spoken(voice, RATE)
    wide = spoken(resampled(voice, RATE, 48_000), 48_000)
    assert total(wide) == pytest.approx(total(narrow), rel=0.05)


@pytest.mark.data
def test_a_minute_at_a_time_is_as_good_as_all_at_once(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = digits(shared)
    at_once = likelihoods(voice, RATE)
    monkeypatch.setattr("clearline.speech.voice.AT_ONCE", 7)
    assert likelihoods(voice, RATE) == pytest.approx(at_once, abs=1e-4)


def test_spans_know_their_length() -> None:
    assert total([Span(1, 2), Span(3, 5)]) == 3


@pytest.mark.data
def test_a_window_at_a_time_is_as_good_as_a_minute(shared: Path) -> None:
    voice = resampled(digits(shared), RATE)
    voice = voice[: len(voice) // WINDOW * WINDOW]
    detector = Detector()
    likely = [float(detector.likely(one)[0]) for one in np.split(voice, len(voice) // WINDOW)]
    assert likely == pytest.approx(likelihoods(voice, WIDE), abs=1e-4)
    detector.reset()
    assert float(detector.likely(voice[:WINDOW])[0]) == pytest.approx(likely[0], abs=1e-4)
