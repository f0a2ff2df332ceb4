"""The colours of the stylesheet can be read, in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "src/clearline/ui/static/ui/ui.css").read_text()
PAIRS = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
COLOURS = {"light": {n: light for n, light, _ in PAIRS}, "dark": {n: dark for n, _, dark in PAIRS}}
GROUNDS = ("page", "card", "inset")
STATES = ("kept", "open", "due", "broken", "unknown", "critical", "serious", "minor")
WORDS = [
    *((word, ground) for word in ("text", "soft", "accent", *STATES) for ground in GROUNDS),
    *((word, f"{word}-tint") for word in (*STATES, "accent")),
    ("on-accent", "accent"),
]
SHAPES = [
    *(("edge", ground) for ground in GROUNDS),
    *((f"{word}-fill", "card") for word in ("minor", "serious", "critical")),
    *((word, "card") for word in ("agent", "customer", "system")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), WORDS)
def test_words_can_be_read(theme: str, word: str, ground: str) -> None:
    assert contrast(COLOURS[theme][word], COLOURS[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme: str, shape: str, ground: str) -> None:
    assert contrast(COLOURS[theme][shape], COLOURS[theme][ground]) >= 3


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_colours_are_named_once_and_every_name_is_defined() -> None:
    defined = set(re.findall(r"(--[a-z-]+):", CSS))
    used = set(re.findall(r"var\((--[a-z-]+)", CSS))
    assert used - defined == set()
    rest = CSS.split(":root[data-theme", 1)[1]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", rest)) == {"#fff"}  # paper, and behind QR codes
