"""Is what hears recordings installed? Ask here before importing anything else of this room."""

from collections.abc import Iterable
from importlib.util import find_spec

from clearline.speech.errors import NotInstalled

NEEDED = ("av", "numpy", "faster_whisper", "onnxruntime")
LIVE = (*NEEDED, "moonshine_voice")  # for calls while they last
INSTALL = "pip install 'clearline[speech]'"


def missing(needed: Iterable[str] = ()) -> list[str]:
    """Names of the libraries that are not there, of those that recordings need or of others."""
    return [name for name in needed or NEEDED if find_spec(name) is None]


def require() -> None:
    """NotInstalled, with the command that helps, where something is missing."""
    if absent := missing():
        raise NotInstalled(
            "recordings need libraries that are not installed",
            f"missing: {', '.join(absent)}",
            f"Install them: {INSTALL}",
        )
