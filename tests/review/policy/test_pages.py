"""The pages of a shop's own rules, as forms and as a browser shows them."""

import pytest
from tests.browsing import Console
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER
from tests.record.test_pages_in_browser import SMALL, WIDER
from tests.ui.reading import Reader

from clearline.config.home import Home
from clearline.engine.events import SECOND
from clearline.record import jobs
from clearline.record.judging import judging
from clearline.record.watching import Watches
from clearline.review.models import Draft
from clearline.review.policy import actions
from clearline.review.policy.writing import Said
from clearline.review.tasks import KINDS

TYPED = {
    "title": "Do not promise money back",
    "why": "service promise, section 4",
    "verb": "never",
    "by": "agent",
    "severity": "serious",
    "phrases": "i refund you\r\n",
    "counts": "I refund you the whole sum.",
    "misses": "I can't say whether you get it back.",
    "calls": "all",
    "since": "2100-01-01",
}


@pytest.mark.django_db(transaction=True)
def test_one_writes_another_approves_and_the_rule_has_its_page(people: Cast, home: Home) -> None:
    anna, alice = logged_in(people.anna), logged_in(people.alice)
    made = anna.post("/review/own-rules/new/", TYPED, follow=True)
    assert Reader(made.content.decode()).faults() == []
    page = f"/review/own-rules/{Draft.objects.get().uid}/"
    anna.post(f"{page}step/", {"do": "submit"})
    assert "somebody else has to decide" in anna.get(page).content.decode()
    assert 'value="approve"' in alice.get(page).content.decode()
    alice.post(f"{page}step/", {"do": "approve", "reason": "It says what we promise."})
    assert "do-not-promise-money-back" in judging().rulebook.rules
    assert (home.policy / "own" / "rules" / "do-not-promise-money-back.toml").exists()
    told = alice.get("/rules/do-not-promise-money-back/").content.decode()
    assert "service promise, section 4" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"since": "2001-01-01"}, "rule can&#x27;t judge calls that were"),
        ({"verb": "answer"}, "the rule waits for what the customer says"),
        ({"verb": "first"}, "Say before what it has to be said"),
        ({"title": "退款"}, "Latin letters"),
        ({"until": "2099-01-01"}, "It ends before it begins"),
    ],
)
def test_what_can_be_no_rule_is_said_beside_the_field(
    people: Cast, home: Home, more: dict[str, str], told: str
) -> None:
    answer = logged_in(people.anna).post("/review/own-rules/new/", TYPED | more)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert list(home.policy.iterdir()) == []


@pytest.mark.django_db
def test_a_supervisor_neither_sees_nor_writes_them(people: Cast) -> None:
    assert logged_in(people.bob).get("/review/own-rules/").status_code == 403
    assert logged_in(people.audrey).get("/review/own-rules/new/").status_code == 403


def test_a_draft_is_written_and_tried_in_a_browser(console: Console, people: Cast, said: Said) -> None:
    row = actions.drafted(people.anna, said, LATER, Watches(judging))
    while jobs.work(lambda: LATER + SECOND, KINDS):
        pass
    page = console.entered(people.anna, 390, "dark")
    page.goto(f"/review/own-rules/{row.uid}/")
    assert "it would have flagged 2" in " ".join(page.inner_text("#back-tests").split())
    page.get_by_role("button", name="Look for them").click()
    page.get_by_text("No sentence of the last 30 days sounds like yours.").wait_for()
    for path in ("", "new/", f"{row.uid}/", f"{row.uid}/edit/"):
        page.goto(f"/review/own-rules/{path}")
        assert page.evaluate(WIDER) <= 0, path
        assert [one for one in page.evaluate(SMALL) if not one.startswith("<summary")] == [], path
    assert console.complaints == []
