"""A log with keys, to be exported, witnessed and looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from clearline.evidence import actions
from clearline.evidence.actions import Entered
from clearline.evidence.keys import Keys, open_keys

AT = 1_795_392_000_000_000  # 2026-11-23
ORIGIN = "shop.example/log"
Grow = Callable[[int], range]


def entered(count: int, kind: str = "call.ended") -> list[Entered]:
    return [Entered(AT + n, kind, f"a-{n % 7}", bytes([n % 256]) * 32) for n in range(count)]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "keys", ORIGIN)


@pytest.fixture
def grow(db: None) -> Grow:  # noqa: ARG001 # opens the database
    """Appends so many entries."""

    def grow(count: int) -> range:
        with transaction.atomic():
            return actions.append(entered(count))

    return grow
