"""The bench runs, and records without losing what others have written."""

import os

import pytest
from bench.__main__ import PARTS, main, recorded
from bench.material import constraints, logs, phrases, talk
from bench.measuring import Part, goal, in_turns
from bench.temporal import TITLE

from clearline.engine.phrases import parse

ORDEAL = bool(os.environ.get("CLEARLINE_ORDEAL"))
SERVING = {"gate", "ingest", "running", "scrub"}  # each starts servers and fills their records: half a minute


@pytest.mark.parametrize("name", sorted(PARTS if ORDEAL else PARTS.keys() - SERVING))
def test_every_part_can_be_run_quickly(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", name])
    told = capsys.readouterr().out
    assert told.startswith("## ")
    assert "|---|" in told


def test_a_part_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no part speed; there are review" in capsys.readouterr().err


def test_recording_renews_a_part_and_leaves_the_others() -> None:
    part = Part("temporal", TITLE, "")
    first = recorded("# What was measured\n\n## STAR\n\nkept\n", part, "old\n")
    again = recorded(f"{first}\n## tau\n\nkept too\n", part, r"new \1" + "\n")
    assert "old" not in again
    assert [again.count(one) for one in ("kept\n", "kept too", r"new \1", "begin: temporal")] == [1] * 4


def test_contenders_take_turns_and_the_median_counts() -> None:
    order: list[str] = []
    seconds = {"a": iter([9.0, 1.0, 2.0]), "b": iter([3.0, 3.0, 3.0])}

    def run(name: str) -> float:
        order.append(name)
        return next(seconds[name])

    assert in_turns({name: lambda name=name: run(name) for name in seconds}, 3) == {"a": 2.0, "b": 3.0}  # type: ignore[misc]
    assert order == ["a", "b"] * 3


def test_a_goal_that_is_not_reached_is_said_to_be_missed() -> None:
    assert goal("x", 30, 29.9)[3] == "**missed**"
    assert goal("x", 30, 30.0)[3] == "held"


def test_what_is_generated_is_the_same_on_every_run_and_can_be_read() -> None:
    made = phrases(talk(), 300)
    assert made == phrases(talk(), 300)
    assert len({parse(one) for one in made}) == len(set(made)) == 300
    assert logs(5) == logs(5)
    assert len(constraints()) == 20
