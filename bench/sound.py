"""Recordings: how quickly they are decoded, keys and voices found in them, and how many keys are missed or made up."""

import itertools
from typing import Final, NamedTuple

import numpy as np
from bench.measuring import Part, goal, in_turns, table, timed
from bench.sounds import FORMATS, VOICES, dialled, tone, voices, written
from faster_whisper.vad import get_vad_model

from clearline.speech.decoding import opened
from clearline.speech.rates import WIDE, resampled
from clearline.speech.sound import Samples
from clearline.speech.tones import KEYS, keys
from clearline.speech.voice import WINDOW, Detector, likelihoods, spoken

TITLE = "Recordings: decoding, keys, voices"
HELD: Final = (0.045, 0.07, 0.1)
NOISE: Final = (40, 20, 12)
TWIST: Final = (-6, 0, 6)
OFF: Final = ((0.0, 0.0), (0.015, -0.015), (-0.015, 0.015), (0.015, 0.015))
SPEEDS: Final = (1.0, 0.85, 0.9, 0.95, 1.05, 1.1, 1.15, 1.2)  # other pitches of the same voices


class Found(NamedTuple):
    """Keys that were pressed, those of them that were found, and those that nobody pressed."""

    pressed: int
    found: int
    false: int


def measure(*, quick: bool) -> Part:
    """CPU seconds of one core, the median of turns; keys are counted."""
    spoken_8k = list(voices()) or [tone(300, 60, 8_000)]
    call = _call(spoken_8k, 60 if quick else 600)
    about = (
        f"A call of {len(call) / 8000:,.0f} s made of the voices in `CLEARLINE_DATA/audio`"
        if VOICES.is_dir()
        else "A tone of a minute, because CLEARLINE_DATA is not set"
    )
    told = (
        f"{about}, written with two channels in each format. CPU seconds, one core; *times real time* is seconds of the recording by "
        "CPU seconds. *Looked at* is the count of packets before anything is decoded."
    )
    text = [
        told,
        _decoding(call, 1 if quick else 3),
        _keys(spoken_8k, quick=quick),
        _voices(call, 1 if quick else 3),
    ]
    return Part("sound", TITLE, "\n\n".join(text))


def _call(parts: list[Samples], seconds: int) -> Samples:
    whole = np.concatenate(parts)
    return np.tile(whole, -(-seconds * 8_000 // len(whole)))[: seconds * 8_000]


def _decoding(call: Samples, rounds: int) -> str:
    seconds = len(call) / 8_000
    rows = []
    for name, (container, codec, rate) in FORMATS.items():
        one = resampled(call, 8_000, rate)
        channels = one[None] if name == "AMR" else np.stack([one, np.roll(one, rate)])
        data = written(channels, rate, container, codec)
        taken = in_turns(
            {
                "about": timed(lambda data=data: opened(data)),  # type: ignore[misc]
                "whole": timed(lambda data=data: opened(data).whole()),  # type: ignore[misc]
            },
            rounds,
        )
        rows.append(
            (name, len(channels), rate, len(data) / 1e6, seconds / taken["about"], seconds / taken["whole"])
        )
    return table(
        ("format", "channels", "Hz", "MB", "looked at, times real time", "decoded, times real time"), rows
    )


def _keys(parts: list[Samples], *, quick: bool) -> str:
    rows = []
    for noise, held in itertools.product(NOISE, HELD):
        found = [
            _pressed(2 if quick else 4, held, noise, twist, off, seed)
            for seed, (twist, off) in enumerate(itertools.product(TWIST, OFF))
        ]
        rows.append(
            (f"{noise} dB, {held * 1000:.0f} ms", *(sum(column) for column in zip(*found, strict=True)))
        )
    seconds, false = 0.0, 0
    spoken_at = [_faster(part, speed) for speed in SPEEDS[: 1 if quick else None] for part in parts]
    for part in spoken_at:
        seconds += len(part) / 8_000
        false += len(keys(part, 8_000))
    taken = in_turns({"keys": timed(lambda: [keys(part, 8_000) for part in spoken_at])}, 1 if quick else 3)
    head = ("noise below the tones, keys held for", "pressed", "found", "not pressed")
    return (
        "Keys (DTMF), all 16, 50 ms between them, twist of -6, 0 and 6 dB, tones off by up to 1.5 % in every direction:\n\n"
        f"{table(head, rows)}\n\n"
        f"In {seconds / 60:,.0f} minutes of voices without a key, the same voices at {1 if quick else len(SPEEDS)} speeds, {false} were found. The "
        "thresholds were chosen on these voices, so expect a little more elsewhere. Searched at "
        f"{seconds / taken['keys']:,.0f} times real time, one core. AMR at its lowest rate bends the tones: there keys are missed."
    )


def _pressed(
    rounds: int, held: float, noise: float, twist: float, off: tuple[float, float], seed: int
) -> Found:
    pressed = KEYS * rounds
    samples, spans = dialled(pressed, held=held, gap=0.05, twist=twist, off=off, noise=noise, seed=seed)
    heard = keys(samples, 8_000)
    right = sum(
        any(one.key == key and one.span.start < span.end and one.span.end > span.start for one in heard)
        for key, span in zip(pressed, spans, strict=True)
    )
    return Found(len(pressed), right, len(heard) - right)


def _faster(samples: Samples, speed: float) -> Samples:
    at = np.arange(0, len(samples) - 1, speed)
    other: Samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return other


def _voices(call: Samples, rounds: int) -> str:
    at_16k = resampled(call, 8_000, WIDE)
    windows = [at_16k[at : at + WINDOW] for at in range(0, len(at_16k) - WINDOW + 1, WINDOW)]
    detector, peer = Detector(), get_vad_model()
    taken = in_turns(
        {
            "onnxruntime, a minute at a time (ours)": timed(lambda: likelihoods(at_16k, WIDE)),
            "with resampling from 8 kHz, and spans": timed(lambda: spoken(call, 8_000)),
            "a window a call, as while people speak": timed(
                lambda: [detector.likely(window) for window in windows]
            ),
            "`faster-whisper`'s own run of the same model": timed(lambda: peer(np.concatenate(windows))),
        },
        rounds,
    )
    seconds = len(call) / 8_000
    ours, _, _, theirs = taken.values()
    rows = [(name, f"{one / seconds:.4f}", seconds / one) for name, one in taken.items()]
    goals = [goal("ours by `faster-whisper`'s", 0.8, theirs / ours)]
    return (
        "Where somebody speaks, Silero's model, one channel:\n\n"
        f"{table(('', 'CPU seconds a second', 'times real time'), rows)}\n\n"
        f"{table(('goal', 'wanted', 'measured', ''), goals)}"
    )
