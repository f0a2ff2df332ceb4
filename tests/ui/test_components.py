"""The style page, its components, and every page that this room makes."""

from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from tests.ui.reading import Reader

from clearline.engine.events import SECOND
from clearline.ui.samples import ICONS, SHOWN
from clearline.ui.templatetags import ui

ROOM = Path(__file__).parents[2] / "src/clearline/ui"
PAGES = (
    *("/style/", "/style/display/", "/account/2fa/", "/account/2fa/webauthn/", "/account/sessions/"),
    *("/account/password/", "/account/logout/", "/account/reauthenticate/"),
)


def rendered(source: str, query: str = "", **values: object) -> str:
    return Template(source).render(Context({"request": RequestFactory().get(f"/calls/{query}"), **values}))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_read_by_everybody(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert Reader(answer.content.decode()).faults() == []


@pytest.mark.django_db
def test_strangers_read_the_log_in_page_and_no_style_page() -> None:
    assert Reader(Client().get("/account/login/").content.decode()).faults() == []
    assert Client().get("/style/")["Location"].startswith("/account/login/")


def test_the_reader_finds_what_is_wrong() -> None:
    faults = Reader(
        '<html><h1>a</h1><h3 id="x"></h3><p style="a" id="x" onclick="b">c</p><input><a href="/"></a>'
    ).faults()
    assert len(faults) >= 8


def test_the_style_page_shows_every_component_and_how_it_is_written(client: Client) -> None:
    page = client.get("/style/").content.decode()
    assert [name for name, _, _ in SHOWN if f'data-component="{name}"' not in page] == []
    files = {path.stem for path in (ROOM / "templates/ui/style").glob("*.html")} - {"shown"}
    assert files == {name for name, _, _ in SHOWN}


def test_every_tag_and_filter_stands_on_the_style_page() -> None:
    shown = "".join(path.read_text() for path in (ROOM / "templates/ui/style").glob("*.html"))
    used_by_pages_only = {"trail", "initials", "shortened", "account_button"}
    names = ui.register.tags.keys() | ui.register.filters.keys()
    assert {name for name in names if name not in shown} <= used_by_pages_only


def test_every_drawing_is_in_the_sprite() -> None:
    sprite = (ROOM / "static/ui/icons.svg").read_text()
    assert [name for name in ICONS if f'id="{name}"' not in sprite] == []


def test_a_column_turns_round_and_keeps_the_rest_of_the_query() -> None:
    head = rendered('{% sortable "at" "Started" %}', "?found=on&sort=at")
    assert 'aria-sort="ascending"' in head
    assert "found=on" in head
    assert "sort=-at" in head
    assert "aria-sort" not in rendered('{% sortable "at" "Started" %}')


def test_a_list_too_long_to_count_has_steps() -> None:
    steps = rendered('{% steps "25 calls" older="c 1" %}', "?found=on")
    assert "found=on&amp;from=c+1" in steps
    assert "Newer" not in steps


def test_what_people_wrote_is_escaped_everywhere() -> None:
    nasty = "<u onclick=x>"
    source = (
        '{% badge n %}{% state "kept" n %}{% avatar n %}{% digest n %}{% stat n n n %}{% progress 1 2 n %}'
        "{% sparkline w n %}{% trail n n n %}{% card n %}{{ n }}{% endcard %}{% table n %}{% endtable %}"
        "{% nothing n %}{% endnothing %}{% point n %}{% endpoint %}{% filters n n %}{% endfilters %}"
        "{% dialog n title=n opens=n %}{% enddialog %}{% citation n n n n n %}{% masked_value n n n %}"
        '{% post_button n n n %}{% sortable n n n %}{% icon "home" n %}'
    )
    assert "<u o" not in rendered(source, n=nasty, w=[1])


def test_a_countdown_reads_without_a_script() -> None:
    told = rendered(
        "{% countdown soon now %}{% countdown past now %}", now=9_000 * SECOND, soon=9_060 * SECOND, past=0
    )
    assert ">in 1 min</time>" in told
    assert ">overdue by 2 h 30 min</time>" in told


@pytest.mark.parametrize("values", [[], [0, 0], [5]])
def test_a_sparkline_of_little_is_still_one(values: list[int]) -> None:
    assert "Calls" in rendered('{% sparkline values "Calls" %}', values=values)
