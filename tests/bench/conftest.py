"""Where the shared data lie."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Path:
    """The folder of the shared data; the test is skipped where there is none."""
    folder = Path(os.environ.get("CLEARLINE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data are not in {folder}: set CLEARLINE_DATA")
    return folder
