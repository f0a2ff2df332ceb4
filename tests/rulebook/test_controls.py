"""The register of controls: every fault at its line, and no obligation without the control that it is said to have."""

from pathlib import Path

import pytest

from clearline.rulebook.controls import check_controls, read_controls
from clearline.rulebook.obligations import read_register
from clearline.rulebook.reading import SHIPPED

REGISTER = """\
[[obligation]]
id = "training-duty"
citation = "47 CFR 64.1200(d)(2)"
statement = "Train them"
jurisdiction = "US"
status = "checked"
control = "Training: a course"
"""
GOOD = """\
[[control]]
id = "opting-out"
kind = "training"
title = "Course on opting out"
lasts = "1y"
obligations = ["training-duty"]
course = "opting-out"
"""


def told(root: Path, controls: str) -> list[str]:
    (root / "obligations.toml").write_text(REGISTER)
    (root / "controls.toml").write_text(controls)
    found, unread = read_controls(root)
    faults = [*unread, *check_controls(found, read_register(root / "obligations.toml"))]
    return [str(one).removeprefix(f"{root}/") for one in faults]


def test_a_register_that_serves_what_it_names_is_right(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"1y"', '"1 year"', "controls.toml:5:"),
        ('["training-duty"]', '["training-dutty"]', "controls.toml:6:16: the register has no obligation `training-dutty`"),
        ('"training"\n', '"lesson"\n', "controls.toml:3:"),
        ('course = "opting-out"\n', "", "controls.toml:1:1: a training names its `course`"),
        ('id = "opting-out"', 'id = "Opting out"', "controls.toml:2:1: `Opting out` is no slug"),
        (GOOD, GOOD + GOOD, "controls.toml:9:1: the id `opting-out` is taken"),
        ('["training-duty"]', "[]", "obligations.toml:1:1: `training-duty` is served by a control, and none is written"),
        ("[[control]]", "[[controls]]", "controls.toml:1:"),
        ("[[control]]", "control = 3\n[x]", "controls.toml:1:1: `control` is no list"),
    ],
)  # fmt: skip
def test_it_names_the_line_of(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    faults = told(tmp_path, GOOD.replace(old, new, 1))
    assert [one for one in faults if one.startswith(fault)], faults


def test_the_shipped_register_has_no_fault() -> None:
    found, unread = read_controls(SHIPPED)
    assert [str(one) for one in (*unread, *check_controls(found, read_register()))] == []
    assert found
