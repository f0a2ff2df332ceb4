"""The console as a browser shows it: widths, themes, keyboard, scripts. Any complaint of the browser is a failure."""

import pytest
from tests.browsing import PASSWORD, Console

from clearline.people.models import Person

PAGES = ("/style/", "/style/display/", "/account/2fa/", "/account/sessions/", "/account/password/")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('main a, main button, header a, header summary, input, select')].filter(e => {
  const box = e.getBoundingClientRect();
  const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
  return box.width && !inText && !e.closest('.unseen') && (box.height < 24 || box.width < 24) && !e.labels?.length;
}).map(e => e.outerHTML)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1600])
def test_no_page_is_wider_than_its_window(console: Console, ada: Person, width: int, theme: str) -> None:
    page = console.logged_in(ada, width, theme)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, path
        assert page.evaluate(SMALL) == [], path  # WCAG 2.2, 2.5.8


def test_the_keyboard_goes_past_the_links_first_and_sees_where_it_is(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert (skip.bounding_box() or {"y": -1})["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_menus_open_by_keyboard_and_close_with_escape(console: Console, ada: Person) -> None:
    page = console.logged_in(ada, 360)
    page.goto("/style/")
    menu = page.locator("details.menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.locator("nav").is_visible()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Home"
    page.keyboard.press("Escape")
    assert not menu.locator("nav").is_visible()


def test_the_switch_overrides_the_system_and_stays(console: Console, ada: Person) -> None:
    page = console.logged_in(ada, theme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("summary:has(.avatar)")
    page.click("button[name=theme][value=dark]")
    page.wait_for_load_state()
    assert page.evaluate(ground) != light
    page.goto("/style/")
    assert page.evaluate(ground) != light


def test_a_masked_value_is_shown_in_its_place(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    place = page.locator("#facts .light")
    place.get_by_role("button", name="show the number").click()
    place.get_by_text("5550 1111").wait_for()
    assert page.url.endswith("/style/")


def test_a_filter_swaps_only_its_part_and_the_address_follows(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    page.evaluate("window.same = true")
    page.select_option("#worst", "critical")
    page.wait_for_url("**worst=critical**")
    assert page.evaluate("window.same")


def test_filters_fold_away_on_a_phone_and_say_how_many_are_set(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    assert page.locator("#worst").is_visible()
    assert not page.locator(".folds summary").is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert not page.locator("#worst").is_visible()
    page.click(".folds summary")
    page.select_option("#worst", "critical")
    page.locator(".folds summary").get_by_text("1 set").wait_for()


def test_dialogs_open_keep_the_focus_and_close(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    page.get_by_role("button", name="Erase…").click()
    assert page.get_by_role("dialog", name="Erase what is known").is_visible()
    assert page.locator(":focus").inner_text() == "Keep"
    page.keyboard.press("Enter")
    assert not page.locator("dialog").is_visible()


def test_a_chart_takes_its_colours_from_the_page(console: Console, ada: Person) -> None:
    page = console.logged_in(ada)
    page.goto("/style/")
    bar = "getComputedStyle(document.querySelector('#chart .{} svg .mark-rect path')).fill"
    fills = [page.evaluate(bar.format(theme)) for theme in ("light", "dark")]
    assert fills == ["rgb(156, 140, 20)", "rgb(216, 203, 120)"]


def test_it_prints_in_light_and_without_controls(console: Console, ada: Person) -> None:
    page = console.logged_in(ada, theme="dark")
    page.goto("/style/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("header.top").is_visible()


def test_everything_works_without_a_script(console: Console, ada: Person) -> None:
    page = console.logged_in(ada, 360)
    plain = console.browser.new_context(
        base_url=console.url, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    console.contexts.append(plain)
    page = plain.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/style/")
    page.click("details.menu summary")
    assert page.locator("details.menu nav").is_visible()
    page.goto("/style/?x=1")
    page.click(".folds summary")
    page.click("#filters button")
    assert "words=" in page.url


def test_a_passkey_is_added_and_opens_the_door(console: Console, ada: Person) -> None:
    console.url = console.url.replace("127.0.0.1", "localhost")  # browsers bind keys to names
    page = console.logged_in(ada)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    made = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**made, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto("/account/2fa/webauthn/add/")
    page.fill("input[type=password]", PASSWORD)  # who adds a key shows once more who they are
    page.click("main button")
    page.fill("#id_name", "laptop")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.get_by_label("Unused codes").wait_for()
    page.context.clear_cookies()
    page.goto("/account/login/?next=/style/display/")
    page.click("#passkey_login")
    page.wait_for_url("**/style/display/")
