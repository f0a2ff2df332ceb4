"""The docs speak of what is there."""

import re
from pathlib import Path

import pytest

from clearline.rulebook.obligations import coverage, read_register
from clearline.rulebook.reading import load

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROOMS = sorted(
    path.name for path in (ROOT / "src/clearline").iterdir() if path.is_dir() and path.name != "__pycache__"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    quoted = re.findall(r"`((?:src|docs|tests|bench|requirements)/[\w./-]+)`", text)
    assert missing + [path for path in quoted if not (ROOT / path).exists()] == []


def test_the_map_names_every_room() -> None:
    text = (ROOT / "docs/map.md").read_text()
    assert [room for room in ROOMS if f"src/clearline/{room}" not in text] == []


def test_every_recipe_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipes = re.findall(r"^([a-z]+):(.*)$", makefile, re.MULTILINE)
    assert [name for name, rest in recipes if "##" not in rest] == []


def test_decisions_are_numbered_and_say_what_follows() -> None:
    for page in (ROOT / "docs/decisions").glob("*.md"):
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name)
        assert "What follows" in page.read_text()


def test_the_coverage_page_is_the_one_that_the_packs_make() -> None:
    assert (ROOT / "docs/coverage.md").read_text() == coverage(load(), read_register())
