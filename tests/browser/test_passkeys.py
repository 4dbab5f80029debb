"""A passkey, from a device that Chromium pretends to have."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> Page:
    """Return the window, on a machine that has passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


def test_it_is_made_confirms_and_signs_in_by_itself(new_page, people):
    person = next(people)
    page = enter(with_device(new_page()), person)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/decisions/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"://localhost:\d+/decisions/$"))


def test_where_there_is_none_the_page_says_that_nothing_was_confirmed(new_page):
    page = with_device(new_page())
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was confirmed")
