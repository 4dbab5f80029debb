"""A link in real browsers: made with a password, opened by a stranger, revoked."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.steps import make_picture
from tests.browser.test_axe import findings

PASSWORD = "eight or more"


def test_a_link_with_a_password_is_opened_and_revoked(page, new_page):
    make_picture(page, "A fox to share", quality="low")
    page.goto(str(page.locator(".tile-link").get_attribute("href")))
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Show title and prompt").check()
    page.get_by_role("button", name="Make a link").click()
    link = urlsplit(page.locator("#secret").inner_text()).path

    stranger = new_page(bypass_csp=True, reduced_motion="reduce")
    stranger.goto(link)
    assert findings(stranger) == []
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.locator("picture-viewer:defined img")).to_be_visible()
    expect(stranger.get_by_text("A fox to share").last).to_be_visible()
    assert findings(stranger) == []
    stranger.wait_for_function("() => document.querySelector('.stage img').naturalWidth > 0")

    page.goto(re.sub(r"/images/.*", "/shares/", page.url))
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("It leads nowhere from now on.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="This link does not lead anywhere")).to_be_visible()
    assert findings(stranger) == []
