"""Whisper on real sound: a call of our own, and digits that people spoke."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.speech.spoken import CARD, call, digits, said

from clearline.speech.errors import SpeechError
from clearline.speech.rates import resampled
from clearline.speech.recognisers.model import Effort, Heard
from clearline.speech.recognisers.whisper import UNHEARD, Whisper
from clearline.speech.recognising import Phrase
from clearline.speech.weights import Weights

LOOP = "4111111111111111"
AGENT, CUSTOMER = 0, 1
_NUMBERS = {"oh": "0"} | {
    word: str(digit)
    for digit, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
}


def figures(phrases: list[Phrase]) -> str:
    plain = [re.sub(r"\W", "", word.text.lower()) for phrase in phrases for word in phrase.words]
    return "".join(_NUMBERS.get(word, re.sub(r"\D", "", word)) for word in plain)


@pytest.fixture(scope="module")
def customer(whisper: Whisper) -> list[Phrase]:
    return whisper.hear(call().channel(CUSTOMER), call().rate)


@pytest.fixture(scope="module")
def agent(whisper: Whisper) -> list[Phrase]:
    return whisper.hear(call().channel(AGENT), call().rate)


def test_a_call_is_heard_word_by_word(agent: list[Phrase], customer: list[Phrase]) -> None:
    text = " ".join(phrase.text for phrase in agent).lower()
    assert "this call is recorded for quality" in text
    assert "the payment went through" in text
    assert "you may cancel within 14 days" in text
    assert f"17{CARD}0829317" == figures(customer)


def test_every_digit_that_has_to_be_muted_lies_within_words_with_digits(customer: list[Phrase]) -> None:
    words = [word for phrase in customer for word in phrase.words if re.search(r"\d", word.text)]
    for one in said():
        if one.get("kind"):
            assert any(word.start < one["end"] and word.end > one["start"] for word in words)
    card = [one for one in said() if one.get("kind") == "card"]
    spoken = [word for word in words if 13 < word.start < 21]
    assert spoken[0].start <= card[0]["start"] + 0.15
    assert spoken[-1].end >= card[-1]["end"] - 0.15


def test_times_are_those_of_the_channel_and_in_order(agent: list[Phrase]) -> None:
    truth = [one for one in said() if one["by"] == "agent"]
    words = [word for phrase in agent for word in phrase.words]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(0 <= word.start <= word.end <= call().seconds and 0 <= word.sure <= 1 for word in words)
    assert len(agent) == len(truth)
    for phrase, one in zip(agent, truth, strict=True):
        assert phrase.start == pytest.approx(one["start"], abs=0.5)
        assert phrase.end == pytest.approx(one["end"], abs=0.5)


def test_the_same_sound_is_heard_the_same_way_again(whisper: Whisper, agent: list[Phrase]) -> None:
    assert whisper.hear(call().channel(AGENT), call().rate) == agent


def test_a_number_that_makes_recognisers_loop_is_heard_or_is_not_sure(
    whisper: Whisper, spoken_digits: Path
) -> None:
    sound = digits(spoken_digits, LOOP, "jackson")
    heard = whisper.hear(sound, 8_000)
    found = figures(heard)
    words = [word for phrase in heard for word in phrase.words]
    doubtful = any(word.sure == 0 for word in words)
    assert doubtful or (found.startswith("4111") and set(found[1:]) == {"1"} and 14 <= len(found) <= 18)
    assert words[0].start < 1.0
    assert words[-1].end > len(sound) / 8_000 - 1.2  # nothing of it is left out


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(160_000, np.float32),
        np.random.default_rng(3).normal(0, 0.05, 160_000).astype(np.float32),
        (0.3 * np.sin(np.arange(160_000) / 8_000 * 2 * np.pi * 440)).astype(np.float32),
        np.full(80_000, np.nan, np.float32),
        np.zeros(0, np.float32),
        np.zeros(3, np.float32),
        np.full(1, 5.0, np.float32),
    ],
    ids=["silence", "noise", "tone", "no numbers", "nothing", "three samples", "one sample"],
)
def test_nothing_is_invented_where_nobody_speaks(whisper: Whisper, sound: np.ndarray) -> None:
    assert whisper.hear(sound, 8_000) == []


def test_progress_is_told_window_by_window_up_to_the_end(whisper: Whisper) -> None:
    told: list[float] = []
    whisper.hear(np.zeros(8_000 * 700, np.float32), 8_000, told.append)
    assert told == [300.0, 600.0, 700.0]


def test_any_rate_is_taken(whisper: Whisper) -> None:
    part = call().channel(CUSTOMER)[: 11 * 8_000]
    for rate in (16_000, 44_100):
        heard = whisper.hear(resampled(part, 8_000, rate), rate)
        assert "order 17" in " ".join(phrase.text for phrase in heard).lower()


def test_speech_of_which_no_word_is_understood_is_not_dropped(
    whisper: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper._model, "hear", lambda *_: Heard((), -0.1, 0.0, cut=False))
    heard = whisper.hear(call().channel(AGENT)[: 8 * 8_000], 8_000)
    assert {word.text for phrase in heard for word in phrase.words} == {UNHEARD}
    assert all(word.sure == 0 for phrase in heard for word in phrase.words)
    assert sum(phrase.end - phrase.start for phrase in heard) > 4


def test_a_folder_that_is_no_model_is_said(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(SpeechError, match="cannot be loaded as a model of Whisper"):
        Whisper(Weights(tmp_path, "none"))


def test_a_language_that_whisper_does_not_know_is_said(whisper: Whisper) -> None:
    with pytest.raises(SpeechError, match="knows no language 'klingon'"):
        whisper._model.hear(np.zeros(16_000, np.float32), "klingon", Effort())


NO_SOCKET = """
import socket, sys
class Refused(socket.socket):
    def connect(self, *told): sys.exit("a socket was opened")
    connect_ex = connect
socket.socket = Refused
socket.create_connection = socket.getaddrinfo = lambda *told, **more: sys.exit("a socket was opened")
from pathlib import Path
from clearline.speech.weights import Weights
from clearline.speech.recognisers.whisper import Whisper
import numpy, os
whisper = Whisper(Weights(Path(sys.argv[1]), "base"))
whisper.hear(numpy.random.default_rng(1).normal(0, 0.1, 16000).astype("f4"), 8000)
assert os.environ["HF_HUB_OFFLINE"] == "1"
print("heard")
"""


def test_no_socket_is_opened(joined: Weights) -> None:
    told = subprocess.run(
        [sys.executable, "-c", NO_SOCKET, str(joined.folder)], capture_output=True, text=True, check=False
    )
    assert told.stdout == "heard\n", told.stderr
