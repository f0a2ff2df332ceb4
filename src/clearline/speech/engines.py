"""Which recogniser hears: what `CLEARLINE_SPEECH` says, or Whisper base on this machine."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from clearline.speech import weights
from clearline.speech.errors import SpeechError
from clearline.speech.installed import INSTALL
from clearline.speech.recognising import Recogniser

ENGINE, MODEL, KEY, LANGUAGE = (
    "CLEARLINE_SPEECH",
    "CLEARLINE_SPEECH_MODEL",
    "CLEARLINE_SPEECH_KEY",
    "CLEARLINE_SPEECH_LANGUAGE",
)
DEFAULT: Final = "whisper-base"
LOCAL: Final = frozenset({DEFAULT, "folder"})
ENGLISH: Final = "en"


def recogniser(environment: Mapping[str, str] = os.environ) -> Recogniser:
    """The recogniser that is set; SpeechError says what to set or to install."""
    setting = environment.get(ENGINE) or DEFAULT
    name, _, rest = setting.partition(":")
    made = ENGINES.get(name)
    if made is None:
        raise SpeechError(
            f"{ENGINE} is {name!r}, which no recogniser is called. There are: whisper-base, folder:/path/of/a/model, "
            "openai:https://host/v1, deepgram, assemblyai."
        )
    return made(rest, environment)


def is_local(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is said stays on this machine."""
    return (environment.get(ENGINE) or DEFAULT).partition(":")[0] in LOCAL


def _language(environment: Mapping[str, str]) -> str:
    """The language of the calls, as en or es; `auto` lets Whisper find out."""
    told = environment.get(LANGUAGE) or ENGLISH
    return "" if told == "auto" else told


def _base(rest: str, environment: Mapping[str, str]) -> Recogniser:
    from clearline.speech.recognisers.whisper import Whisper  # noqa: PLC0415 - an extra

    if rest:
        raise SpeechError(
            f"{ENGINE}=whisper-base takes nothing behind it; for a model of your own say folder:{rest}"
        )
    return Whisper(weights.packed(), _language(environment))


def _folder(rest: str, environment: Mapping[str, str]) -> Recogniser:
    from clearline.speech.recognisers.whisper import Whisper  # noqa: PLC0415

    if not rest or not Path(rest).is_dir():
        raise SpeechError(f"{ENGINE}=folder:{rest} names no folder: say folder:/path/of/a/model")
    return Whisper(weights.own(Path(rest)), _language(environment))


def _remote(name: str, model: str) -> Callable[[str, Mapping[str, str]], Recogniser]:
    def made(rest: str, environment: Mapping[str, str]) -> Recogniser:
        try:
            from clearline.speech.recognisers import remote  # noqa: PLC0415
        except ImportError as error:
            raise SpeechError(f"{error.name} is missing. Install what speech needs: {INSTALL}") from error
        kinds: dict[str, Callable[[str, str, str, str], Recogniser]] = {
            "openai": remote.OpenAI,
            "deepgram": remote.Deepgram,
            "assemblyai": remote.AssemblyAI,
        }
        key = environment.get(KEY, "")
        if not key and not (name == "openai" and rest):
            raise SpeechError(f"{ENGINE}={name} needs a key: set {KEY}")
        return kinds[name](key, environment.get(MODEL) or model, rest, _language(environment))

    return made


ENGINES: Final[Mapping[str, Callable[[str, Mapping[str, str]], Recogniser]]] = MappingProxyType(
    {
        "whisper-base": _base,
        "folder": _folder,
        "openai": _remote("openai", "whisper-1"),
        "deepgram": _remote("deepgram", "nova-3"),
        "assemblyai": _remote("assemblyai", "universal"),
    }
)
