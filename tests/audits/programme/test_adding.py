"""Files of evidence: every line counts or says why not, and the same file twice is one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.audits.programme.conftest import cell
from tests.characters import Cast
from tests.record.conftest import LATER

from clearline.audits.programme.adding import added
from clearline.audits.programme.matrix import Standing
from clearline.audits.programme.reading import Wrong, pieces
from clearline.record.actions.append import Outcome
from clearline.record.days import day_of
from clearline.record.judging import Judging
from clearline.record.models import Event
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
HEAD = "control,on,who,until,title,version,link\n"


def read(tmp_path: Path, shop: Judging, text: str | bytes) -> tuple[list[str], list[Wrong]]:
    path = tmp_path / "evidence.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found, wrong = pieces(path, shop.rulebook, day_of(LATER))
    return [one.control.id for one in found], wrong


def test_a_file_is_entered_whole_once(people: Cast, shop: Judging, watches: Watches, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text(
        "\ufeff"
        + HEAD
        + 'self-assessment,2026-05-02,,,"Assessment, 2026",2,https://papers.example/a\n'
        + "breach-reporter,2026-05-02,anna@shop.example,,Reporter,,\n"
        + "opting-out-course,2026-05-02,a-1,,,,\n"
        + "opting-out-course,2026-05-02,charlie@shop.example,,,,\n",
        encoding="utf-8",
    )
    found, wrong = pieces(path, shop.rulebook, day_of(LATER))
    assert wrong == []
    assert [one.outcome for one in added(None, found, LATER, watches)] == [Outcome.STORED] * 4
    assert [one.outcome for one in added(None, found, LATER + 5, watches)] == [Outcome.KNOWN] * 4
    assert Event.objects.filter(type="course.passed").count() == 2
    assert cell(people, "us-training-duty", "training").standing is Standing.IN_PLACE
    assert cell(people, "us-ussg-eccp-yardstick", "document").standing is Standing.IN_PLACE


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("self-asessment,2026-05-02,,,,,", "there is no control `self-asessment`. Did you mean `self-assessment`?"),
        ("self-assessment,2.5.2026,,,,,", "`on` is no day"),
        ("self-assessment,,,,,,", "`on` is no day"),
        ("self-assessment,2026-02-30,,,,,", "`on` is no day"),
        ("self-assessment,2031-02-03,,,,,", "has not come yet"),
        ("self-assessment,2026-05-02,,soon,,,", "`until` is no day"),
        ("self-assessment,2026-05-02,anna@shop.example,,,,", "a document is nobody's"),
        ("self-assessment,2026-05-02,,,,,javascript:alert(1)", "`link` is no address"),
        ("opting-out-course,2026-05-02,nobody,,,,", "nobody who takes calls is `nobody`"),
        ("breach-reporter,2026-05-02,a-1,,,,", "nobody here has the address `a-1`"),
        ("self-assessment,2026-05-02", "more or fewer fields"),
        ("self-assessment,2026-05-02,,,,,,,,", "more or fewer fields"),
        (f"self-assessment,2026-05-02,,,{'x' * 400},,", "more than 300 characters"),
        ('self-assessment,2026-05-02,,,"open,,', "this is no CSV"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_says_why(shop: Judging, tmp_path: Path, line: str, told: str) -> None:
    found, wrong = read(tmp_path, shop, f"{HEAD}self-assessment,2026-05-02,,,,,\n{line}\n")
    assert found == ["self-assessment"]
    assert [one.line for one in wrong] == [3]
    assert told in wrong[0].told


@pytest.mark.usefixtures("people")
def test_a_file_that_is_none_says_so(shop: Judging, tmp_path: Path) -> None:
    assert read(tmp_path, shop, b"\xff\xfe")[1] == [Wrong(1, "the file is not UTF-8; save it as UTF-8")]
    assert read(tmp_path, shop, "")[1][0].told == "the column `control` is missing"
    (wrong,) = read(tmp_path, shop, "control,on,whom\n")[1]
    assert wrong.told.startswith("nobody reads the column `whom`. Did you mean `who`?")
    assert pieces(tmp_path / "no.csv", shop.rulebook, day_of(LATER))[1][0].told.startswith(
        "the file can't be read"
    )


@pytest.mark.usefixtures("people")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=80))
def test_any_text_after_the_head_is_evidence_or_a_fault_with_its_line(
    shop: Judging, tmp_path: Path, text: str
) -> None:
    found, wrong = read(tmp_path, shop, (HEAD + text).encode(errors="replace"))
    assert found == []
    assert all(one.line >= 1 and one.told for one in wrong)
