import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from tests.reports.conftest import SELLING, Reviewing

from clearline.reports.account import Ledger
from clearline.reports.drawing import Review
from clearline.reports.page import Page, coded
from clearline.rulebook.rulebook import Rulebook

CLEAN = "Agent: Hello, how are you?\nCustomer: Fine, goodbye."
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def written(rulebook: Rulebook, reviews: Sequence[Review]) -> str:
    ledger, out = Ledger(), StringIO()
    with Page(rulebook) as page:
        for review in reviews:
            ledger.file([review.line])
            page.add(review)
        page.write(out, ledger.account(), "2026-11-23 10:00 UTC")
    return out.getvalue()


@pytest.fixture
def page(rulebook: Rulebook, reviewing: Reviewing) -> str:
    return written(rulebook, [*reviewing(SELLING, packs=("opt-out", "pci-dss")), *reviewing(CLEAN)])


def test_it_loads_nothing_from_anywhere(page: str) -> None:
    assert set(re.findall(r'href="(.)', page)) == {"#"}
    assert re.findall(r"\ssrc=|@import|url\((?!#)|https?://", page) == []
    assert "default-src 'none'" in page


def test_every_link_leads_somewhere_on_the_page(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_what_was_said_is_text_and_never_markup(page: str) -> None:
    assert "<b>Really</b>" not in page
    assert "&lt;b&gt;Really&lt;/b&gt;" in page


def test_a_finding_shows_words_rule_citation_and_status(page: str) -> None:
    assert re.search(r'<a class="marked critical" href="#c1-f0"[^>]*>This offer ends</a>', page)
    for part in (
        "16 CFR 310.4(b)(1)(ii)",
        "Status: checked",
        "it does not give legal advice",
        'id="rule-no-pressure-after-opt-out"',
    ):
        assert part in page


def test_no_secret_gets_into_it(page: str) -> None:
    assert "4242" not in page
    assert not re.search(r"\b731\b", page)
    assert re.search(r"\[(card number|digits)\]", page)


def test_talk_with_nothing_to_tell_is_left_out_when_the_page_is_full(
    rulebook: Rulebook, reviewing: Reviewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearline.reports.page.CLEAN_TALK", 60)
    page = written(rulebook, reviewing(CLEAN) * 2 + reviewing(SELLING))
    assert page.count("how are you?") == 1
    assert "left out to keep the page quick" in page
    assert "This offer ends" in page


def test_a_page_of_nothing_is_a_page(rulebook: Rulebook) -> None:
    assert "Read 0 files" in written(rulebook, [])


def test_backticks_are_shown_as_code_and_all_else_is_escaped() -> None:
    assert coded("`a.b` <i>") == "<code>a.b</code> &lt;i&gt;"


PROBE = """<script>
const all = (test) => Array.from(document.querySelectorAll("details.card")).filter(test).map((card) => card.id);
const steps = [
  () => {},
  () => (document.getElementById("found").checked = true),
  () => (document.getElementById("severity").value = "critical"),
  () => (document.getElementById("rule").value = "no-pressure-after-opt-out"),
  () => (document.getElementById("text").value = "HOW are"),
  () => (document.getElementById("text").value = "nobody said this"),
];
const seen = [];
const next = () => {
  const step = steps.shift();
  if (!step) {
    location.hash = "#c1-f0";
    setTimeout(() => {
      seen.push(all((card) => card.open));
      document.body.dataset.seen = JSON.stringify(seen);
    }, 300);
    return;
  }
  document.getElementById("filter").reset();
  step();
  document.getElementById("filter").dispatchEvent(new Event("input"));
  setTimeout(() => { seen.push(all((card) => !card.hidden)); next(); }, 300);
};
setTimeout(next, 100);
</script></body>"""


def test_the_filter_shows_what_it_is_asked_for(page: str, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser to try the page in: looked for {', '.join(BROWSERS)}")
    file = tmp_path / "page.html"
    file.write_text(page.replace("</body>", PROBE), encoding="utf-8")
    options = (
        "--headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run --dump-dom"
    )
    command = [
        browser,
        *options.split(),
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=8000",
    ]
    found = subprocess.run([*command, file.as_uri()], capture_output=True, text=True, timeout=90, check=True)
    seen = re.search(r'data-seen="([^"]*)"', found.stdout)
    assert seen is not None, found.stderr
    assert json.loads(html.unescape(seen.group(1))) == [
        ["c1", "c2"], ["c1"], ["c1"], ["c1"], ["c2"], [], ["c1"],
    ]  # fmt: skip
