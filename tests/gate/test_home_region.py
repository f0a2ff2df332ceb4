"""Whose numbers need no country code is said once for the house, and read alike by all who read numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clearline.cli.main import app
from clearline.formats import phones
from clearline.formats.phones import number_in_full
from clearline.gate.dialled import in_full
from clearline.gate.lists import names
from clearline.gate.scrubs import columns

AMERICAN, BRITISH = "(202) 555-0143", "020 7946 0018"


@pytest.fixture(autouse=True)
def _at_home() -> Iterator[None]:
    yield
    phones.settle(phones.USUAL)


@pytest.mark.parametrize(
    ("region", "written", "full"),
    [
        ("US", AMERICAN, "+12025550143"),
        ("CA", AMERICAN, "+12025550143"),
        ("GB", BRITISH, "+442079460018"),
        ("DE", "030 123456", "+4930123456"),
    ],
)
def test_all_who_read_a_number_read_the_same(region: str, written: str, full: str) -> None:
    phones.settle(region)
    assert number_in_full(written) == full
    assert in_full(written) == full
    assert columns.numbers([written, full]).tolist() == [int(full)] * 2
    assert names.region("litigators") == region


def test_ten_digits_are_no_american_number_where_nobody_is_american() -> None:
    cells = ["2025550143", "12025550143", "+12025550143", "20 7946 0018"]
    phones.settle("GB")
    assert columns.numbers(cells).tolist() == [int(in_full(one) or 0) for one in cells]
    assert 12025550143 not in columns.numbers(cells[:1]).tolist()


@pytest.mark.parametrize("region", ["", "XX", "us", "Germany"])
def test_what_is_no_country_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="CLEARLINE_HOME_REGION"):
        phones.settle(region)


def test_the_command_reads_it_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "attempts.csv"
    file.write_text("number,at,purpose\n020 7946 0018,2026-11-23T12:00Z,service\n")
    for region, number in (("GB", "+442079460018"), ("US", "")):
        done = CliRunner().invoke(app, ["gate", "decide", str(file)], env={"CLEARLINE_HOME_REGION": region})
        assert (done.exit_code, f'"number":"{number}"' in done.stdout) == (0, True)
    done = CliRunner().invoke(app, ["gate", "decide", str(file), "--home-region", "XX"])
    assert done.exit_code == 2
