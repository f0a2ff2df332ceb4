"""Open pages: whose they are, and for how long."""

import pytest
from tests.characters import Cast, cast, logged_in, with_password

from clearline.live import streams
from clearline.live.deeds import NoSwitch
from clearline.live.hub import Hub
from clearline.live.viewers import Viewers
from clearline.record.judging import judging
from clearline.record.writer import Writer
from clearline.ui.clock import now


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # it is written to
    return cast()


def test_a_page_is_open_no_longer_than_its_session(people: Cast) -> None:
    session = logged_in(people.bob).session
    key = session.session_key or ""
    assert streams.logged_in(key) == people.bob
    session.flush()
    assert streams.logged_in(key) is None


def test_a_new_password_ends_the_pages_of_the_old_one(people: Cast) -> None:
    key = logged_in(people.bob).session.session_key or ""
    with_password(people.bob)
    assert streams.logged_in(key) is None


def test_whoever_works_here_no_more_sees_no_more(people: Cast) -> None:
    key = logged_in(people.bob).session.session_key or ""
    people.bob.is_active = False
    people.bob.save()
    assert streams.logged_in(key) is None


def test_a_page_hears_of_what_it_is_about_and_of_nothing_else() -> None:
    viewers = Viewers()
    with viewers.looking(["c-1", "c-2"], lambda call: call == "c-1") as viewer:
        assert viewer.changed == {"c-1"}
        viewer.changed.clear()
        viewers.tell("c-2")
        viewers.tell("c-1")
        assert viewer.changed == {"c-1"}
    assert len(viewers) == 0


def test_the_wall_says_once_why_sound_is_not_heard(people: Cast) -> None:
    hub = Hub(Writer(judging, now), now, NoSwitch())
    look = streams.Look(people.bob, "", hub)
    assert [part["html"].strip() for part in streams.wall_parts(look, {})] == [""]
    hub.ears.deaf = "moonshine_voice is missing. Install it."
    (part,) = streams.wall_parts(look, {})
    assert part["id"] == "unheard"
    assert (
        "Sound of calls comes in, and is not heard: moonshine_voice is missing. Install it." in part["html"]
    )
    assert list(streams.wall_parts(look, {})) == []
