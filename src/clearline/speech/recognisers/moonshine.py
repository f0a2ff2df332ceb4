"""Moonshine: quick words for what is still being said. It tells no times and no confidence, and is never what stays if it can be helped."""

import ctypes
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from clearline.speech.errors import SpeechError
from clearline.speech.installed import INSTALL
from clearline.speech.rates import WIDE
from clearline.speech.sound import Samples

MODEL: Final = "tiny-en"


class Moonshine:
    """The model in memory; made once a process, used by all its ears."""

    def __init__(self) -> None:
        try:
            from moonshine_voice.moonshine_api import ModelArch  # noqa: PLC0415 - an extra
            from moonshine_voice.transcriber import MoonshineError, Transcriber  # noqa: PLC0415
            from moonshine_voice.utils import get_model_path  # noqa: PLC0415
        except ImportError as error:
            raise SpeechError(
                f"Running calls cannot be heard: {error.name} is missing. Install what speech needs: {INSTALL}"
            ) from error
        self.name = f"moonshine {MODEL} {version('moonshine-voice')}"
        folder = get_model_path(MODEL)
        if not folder.is_dir():
            raise SpeechError(
                f"moonshine-voice carries no model {MODEL} any more. Install what speech needs: {INSTALL}"
            )
        options = {
            "return_audio_data": "false",
            "vad_threshold": "0",
        }  # where somebody speaks is known already
        try:
            self._transcriber: Any = Transcriber(folder, ModelArch.TINY, options=options)
        except MoonshineError as error:
            raise SpeechError(
                f"The model of Moonshine cannot be loaded from {folder}. Install what speech needs: {INSTALL}"
            ) from error

    def text(self, sound: Samples) -> str:
        """What is said in a few seconds at 16 kHz."""
        kept = np.ascontiguousarray(sound, dtype=np.float32)
        heard = self._transcriber.transcribe_without_streaming(
            (ctypes.c_float * len(kept)).from_buffer_copy(kept.tobytes()), WIDE
        )
        return " ".join(line.text.strip() for line in heard.lines if line.text.strip())
