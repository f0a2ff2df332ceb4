import io
import wave
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.speech.recognisers.answering import Asked, serving
from tests.speech.spoken import call

from clearline.speech.errors import SpeechError
from clearline.speech.recognisers import remote
from clearline.speech.recognisers.remote import AssemblyAI, Deepgram, OpenAI, Remote
from clearline.speech.recognising import Phrase

KEY = "sk-very-secret"
SOUND = call().channel(1)[: 8 * 8_000]


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PAUSE", 0.01)
    monkeypatch.setattr(AssemblyAI, "beat", 0.01)


def texts(heard: list[Phrase]) -> list[tuple[str, float, float, float]]:
    return [(word.text, word.start, word.end, round(word.sure, 2)) for one in heard for word in one.words]


def sent(asked: Asked) -> tuple[int, int, int]:
    """Channels, rate and samples of the WAV that came."""
    with wave.open(io.BytesIO(asked.body[asked.body.index(b"RIFF") :])) as file:
        return file.getnchannels(), file.getframerate(), file.getnframes()


VERBOSE = {
    "text": "Order 17, please.",
    "language": "english",
    "duration": 8.0,
    "words": [
        {"word": "Order", "start": 1.0, "end": 1.4},
        {"word": "17", "start": 1.4, "end": 2.0},
        {"word": "please", "start": 2.0, "end": 2.4, "probability": 0.8},
    ],
    "segments": [
        {"id": 0, "start": 0.0, "end": 3.0, "avg_logprob": -0.1, "no_speech_prob": 0.01, "text": "x"}
    ],
}


def test_openai_is_asked_for_times_of_words() -> None:
    with serving(lambda _: (200, VERBOSE)) as service:
        heard = OpenAI(KEY, "whisper-1", service.base).hear(SOUND, 8_000)
    assert texts(heard) == [("Order", 1.0, 1.4, 0.9), ("17", 1.4, 2.0, 0.9), ("please", 2.0, 2.4, 0.8)]
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/v1/audio/transcriptions")
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert sent(asked) == (1, 8_000, len(SOUND))
    for part in (
        b"whisper-1",
        b"verbose_json",
        b"word",
        b'name="timestamp_granularities[]"',
        b'name="language"',
    ):
        assert part in asked.body


def test_a_server_of_ones_own_needs_no_key() -> None:
    with serving(lambda _: (200, VERBOSE)) as service:
        OpenAI("", "any", service.base).hear(SOUND, 8_000)
    assert "authorization" not in service.asked[0].headers


def test_words_without_a_confidence_are_a_question() -> None:
    told = {"text": "yes", "words": [{"word": "yes", "start": 0.1, "end": 0.4}]}
    with serving(lambda _: (200, told)) as service:
        assert texts(OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)) == [("yes", 0.1, 0.4, 0.49)]


def test_text_without_times_is_refused() -> None:
    with (
        serving(lambda _: (200, {"text": "yes, please"})) as service,
        pytest.raises(SpeechError, match="tells no times of words"),
    ):
        OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)


def test_a_loop_of_a_remote_recogniser_is_not_sure() -> None:
    words = [{"word": "one", "start": n / 4, "end": (n + 1) / 4, "probability": 0.99} for n in range(20)]
    with serving(lambda _: (200, {"text": "one", "words": words})) as service:
        (phrase,) = OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)
    assert {word.sure for word in phrase.words} == {0.0}


def test_deepgram_is_asked_not_to_keep_it() -> None:
    word = {
        "word": "seventeen",
        "punctuated_word": "Seventeen.",
        "start": 1.5,
        "end": 2.0,
        "confidence": 0.93,
    }
    told = {"results": {"channels": [{"alternatives": [{"transcript": "x", "words": [word]}]}]}}
    with serving(lambda _: (200, told)) as service:
        heard = Deepgram(KEY, "nova-3", service.base).hear(SOUND, 8_000)
    assert texts(heard) == [("Seventeen.", 1.5, 2.0, 0.93)]
    (asked,) = service.asked
    assert asked.path.startswith("/v1/listen?")
    assert {"model=nova-3", "mip_opt_out=true", "language=en"} <= set(asked.path.partition("?")[2].split("&"))
    assert asked.headers["authorization"] == f"Token {KEY}"
    assert sent(asked) == (1, 8_000, len(SOUND))


def assembly(states: Iterator[str]) -> Any:
    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path.endswith("/upload"):
            return 200, {"upload_url": "https://cdn.example/1"}
        words = [{"text": "Seventeen.", "start": 1500, "end": 2000, "confidence": 0.93, "speaker": None}]
        return 200, {"id": "ab-1", "status": next(states), "words": words, "text": "x"}

    return answer


