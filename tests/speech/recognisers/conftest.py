from pathlib import Path

import pytest
from tests.speech.spoken import unpacked

from clearline.speech import weights
from clearline.speech.recognisers.whisper import Whisper


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> weights.Weights:
    return weights.packed(into=tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def whisper(joined: weights.Weights) -> Whisper:
    return Whisper(joined)


@pytest.fixture(scope="session")
def spoken_digits(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = shared / "audio" / "fsdd_spoken_digits.tar.xz"
    if not archive.exists():
        pytest.skip(f"{archive} is missing")
    return unpacked(archive, tmp_path_factory.mktemp("digits"))
