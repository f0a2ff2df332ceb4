"""A shop with calls, the same as the record's own tests have."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from tests.record.conftest import people, shop, take, watches

from clearline.config.home import Home
from clearline.record.judging import forget

__all__ = ["people", "shop", "take", "watches"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home of its own, since rules that are approved are written into it."""
    made = Home(tmp_path / "home")
    made.make()
    monkeypatch.setattr(settings, "HOME", made)
    forget()
    yield made
    forget()
