"""The model of Whisper on this machine: up to half a minute of speech in, words with times out, in one go."""

import os
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from clearline.speech.errors import SpeechError
from clearline.speech.installed import INSTALL
from clearline.speech.recognising import Word
from clearline.speech.sound import Samples, Seconds
from clearline.speech.weights import Weights

RATE: Final = 16_000
MOST: Final[Seconds] = 29.0  # of sound at once; the model takes thirty
BEAM: Final = 5
TOKENS: Final = 9.0  # a second: people say at most five words, and a digit with its sign takes two
MORE: Final = 24  # tokens that any sound may have
LONGEST: Final = 400
_BEFORE, _AFTER = "\"'([{-¿", "\"'.,!?:)]}"  # signs that belong to the word after, and before


class Effort(NamedTuple):
    """How the model is asked."""

    temperature: float = 0.0  # above that it draws lots among what is likely
    figures: bool = True  # whether it may write digits; without them it spells numbers out


class Heard(NamedTuple):
    """What the model says, and what it says of itself."""

    words: tuple[Word, ...]
    likely: float  # mean logarithm of the tokens' probabilities
    silence: float  # how probable it takes it that nobody speaks
    cut: bool  # it would have gone on for longer than anybody speaks


class Model:
    """Whisper in memory, as int8 on one thread: two processes get further than two threads."""

    def __init__(self, weights: Weights) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched here, whatever a library thinks
        try:
            from faster_whisper import WhisperModel  # noqa: PLC0415 - seconds, and an extra
        except ImportError as error:
            raise SpeechError(
                f"Recordings cannot be heard: {error.name} is missing. Install what speech needs: {INSTALL}"
            ) from error
        try:
            self._whisper: Any = WhisperModel(
                str(weights.folder), device="cpu", compute_type="int8", cpu_threads=1
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechError(
                f"{weights.folder} cannot be loaded as a model of Whisper: {str(error).splitlines()[0]}"
            ) from error
        self._tokenizers: dict[str, tuple[Any, list[int], list[int]]] = {}

    def language(self, sound: Samples) -> str:
        """The language that is spoken."""
        if not self._whisper.model.is_multilingual:
            return "en"
        return str(self._whisper.detect_language(sound)[0])

    def hear(self, sound: Samples, language: str, effort: Effort) -> Heard:
        """The words of sound at 16 kHz that lasts no longer than the model takes at once."""
        import ctranslate2  # noqa: PLC0415
        from faster_whisper.audio import pad_or_trim  # noqa: PLC0415

        tokenizer, marks, figures = self._tokenizer(language)
        features = self._whisper.feature_extractor(sound)
        encoded = self._whisper.encode(pad_or_trim(features))
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        room = min(LONGEST, int(len(sound) / RATE * TOKENS) + MORE)
        ctranslate2.set_random_seed(1)  # the same sound is heard the same way again
        drawn = {"beam_size": BEAM}
        if effort.temperature:
            drawn = {"beam_size": 1, "num_hypotheses": BEAM, "sampling_topk": 0}
        answer = self._whisper.model.generate(
            encoded,
            [prompt],
            max_length=len(prompt) + room,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=marks if effort.figures else sorted({*marks, *figures}),
            sampling_temperature=effort.temperature or 1.0,
            **drawn,
        )[0]
        tokens = [token for token in answer.sequences_ids[0] if token < tokenizer.eot]
        found = self._whisper.find_alignment(tokenizer, [tokens], encoded, features.shape[-1])
        return Heard(
            tuple(_words(found[0] if found else [])),
            answer.scores[0] * len(answer.sequences_ids[0]) / (len(answer.sequences_ids[0]) + 1),
            float(answer.no_speech_prob),
            len(tokens) >= room - 1,
        )

    def _tokenizer(self, language: str) -> tuple[Any, list[int], list[int]]:
        """The tokens of a language, those that are never words, and those with digits in them."""
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415
            from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415

            whisper = self._whisper
            try:
                made = Tokenizer(
                    whisper.hf_tokenizer, whisper.model.is_multilingual, task="transcribe", language=language
                )
            except ValueError as error:
                raise SpeechError(f"Whisper knows no language {language!r}: say en, es, de ...") from error
            marks = list(get_suppressed_tokens(made, [-1]))
            figures = [n for n in range(made.eot) if any(c.isdigit() for c in made.decode([n]))]
            self._tokenizers[language] = made, marks, figures
        return self._tokenizers[language]


def _words(found: Sequence[dict[str, Any]]) -> list[Word]:
    """Words with their signs; numbers that the model chains with signs, as in 4-1-1-1, are words of their own."""
    from faster_whisper.transcribe import merge_punctuations  # noqa: PLC0415

    merge_punctuations(found, _BEFORE, _AFTER)
    told = [one for one in found if one["word"].strip()]
    words: list[Word] = []
    for place, one in enumerate(told):
        text = str(one["word"])
        word = Word(text.strip(), float(one["start"]), float(one["end"]), float(one["probability"]))
        if words and not text.startswith(" ") and not _is_a_link(told, place):
            before = words[-1]
            words[-1] = Word(before.text + word.text, before.start, word.end, min(before.sure, word.sure))
        elif not text.startswith(" ") and _link(text):
            words.append(Word(text.lstrip("-.,/ "), word.start, word.end, word.sure))
        else:
            words.append(word)
    return words


def _is_a_link(told: Sequence[dict[str, Any]], place: int) -> bool:
    """Whether this is one of several numbers in a chain; 4.5 and 1,000 are none."""
    around = told[max(0, place - 1) : place + 2]
    chained = sum(_link(str(one["word"])) for one in around)
    return _link(str(told[place]["word"])) and chained > 1


def _link(text: str) -> bool:
    if text.startswith(" ") or text[0] not in "-.,/":
        return False
    plain = text.strip("-.,/?! ")
    return plain.isdigit() and not (text[0] == "," and len(plain) == 3)
