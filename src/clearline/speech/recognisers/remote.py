"""Recognisers over the network, where the user has set one: what is said leaves the house, so that nothing here is ever a default.

A channel is sent in windows as WAV. The key stands in a header only; an error names the service and its status, never the key,
the sound, or what was answered.
"""

import io
import math
import time
import wave
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import numpy as np

from clearline.speech.errors import SpeechError
from clearline.speech.rates import NARROW, WIDE, resampled
from clearline.speech.recognisers.loops import goes_round
from clearline.speech.recognising import Phrase, Told, Word, phrases
from clearline.speech.sound import Samples, Seconds

WINDOW: Final[Seconds] = 600.0  # 19 MB at 16 kHz; the smallest limit of them is 25 MB
EDGE: Final[Seconds] = 30.0  # before the end of a window, in which it is cut where it is quietest
LIMITS: Final = httpx.Timeout(600.0, connect=10.0, pool=10.0)
LARGEST: Final = 32 << 20  # bytes of an answer
TRIES: Final = 3
PAUSE: Final[Seconds] = 2.0
PATIENCE: Final[Seconds] = 1800.0  # for one window
UNKNOWN: Final = 0.49  # how sure a word is of which the service does not say it: a question, not an answer

Read = TypeVar("Read")
_AGAIN: Final = {408, 429, 500, 502, 503, 504}


class _Word(msgspec.Struct):
    start: float
    end: float
    word: str = ""
    text: str = ""
    punctuated_word: str = ""
    confidence: float | None = None
    probability: float | None = None


class _Segment(msgspec.Struct):
    start: float
    end: float
    avg_logprob: float | None = None


class _Transcription(msgspec.Struct):  # OpenAI's verbose_json
    text: str = ""
    words: list[_Word] | None = None
    segments: list[_Segment] | None = None


class _Alternative(msgspec.Struct):
    words: list[_Word] = []


class _Channel(msgspec.Struct):
    alternatives: list[_Alternative] = []


class _Results(msgspec.Struct):
    channels: list[_Channel] = []


class _Listened(msgspec.Struct):  # Deepgram's
    results: _Results


class _Uploaded(msgspec.Struct):
    upload_url: str


class _Job(msgspec.Struct):  # AssemblyAI's; times in milliseconds
    id: str
    status: str
    words: list[_Word] | None = None


