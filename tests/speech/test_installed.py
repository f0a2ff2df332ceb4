"""A text-only install meets recordings, and says what to install."""

import subprocess
import sys

import pytest

from clearline.speech import installed
from clearline.speech.errors import NotInstalled
from clearline.speech.kinds import recording

LIGHT = "import sys, clearline.speech.installed, clearline.speech.kinds, clearline.speech.errors"


def test_what_is_missing_is_named_with_the_command_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name == "av" else object())
    with pytest.raises(NotInstalled, match=r"missing: av.*pip install 'clearline\[speech\]'"):
        installed.require()


def test_with_all_of_it_there_nothing_is_said() -> None:
    installed.require()


def test_a_recording_can_be_told_without_the_libraries_that_hear_it() -> None:
    program = f"{LIGHT}; print([name for name in ('numpy', 'av', 'onnxruntime') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x02\x00\x00fLaC", "flac"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x02\x00\x00\xff\xfb", "mp3"),
        (b"\x00\x00\x00\x20ftypM4A ", "mov"),
        (b"#!AMR-WB\n", "amr"),
        (b"Agent: hello", ""),
        (b"\xff\xfeA\x00", ""),  # text in UTF-16, which begins as MP3 does
        (b"more moovers", ""),
        (b"", ""),
    ],
)
def test_the_kind_is_read_off_the_first_bytes(head: bytes, kind: str) -> None:
    assert recording(head) == kind
