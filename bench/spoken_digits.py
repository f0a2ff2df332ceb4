"""Calls in which people read card numbers out: real spoken digits with known times, within real carrier speech.

Two channels at 8 kHz, as telephony records them: the customer reads the number, the agent listens or reads it back.
"""

import io
import json
import tarfile
import wave
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from clearline.speech.muting import write
from clearline.speech.sound import Samples, Sound
from clearline.speech.spoken import card, groups

RATE = 8000
SPEAKERS = ("george", "jackson")
CARRIERS = ("order_status.wav", "check_order_12345.wav")
FORMS = ("one by one", "grouped by pauses", "read back", "split over turns")

Timed = list[tuple[float, float]]


class Material:
    """Clips of digits by speaker, and sentences in which no digits are wanted."""

    def __init__(self, folder: Path) -> None:
        self.digits: dict[tuple[str, str], list[Samples]] = {}
        with tarfile.open(folder / "fsdd_spoken_digits.tar.xz") as clips:
            for clip in clips:
                file = clips.extractfile(clip) if clip.name.endswith(".wav") else None
                if file is not None:
                    digit, speaker, _ = Path(clip.name).stem.split("_")
                    self.digits.setdefault((digit, speaker), []).append(samples_of(file.read()))
        self.carriers = [samples_of((folder / name).read_bytes()) for name in CARRIERS]

    def call(self, form: str, random: Random) -> tuple[Sound, dict[str, Any]]:
        """A call, and what is true of it."""
        voices = random.sample(SPEAKERS, 2)
        digits = card(random)
        parts = ["".join(groups(digits))] if form == "one by one" else groups(digits)
        lines: list[list[Samples]] = [[], []]
        words: list[Timed] = [[], []]
        self._say(lines, 0, self.carriers[0], 0.6)
        for part in parts:
            self._read(lines, words, 0, part, voices[0], random)
            pause = 2.5 if form == "split over turns" else random.uniform(0.3, 0.7)
            both(lines, pause)
        if form == "read back":
            for part in parts:
                self._read(lines, words, 1, part, voices[1], random)
                both(lines, random.uniform(0.3, 0.7))
        self._say(lines, random.randrange(2), self.carriers[0], 0.8)
        samples = np.stack([np.concatenate(line) for line in lines])
        noise = np.random.default_rng(random.randrange(2**32)).normal(0, 2e-4, samples.shape)
        secrets = [
            {"kind": "payment_card", "form": form, "channel": channel, "words": said}
            for channel, said in enumerate(words)
            if said
        ]
        return Sound((samples + noise).astype(np.float32), RATE), {"secrets": secrets}

    def _read(
        self,
        lines: list[list[Samples]],
        words: list[Timed],
        channel: int,
        part: str,
        voice: str,
        random: Random,
    ) -> None:
        for digit in part:
            clip = random.choice(self.digits[digit, voice])
            start = sum(map(len, lines[channel])) / RATE
            words[channel].append((start, start + len(clip) / RATE))
            self._say(lines, channel, clip, random.uniform(0.05, 0.2))

    def _say(self, lines: list[list[Samples]], channel: int, clip: Samples, pause: float) -> None:
        lines[channel].append(clip)
        lines[1 - channel].append(np.zeros(len(clip), np.float32))
        both(lines, pause)


def both(lines: list[list[Samples]], pause: float) -> None:
    for line in lines:
        line.append(np.zeros(int(pause * RATE), np.float32))


def generate(folder: Path, audio: Path, count: int, seed: int = 1) -> Iterator[Path]:
    """Writes so many calls, each with its truth beside it."""
    random, material = Random(seed), Material(audio)
    for number in range(count):
        sound, truth = material.call(FORMS[number % len(FORMS)], random)
        path = folder / f"call-{number:03}.wav"
        write(sound, path)
        path.with_suffix(".json").write_text(json.dumps(truth))
        yield path


def samples_of(data: bytes) -> Samples:
    """One channel at 8 kHz; where it has twice as many samples, pairs are averaged."""
    with wave.open(io.BytesIO(data)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(10**9), "<i2")
    plain = (samples / 32768).astype(np.float32)
    return plain[: len(plain) // 2 * 2].reshape(-1, 2).mean(axis=1) if rate == 2 * RATE else plain
