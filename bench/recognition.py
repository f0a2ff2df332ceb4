"""Words from sound: how long it takes and how many are wrong, Whisper base and Moonshine tiny, on digits that people spoke and on a call."""

import lzma
import os
import random
import re
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import av
import msgspec
import numpy as np
from bench.measuring import Part, table

from clearline.cli import shop
from clearline.speech.rates import NARROW, resampled
from clearline.speech.recognisers.moonshine import Moonshine
from clearline.speech.recognisers.whisper import Whisper
from clearline.speech.sound import Samples
from clearline.speech.speaking import windows
from clearline.speech.weights import packed

TITLE = "Words from sound"
AUDIO = Path(os.environ.get("CLEARLINE_DATA", Path(__file__).parents[2] / "shared/data")) / "audio"
CALL = Path(shop.__file__).parent / "spoken.flac"
SAID = Path(__file__).parents[1] / "tests" / "speech" / "material" / "call.json"
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = {"17": "seventeen", "14": "fourteen", "29": "twenty nine", "0829": "zero eight twenty nine"}
Hears = Callable[[Samples, int], str]


class Clip(NamedTuple):
    samples: Samples
    rate: int
    text: str  # what is said; empty where nobody wrote it down


def measure(*, quick: bool) -> Part:
    """Every engine hears every clip once; CPU seconds of the process, words or digits that are wrong."""
    whisper, moonshine = Whisper(packed()), Moonshine()

    def heard_by_whisper(samples: Samples, rate: int) -> str:
        return " ".join(phrase.text for phrase in whisper.hear(samples, rate))

    def heard_by_moonshine(samples: Samples, rate: int) -> str:
        return " ".join(
            moonshine.text(window.samples[int(span.start * 16_000) : int(span.end * 16_000)])
            for window in windows(samples, rate)
            for span in window.spans
        )

    sets = dict(_sets(quick=quick))
    rows = [
        (name, engine, *_measured(hears, clips))
        for name, clips in sets.items()
        for engine, hears in ((whisper.name, heard_by_whisper), (moonshine.name, heard_by_moonshine))
    ]
    head = ("sound", "engine", "seconds", "CPU s a second", "wall s a second", "words", "wrong, %")
    text = (
        "Whisper as int8 with beam 5 on one thread; Moonshine on whole pieces of speech, where live it hears a piece again as it grows. "
        "Each clip once, at 8 kHz; words are compared with digits, and the call's few other numbers, spelled out as they are said, and *wrong* counts what is missing, "
        "too much or another. The numbers are digits of two people (FSDD), pasted together with 0.12 s between them and 0.3 s after each "
        "fourth, 8 to 16 of them, and at random, so that some repeat; the call is generated speech (Kokoro) and easier than "
        "people are; of the real call there is no transcript that could be compared. Neither says how telephone speech of people is "
        f"recognised.\n\n{table(head, rows)}"
    )
    return Part("recognition", TITLE, text)


def _measured(hears: Hears, clips: Sequence[Clip]) -> tuple[Any, ...]:
    seconds = sum(len(clip.samples) / clip.rate for clip in clips)
    begun, wall = time.process_time(), time.perf_counter()
    heard = [hears(clip.samples, clip.rate) for clip in clips]
    taken, passed = time.process_time() - begun, time.perf_counter() - wall
    wanted = [plain(clip.text) for clip in clips]
    words = sum(map(len, wanted))
    wrong = sum(distance(one, plain(found)) for one, found in zip(wanted, heard, strict=True))
    return seconds, taken / seconds, passed / seconds, words, 100 * wrong / words if words else "-"


def plain(text: str) -> list[str]:
    """Words in small letters, with numbers as they are said."""
    found: list[str] = []
    for word in re.findall(r"[a-z']+|\d+", text.lower()):
        if word in TENS:
            found += TENS[word].split()
        elif word.isdigit():
            found += [DIGITS[int(digit)] for digit in word]
        else:
            found.append("zero" if word == "oh" else word)
    return found


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words have to be changed, put in or taken out."""
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, found in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != found))
    return row[-1]


def _sets(*, quick: bool) -> Iterator[tuple[str, list[Clip]]]:
    if (archive := AUDIO / "fsdd_spoken_digits.tar.xz").exists():
        with tempfile.TemporaryDirectory() as kept:
            with tarfile.open(archive) as opened:
                opened.extractall(kept, filter="data")
            yield "numbers, spoken digit by digit", list(_numbers(Path(kept), 2 if quick else 40))
    samples, rate = _sound(CALL)
    told = msgspec.json.decode((SAID).read_bytes())
    clips = [
        Clip(samples[number], rate, " ".join(one["text"] for one in told["said"] if one["by"] == by))
        for number, by in enumerate(told["channels"])
    ]
    yield "generated call, two channels", clips
    if (real := AUDIO / "pca_Auto0_Mono.wav.xz").exists() and not quick:
        with tempfile.TemporaryDirectory() as kept:
            file = Path(kept) / "call.wav"
            file.write_bytes(lzma.decompress(real.read_bytes()))
            samples, rate = _sound(file)
            yield "real call, mono", [Clip(resampled(samples[0], rate, NARROW), NARROW, "")]


def _numbers(folder: Path, count: int) -> Iterator[Clip]:
    drawn = random.Random(11)
    for _ in range(count):
        speaker = drawn.choice(("george", "jackson"))
        digits = [drawn.randrange(10) for _ in range(drawn.randrange(8, 17))]
        pieces: list[Samples] = [np.zeros(4_000, np.float32)]
        for place, digit in enumerate(digits, 1):
            file = next(folder.rglob(f"{digit}_{speaker}_{drawn.randrange(10)}.wav"))
            spoken, rate = _sound(file)
            assert rate == NARROW
            pause = 0.3 if place % 4 == 0 else 0.12
            pieces += [
                spoken[0] / np.abs(spoken[0]).max() / 2,
                np.zeros(int(pause * NARROW), np.float32),
            ]
        yield Clip(np.concatenate(pieces), NARROW, " ".join(map(str, digits)))


def _sound(path: Path) -> tuple[Any, int]:
    with av.open(str(path)) as opened:
        stream = opened.streams.audio[0]
        resampler = av.AudioResampler(format="fltp")
        frames = [
            piece.to_ndarray() for frame in opened.decode(stream) for piece in resampler.resample(frame)
        ]
        return np.concatenate(frames, axis=1), stream.rate
