"""Each obligation is served by exactly one thing, and both sides know it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clearline.rulebook.obligations import check_obligations, coverage, read_register
from clearline.rulebook.reading import read

Write = Callable[[dict[str, str]], Path]

RULE = "us/rules/recording-notice.toml"
REGISTER = """\
[[obligation]]
id = "us-recording-notice"
citation = "Penal Code 632"
statement = "Say that the call | is recorded"
jurisdiction = "US"
status = "checked"
rules = ["recording-notice"]

[[obligation]]
id = "eu-notice"
citation = "Art. 13"
statement = "Give the notice"
jurisdiction = "EU"
status = "to be confirmed by counsel"
left_out = "no place for it yet"
part = "gate"
"""


@pytest.fixture
def served(good: dict[str, str]) -> dict[str, str]:
    """A good pack with a register, each naming the other."""
    good[RULE] = good[RULE].replace(
        'sources = ["S1"]', 'sources = ["S1"]\nobligations = ["us-recording-notice"]'
    )
    return good | {"obligations.toml": REGISTER}


def told(root: Path) -> list[str]:
    faults = check_obligations(read(root), read_register(root / "obligations.toml"))
    return [str(fault).removeprefix(f"{root}/") for fault in faults]


def test_a_register_and_rules_that_name_each_other_are_right(write: Write, served: dict[str, str]) -> None:
    assert told(write(served)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "obligations.toml",
            '["recording-notice"]',
            '["recording-notice", "recording-notise"]',
            "obligations.toml:7:30: there is no rule `recording-notise`. Did you mean `recording-notice`?",
        ),
        (
            "obligations.toml",
            'rules = ["recording-notice"]\n',
            "",
            "obligations.toml:1:1: `us-recording-notice` has nothing that serves it. Give it exactly one of: rules,",
        ),
        ("obligations.toml", 'part = "gate"', 'control = "c"', "obligations.toml:9:1: `eu-notice` has `control` and `left_out`."),
        ("obligations.toml", "eu-notice", "us-recording-notice", "obligations.toml:10:1: the id `us-recording-notice` is taken."),
        ("obligations.toml", 'status = "checked"', 'status = "done"', "obligations.toml:6:1: `status` can't be"),
        ("obligations.toml", '[[obligation]]\nid = "us', 'titel = 1\n[[obligation]]\nid = "us', "obligations.toml:1:1: `titel`"),
        (
            RULE,
            '["us-recording-notice"]',
            '["us-recording"]',
            f"{RULE}:12:16: the register has no obligation `us-recording`. Did you mean `us-recording-notice`?",
        ),
        (RULE, '["us-recording-notice"]', '["eu-notice"]', f"{RULE}:12:16: the register does not say that"),
    ],
)  # fmt: skip
def test_it_names_the_line_of(
    write: Write, served: dict[str, str], *, file: str, old: str, new: str, fault: str
) -> None:
    assert old in served[file]
    served[file] = served[file].replace(old, new, 1)
    faults = told(write(served))
    assert [one for one in faults if one.startswith(fault)], faults


def test_the_page_counts_by_jurisdiction_and_names_what_serves(write: Write, served: dict[str, str]) -> None:
    root = write(served)
    page = coverage(read(root), read_register(root / "obligations.toml"))
    assert "| EU | 1 | 0 | 0 | 1 |\n| US | 1 | 1 | 0 | 0 |\n| **all** | 2 | 1 | 0 | 1 |" in page
    assert (
        "| Say that the call \\| is recorded (`us-recording-notice`) | Penal Code 632 | "
        "`recording-notice` (Tell the customer that the call is recorded) | checked |"
    ) in page
    assert "left out: no place for it yet (part: gate)" in page


def test_a_register_that_is_not_there_is_empty(tmp_path: Path) -> None:
    register = read_register(tmp_path / "obligations.toml")
    assert register.obligations == ()
    assert register.document.faults == []