def test_assemblyai_is_waited_for_and_then_cleaned_up() -> None:
    with serving(assembly(iter(["queued", "processing", "completed", "completed"]))) as service:
        heard = AssemblyAI(KEY, "universal", service.base).hear(SOUND, 8_000)
    assert texts(heard) == [("Seventeen.", 1.5, 2.0, 0.93)]
    assert [(one.method, one.path) for one in service.asked] == [
        ("POST", "/v1/upload"),
        ("POST", "/v1/transcript"),
        ("GET", "/v1/transcript/ab-1"),
        ("GET", "/v1/transcript/ab-1"),
        ("DELETE", "/v1/transcript/ab-1"),
    ]
    assert {one.headers["authorization"] for one in service.asked} == {KEY}


def test_what_assemblyai_could_not_hear_is_said_and_cleaned_up() -> None:
    with (
        serving(assembly(iter(["queued", "error", "error"]))) as service,
        pytest.raises(SpeechError, match="could not hear"),
    ):
        AssemblyAI(KEY, "universal", service.base).hear(SOUND, 8_000)
    assert service.asked[-1].method == "DELETE"


@pytest.mark.parametrize("kind", [OpenAI, Deepgram, AssemblyAI])
@pytest.mark.parametrize(
    ("status", "tries", "says"), [(401, 1, "SPEECH_KEY"), (404, 1, "address"), (503, 3, "later")]
)
def test_a_refusal_says_how_to_mend_it_and_no_secret(
    kind: type[Remote], status: int, tries: int, says: str
) -> None:
    with serving(lambda _: (status, f"your key {KEY} and card 4111111111111111".encode())) as service:
        with pytest.raises(SpeechError, match=says) as raised:
            kind(KEY, "m", service.base).hear(SOUND, 8_000)
        assert len(service.asked) == tries
    assert str(status) in str(raised.value)
    assert KEY not in str(raised.value)
    assert "4111" not in str(raised.value)


def test_who_is_busy_for_a_moment_is_asked_again() -> None:
    states = iter([429, 200])

    def answer(_: Asked) -> tuple[int, Any]:
        status = next(states)
        return status, VERBOSE

    with serving(answer) as service:
        assert len(OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)) == 1


def test_a_key_never_follows_to_another_address() -> None:
    with serving(lambda _: (307, b"")) as service, pytest.raises(SpeechError, match="status 307"):
        OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)


@pytest.mark.parametrize("told", [b"<html>", b"[]", b'{"results": 5}', b"\xff\xfe"])
@pytest.mark.parametrize("kind", [Deepgram, AssemblyAI])
def test_an_answer_that_is_no_transcript_is_said(kind: type[Remote], told: bytes) -> None:
    with serving(lambda _: (200, told)) as service, pytest.raises(SpeechError, match="something else than"):
        kind(KEY, "m", service.base).hear(SOUND, 8_000)


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LARGEST", 1000)
    with serving(lambda _: (200, b"x" * 5_000)) as service, pytest.raises(SpeechError, match="right address"):
        OpenAI(KEY, "m", service.base).hear(SOUND, 8_000)


def test_nobody_there_is_said_after_some_tries() -> None:
    with pytest.raises(SpeechError, match=r"ConnectError.*later"):
        OpenAI(KEY, "m", "http://127.0.0.1:1/v1").hear(SOUND, 8_000)


@pytest.mark.parametrize(
    "base", ["http://asr.example/v1", "ftp://x/", "https://me:pass@x/v1", "https://x/v1?key=1", "x"]
)
def test_addresses_over_which_others_could_read_are_refused(base: str) -> None:
    with pytest.raises(SpeechError) as raised:
        OpenAI(KEY, "m", base)
    assert "pass" not in str(raised.value).replace("a password", "")


def test_a_long_channel_goes_in_windows_and_silence_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "WINDOW", 10.0)
    monkeypatch.setattr(remote, "EDGE", 4.0)
    told: list[float] = []
    sound = np.concatenate([SOUND, SOUND, np.zeros(240_000, np.float32)])
    with serving(lambda _: (200, VERBOSE)) as service:
        heard = OpenAI(KEY, "m", service.base).hear(sound, 8_000, told.append)
    assert told == sorted(told)
    assert told[-1] == len(sound) / 8_000
    assert len(service.asked) < len(told)
    starts = [one.start for one in heard]
    assert starts[0] == 1.0
    assert starts[1] == pytest.approx(told[0] + 1.0)


def test_wide_sound_is_sent_at_16_khz() -> None:
    with serving(lambda _: (200, VERBOSE)) as service:
        OpenAI(KEY, "m", service.base).hear(np.full(44_100, 0.1, np.float32), 44_100)
    assert sent(service.asked[0])[1] == 16_000
