import json
from pathlib import Path

import msgspec
import pytest
from tests.reports.conftest import SELLING, Reviewing

from clearline.reports.account import Ledger
from clearline.reports.reviewed import AnyLine, NotReviewed, Reviewed, schema

DOCUMENTED = Path(__file__).parents[2] / "docs" / "findings-schema.json"


def test_the_documented_schema_is_that_of_the_lines() -> None:
    assert json.loads(DOCUMENTED.read_text(encoding="utf-8")) == schema()


def test_every_field_of_the_schema_is_required_or_has_a_default() -> None:
    for name, shape in schema()["$defs"].items():
        optional = {key for key, value in shape.get("properties", {}).items() if "default" in value}
        assert set(shape.get("required", [])) | optional == set(shape.get("properties", {})), name


def test_every_line_reads_back_as_itself(reviewing: Reviewing) -> None:
    ledger = Ledger()
    lines: list[AnyLine] = [one.line for one in reviewing(SELLING, packs=("opt-out", "pci-dss", "delivery"))]
    lines.append(NotReviewed(1, "x", "failed", "empty", "x: the file is empty"))
    ledger.file(lines)
    for line in [*lines, ledger.account()]:
        assert msgspec.json.decode(msgspec.json.encode(line), type=AnyLine) == line


def test_an_unknown_member_is_no_line() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(
            b'{"line":"file","schema":1,"file":"x","outcome":"lost","reason":"","told":""}', type=AnyLine
        )


def test_a_question_for_want_of_facts_is_not_a_doubt(reviewing: Reviewing) -> None:
    line = reviewing(SELLING, packs=("us-telemarketing",))[0].line
    assert isinstance(line, Reviewed)
    assert line.waiting
    assert line.doubtful == []
    assert line.clean
