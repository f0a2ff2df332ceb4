"""What only a browser can do: passkeys, under our strict policy."""

from tests.browsing import PASSWORD, Console

from clearline.people import actions
from clearline.people.models import Role
from clearline.ui.clock import now

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_supervisor_sets_up_a_passkey_before_anything_else_and_comes_in_by_it(console: Console) -> None:
    bob, code = actions.invited(
        None, email="bob@shop.example", name="Bob Okafor", role=Role.SUPERVISOR, team=None, at=now()
    )
    house = console.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    page = console.window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{house}/people/welcome/?code={code}")
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/account/2fa/")
    page.goto(f"{house}/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("#id_password", PASSWORD)
        page.click("button.primary")
    page.check("#id_passwordless")
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    page.goto(f"{house}/people/me/")
    assert page.inner_text("h1") == "Your account"
    page.context.clear_cookies()
    page.goto(f"{house}/account/login/?next=/people/me/")
    page.click("#passkey_login")
    page.wait_for_selector("h1:has-text('Your account')")
    assert bob.name in page.inner_text("main")
