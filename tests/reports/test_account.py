from hypothesis import given
from hypothesis import strategies as st
from tests.reports.conftest import SELLING, Reviewing

from clearline.formats import errors
from clearline.reports.account import REASONS, Ledger, reason_of, spoken
from clearline.reports.reviewed import NotReviewed


@given(
    st.lists(
        st.tuples(st.sampled_from(["excluded", "failed"]), st.sampled_from(["empty", "hidden", "not text"]))
    )
)
def test_what_was_read_is_what_became_of_it(files: list[tuple[str, str]]) -> None:
    ledger = Ledger()
    for outcome, reason in files:
        ledger.file([NotReviewed(1, "x", "failed" if outcome == "failed" else "excluded", reason, "")])
    account = ledger.account()
    assert account.read == len(files)
    assert account.read == account.evaluated + sum(account.excluded.values()) + sum(account.failed.values())


def test_a_file_of_two_timelines_is_one_file(reviewing: Reviewing) -> None:
    ledger = Ledger()
    line = reviewing(SELLING)[0].line
    ledger.file([line, line])
    account = ledger.account()
    assert (account.read, account.evaluated, account.timelines) == (1, 1, {"call": 2})
    assert account.findings == {"critical": 2 * len(line.findings)}


def test_the_account_is_one_line_that_adds_up() -> None:
    ledger = Ledger()
    for outcome, reason in (("excluded", "hidden"), ("failed", "empty"), ("failed", "empty")):
        ledger.file([NotReviewed(1, "x", "failed" if outcome == "failed" else "excluded", reason, "")])
    assert (
        spoken(ledger.account())
        == "Read 3 files = 0 evaluated + 1 excluded (hidden: 1) + 2 failed (empty: 2)"
    )


def test_every_way_in_which_a_file_is_unreadable_has_its_words() -> None:
    assert set(REASONS) == set(errors.Unreadable.__subclasses__())
    assert reason_of(errors.Empty("a", "b", "c")) == "empty"
    assert reason_of(errors.Unreadable("a", "b", "c")) == "unreadable"
