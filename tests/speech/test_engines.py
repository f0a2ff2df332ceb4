from pathlib import Path

import pytest

from clearline.speech.engines import recogniser
from clearline.speech.errors import SpeechError


def test_whisper_base_is_what_hears_unless_something_is_set() -> None:
    assert recogniser({}).name == "whisper-base d01c3014881c"


def test_a_folder_of_the_users_own_is_named_by_its_checksum(tmp_path: Path) -> None:
    from clearline.speech.weights import packed

    folder = tmp_path / "mine"
    folder.symlink_to(packed().folder)
    assert recogniser({"CLEARLINE_SPEECH": f"folder:{folder}"}).name.startswith("whisper-base-d01c3014881c ")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("wisper", "which no recogniser is called. There are: whisper-base, folder:"),
        ("folder:", "names no folder"),
        ("folder:/no/such/folder", "names no folder"),
        ("whisper-base:/models/base", "say folder:/models/base"),
        ("openai", "set CLEARLINE_SPEECH_KEY"),
        ("deepgram", "set CLEARLINE_SPEECH_KEY"),
        ("assemblyai", "set CLEARLINE_SPEECH_KEY"),
        ("openai:http://far.example/v1", "over https"),
    ],
)
def test_a_setting_that_cannot_be_says_how_to_mend_it(setting: str, says: str) -> None:
    with pytest.raises(SpeechError, match=says):
        recogniser({"CLEARLINE_SPEECH": setting})


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("openai", "openai whisper-1 at api.openai.com"),
        ("openai:https://asr.example/v1", "openai whisper-1 at asr.example"),
        ("deepgram", "deepgram nova-3 at api.deepgram.com"),
        ("deepgram:https://api.eu.deepgram.com/v1", "deepgram nova-3 at api.eu.deepgram.com"),
        ("assemblyai", "assemblyai universal at api.assemblyai.com"),
    ],
)
def test_a_service_stands_by_its_name_model_and_host(setting: str, name: str) -> None:
    assert recogniser({"CLEARLINE_SPEECH": setting, "CLEARLINE_SPEECH_KEY": "k"}).name == name


def test_another_model_of_a_service_can_be_set() -> None:
    told = {"CLEARLINE_SPEECH": "deepgram", "CLEARLINE_SPEECH_KEY": "k", "CLEARLINE_SPEECH_MODEL": "nova-2"}
    assert recogniser(told).name == "deepgram nova-2 at api.deepgram.com"
