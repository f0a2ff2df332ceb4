"""Where the shared data of third parties lies, for tests marked `data`."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; the test is skipped, and says so, where it is missing."""
    folder = Path(os.environ.get("CLEARLINE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {folder}; set CLEARLINE_DATA")
    return folder