class Remote(ABC):
    """A service that takes WAV and answers with words and their times."""

    service: ClassVar[str]
    base: ClassVar[str]

    def __init__(self, key: str, model: str, base: str = "", language: str = "en") -> None:
        self._at, self._model, self._language = _address(self.service, base or self.base), model, language
        self._client = httpx.Client(timeout=LIMITS, headers=self._headers(key), follow_redirects=False)
        self.name = f"{self.service} {model} at {urlsplit(self._at).hostname}"

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        """All that is said in a channel; SpeechError where the service does not answer or answers something else."""
        to = NARROW if rate <= NARROW else WIDE
        words: list[Word] = []
        begins = 0
        while begins < len(samples):
            ends = _end(samples, rate, begins)
            part = resampled(np.clip(np.nan_to_num(samples[begins:ends]), -1.0, 1.0), rate, to)
            if np.any(part):
                offset, seconds = begins / rate, len(part) / to
                words += [
                    Word(one.text, offset + one.start, offset + one.end, one.sure)
                    for one in self._words(_wav(part, to))
                    if one.text and 0 <= one.start <= one.end <= seconds + 1
                ]
            begins = ends
            if told is not None:
                told(begins / rate)
        return [_doubted(phrase) for phrase in phrases(words)]

    def _headers(self, key: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @abstractmethod
    def _words(self, wav: bytes) -> Iterable[Word]:
        """What the service hears in a WAV file of one channel."""

    def _ask(self, method: str, path: str, **more: Any) -> bytes:
        """The body of the answer; asked again where the service is busy, and never longer or larger than it may be."""
        status = ""
        for again in range(TRIES):
            if again:
                time.sleep(PAUSE * 2 ** (again - 1))
            try:
                with self._client.stream(method, f"{self._at}{path}", **more) as answer:
                    if answer.is_success:
                        return self._body(answer)
                    status = f"status {answer.status_code}"
                    if answer.status_code not in _AGAIN:
                        break
            except httpx.HTTPError as error:
                status = type(error).__name__
        raise SpeechError(f"{self.service} did not hear a recording ({status}). {_mend(status)}")

    def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LARGEST:
                raise SpeechError(
                    f"{self.service} answers with more than {LARGEST >> 20} MB: is it the right address?"
                )
        return bytes(body)

    def _read(self, body: bytes, kind: type[Read]) -> Read:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError as error:
            raise SpeechError(
                f"{self.service} answered with something else than a transcript: is it the right address?"
            ) from error


class OpenAI(Remote):
    """Whatever speaks OpenAI's transcriptions: theirs, or a server of one's own."""

    service = "openai"
    base = "https://api.openai.com/v1"

    def _words(self, wav: bytes) -> Iterable[Word]:
        asked = {
            "model": self._model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            **({"language": self._language} if self._language else {}),
        }
        body = self._ask(
            "POST", "/audio/transcriptions", data=asked, files={"file": ("channel.wav", wav, "audio/wav")}
        )
        answer = self._read(body, _Transcription)
        if answer.text.strip() and not answer.words:
            raise SpeechError(
                f"{self.service} tells no times of words with the model {self._model}: name one in "
                "CLEARLINE_SPEECH_MODEL that does, as whisper-1."
            )
        for one in answer.words or []:
            sure = one.probability if one.probability is not None else _likely(one, answer.segments or [])
            yield Word(one.word.strip(), one.start, one.end, _share(sure))


class Deepgram(Remote):
    """Deepgram's recognition of recordings."""

    service = "deepgram"
    base = "https://api.deepgram.com/v1"

    def _headers(self, key: str) -> Mapping[str, str]:
        return {"Authorization": f"Token {key}"}

    def _words(self, wav: bytes) -> Iterable[Word]:
        asked = {"model": self._model, "punctuate": "true", "mip_opt_out": "true"}  # not to be learned from
        if self._language:
            asked["language"] = self._language
        body = self._ask("POST", "/listen", params=asked, content=wav, headers={"Content-Type": "audio/wav"})
        channels = self._read(body, _Listened).results.channels
        for channel in channels[:1]:
            for best in channel.alternatives[:1]:
                for one in best.words:
                    yield Word(one.punctuated_word or one.word, one.start, one.end, _share(one.confidence))


class AssemblyAI(Remote):
    """AssemblyAI's recognition of recordings; what it keeps of them is removed when it has answered."""

    service = "assemblyai"
    base = "https://api.assemblyai.com/v2"
    beat: ClassVar[Seconds] = 3.0

    def _headers(self, key: str) -> Mapping[str, str]:
        return {"Authorization": key}

    def _words(self, wav: bytes) -> Iterable[Word]:
        kind = {"Content-Type": "application/octet-stream"}
        sent = self._read(self._ask("POST", "/upload", content=wav, headers=kind), _Uploaded)
        asked = {
            "audio_url": sent.upload_url,
            "speech_model": self._model,
            "language_code": self._language or None,
        }
        job = self._read(self._ask("POST", "/transcript", json=asked), _Job)
        if not job.id.replace("-", "").replace("_", "").isalnum():
            raise SpeechError(
                "assemblyai answered with something else than a transcript: is it the right address?"
            )
        try:
            done = self._awaited(job)
        finally:
            self._ask("DELETE", f"/transcript/{job.id}")
        for one in done.words or []:
            yield Word(one.text, one.start / 1000, one.end / 1000, _share(one.confidence))

    def _awaited(self, job: _Job) -> _Job:
        begun = time.monotonic()
        while job.status in {"queued", "processing"}:
            if time.monotonic() - begun > PATIENCE:
                raise SpeechError(
                    f"assemblyai has not heard a recording in {PATIENCE / 60:g} minutes: try again."
                )
            time.sleep(self.beat)
            job = self._read(self._ask("GET", f"/transcript/{job.id}"), _Job)
        if job.status != "completed":
            raise SpeechError("assemblyai could not hear a recording: its own page says why.")
        return job


def _address(service: str, base: str) -> str:
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise SpeechError(
            f"The address of {service} has to be as https://host/v1, without a name, a password or a query."
        )
    if parts.scheme == "http" and not _is_near(parts.hostname):
        raise SpeechError(
            f"{service} at {parts.hostname} has to be asked over https: what people say must not be read."
        )
    return base.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def _mend(status: str) -> str:
    match status:
        case "status 401" | "status 403":
            return "It does not take the key: see CLEARLINE_SPEECH_KEY."
        case "status 404" | "status 405":
            return "There is no such service: see the address in CLEARLINE_SPEECH and CLEARLINE_SPEECH_MODEL."
        case "status 413":
            return "The recording is too large for it."
        case "status 400" | "status 422":
            return "It does not take what is asked: see CLEARLINE_SPEECH_MODEL and CLEARLINE_SPEECH_LANGUAGE."
        case _:
            return f"It was asked {TRIES} times: try again later."


def _end(samples: Samples, rate: int, begins: int) -> int:
    """Where a window ends: at a quiet place near its end."""
    ends = begins + int(WINDOW * rate)
    if ends >= len(samples):
        return len(samples)
    edge, step = samples[ends - int(EDGE * rate) : ends], max(1, rate // 5)
    loud = [float(np.mean(np.square(edge[at : at + step]))) for at in range(0, len(edge) - step + 1, step)]
    return ends - len(edge) + int(np.argmin(loud)) * step + step // 2


def _wav(samples: Samples, rate: int) -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(samples * 32_767).astype("<i2").tobytes())
    return kept.getvalue()


def _likely(word: _Word, segments: Iterable[_Segment]) -> float | None:
    middle = (word.start + word.end) / 2
    found = next((one for one in segments if one.start <= middle <= one.end), None)
    return None if found is None or found.avg_logprob is None else math.exp(min(0.0, found.avg_logprob))


def _share(sure: float | None) -> float:
    return UNKNOWN if sure is None or not 0 <= sure <= 1 else sure


def _doubted(phrase: Phrase) -> Phrase:
    if not goes_round(phrase.words, phrase.end - phrase.start):
        return phrase
    return Phrase(tuple(Word(one.text, one.start, one.end, 0.0) for one in phrase.words))
