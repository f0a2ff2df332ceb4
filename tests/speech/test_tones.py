"""Keys are found by their tones, through noise and codecs; a voice is none."""

from pathlib import Path

import numpy as np
import pytest
from bench.sounds import FORMATS, dialled, tone, voices, written
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.speech.decoding import opened
from clearline.speech.sound import Samples
from clearline.speech.tones import KEYS, keys

RATE = 8_000


@settings(max_examples=80, deadline=None)
@given(
    pressed=st.text(KEYS, min_size=1, max_size=12),
    held=st.floats(0.045, 0.1),
    gap=st.floats(0.05, 0.2),
    twist=st.floats(-6, 6),
    off=st.tuples(st.floats(-0.015, 0.015), st.floats(-0.015, 0.015)),
    noise=st.floats(12, 40),
    level=st.floats(0.03, 0.4),
    seed=st.integers(0, 1000),
)
def test_keys_are_found_in_order_and_in_time(
    pressed: str,
    held: float,
    gap: float,
    twist: float,
    off: tuple[float, float],
    noise: float,
    level: float,
    seed: int,
) -> None:
    samples, spans = dialled(
        pressed, held=held, gap=gap, twist=twist, off=off, noise=noise, level=level, seed=seed
    )
    found = keys(samples, RATE)
    assert "".join(one.key for one in found) == pressed
    for one, span in zip(found, spans, strict=True):
        assert one.span.start == pytest.approx(span.start, abs=0.016)
        assert one.span.end == pytest.approx(span.end, abs=0.016)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "AMR"])
def test_keys_survive_codecs_and_rates(name: str) -> None:
    container, codec, rate = FORMATS[name]
    samples, _ = dialled(KEYS * 2, held=0.08, gap=0.08, rate=rate)
    sound = opened(written(samples, rate, container, codec)).whole()
    assert "".join(one.key for one in keys(sound.channel(0), sound.rate)) == KEYS * 2


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros(100, np.float32),
        np.zeros(RATE, np.float32),
        np.ones(RATE, np.float32) * 0.5,
        tone(697, 1, RATE),
        tone(440, 1, RATE) + tone(350, 1, RATE),  # dial tone
        tone(440, 1, RATE) + tone(480, 1, RATE),  # it rings
        tone(480, 1, RATE) + tone(620, 1, RATE),  # busy
        tone(697, 1, RATE, 0.3) + tone(1209, 1, RATE, 0.05),  # 15 dB apart: no telephone does that
        tone(660, 1, RATE) + tone(1209, 1, RATE),  # 5 % off
        np.random.default_rng(1).normal(0, 0.2, 20 * RATE).astype(np.float32),
    ],
)
def test_what_is_no_key_is_not_taken_for_one(samples: Samples) -> None:
    assert keys(samples, RATE) == []


def test_a_key_is_found_across_the_edge_of_a_block() -> None:
    samples, spans = dialled("5", held=0.1, before=59.95)
    (found,) = keys(samples, RATE)
    assert found.key == "5"
    assert found.span.start == pytest.approx(spans[0].start, abs=0.016)


@pytest.mark.data
def test_in_real_calls_no_voice_is_a_key(shared: Path) -> None:
    seconds = 0.0
    for samples in voices(shared / "audio"):
        assert keys(samples, RATE) == []
        seconds += len(samples) / RATE
    assert seconds > 500
