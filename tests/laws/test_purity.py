"""What the plain install may need, seen in a fresh process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_PLAIN = ("django", "scipy", "typst", "numpy", "presidio_analyzer", "pyarrow")


@pytest.mark.parametrize(
    "module", ["clearline.cli.main", "clearline.engine.monitor", "clearline.rulebook.reading"]
)
def test_the_plain_install_needs_nothing_large(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {NOT_PLAIN!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_plain_lock_holds_nothing_large() -> None:
    locked = (ROOT / "requirements/plain.txt").read_text()
    assert [name for name in NOT_PLAIN if f"\n{name.replace('_', '-')}==" in f"\n{locked}"] == []


def test_every_dependency_is_locked_by_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        for block in lock.read_text().split("\n"):
            if "==" in block and not block.startswith(" "):
                assert block.rstrip().endswith("\\"), f"{lock.name}: {block} has no hash"


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().split("[project.scripts]")[0].splitlines()
    named = [line for line in lines if line.startswith('  "') and any(sign in line for sign in (">=", "=="))]
    assert named
    assert [line for line in named if "#" not in line] == []
