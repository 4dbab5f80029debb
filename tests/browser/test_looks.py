"""A look into a private library in a browser: by keys alone, and pages for every screen."""

from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Person, enter
from tests.browser.test_axe import COLOURS, ONLY_WRONG

BEGIN = """
from tests import factories
from tests.factories import make_image, make_look, make_user, noise_picture, sign_in, with_factor
factories.NUMBER = iter(range(40_000, 50_000))
senior = with_factor(make_user("senior", site_role="senior_moderator"))
maker = make_user("looked-at")
for number in range(3):
    make_image(maker.personal_account, maker, title=f"Private {number}", data=noise_picture(64, 48))
look = make_look(senior, maker.personal_account)
browser = sign_in(senior)
print(senior.personal_account.slug, browser.cookies["session"].value, look.pk)
"""


@pytest.fixture(scope="module")
def look(studio):
    """Return a senior moderator, and the address of a look of theirs."""
    slug, session, key = studio.manage("shell", "--verbosity", "0", "-c", BEGIN).split()
    return Person(slug, session), f"/moderation/looks/{key}/"


def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, look):
    senior, address = look
    page = enter(partial(new_page, bypass_csp=True, reduced_motion="reduce")(), senior)
    page.goto(address)
    one = page.locator(".look-tile").first.get_attribute("href")
    for path in (address, one, "/moderation/looks/", "/moderation/looks/new"):
        page.goto(path)
        for width in (360, 1280, 2560):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = Axe().run(page, options=ONLY_WRONG).response["violations"]
        page.emulate_media(color_scheme="dark")
        found += Axe().run(page, options=ONLY_WRONG | COLOURS).response["violations"]
        page.emulate_media(color_scheme="light")
        assert [(path, one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_library_is_looked_through_without_a_mouse_and_left(new_page, look):
    senior, address = look
    page = enter(new_page(), senior)
    page.goto(address)
    expect(page.locator("look-desk:defined")).to_be_attached()
    keys, heading = page.keyboard, page.locator("h1")
    keys.press("j")
    expect(page.locator(".look-tile").first).to_be_focused()
    keys.press("Enter")
    expect(heading).to_have_text("Private 2")
    expect(page.locator("look-desk:defined #picture img.cover")).to_be_visible()
    keys.press(" ")
    clear = page.locator("#picture img:not(.cover)")
    expect(clear).to_be_visible()
    assert clear.evaluate("async one => { await one.decode(); return one.naturalWidth }") > 0
    keys.press(" ")
    expect(page.locator("#picture img.cover")).to_be_visible()
    keys.press("j")
    expect(heading).to_have_text("Private 1")
    expect(page.locator("look-desk:defined")).to_be_attached()
    keys.press("l")
    expect(page.locator(".look-tile")).to_have_count(3)
    expect(page.locator("look-desk:defined")).to_be_attached()
    keys.press("q")
    expect(page.locator("#notices")).to_contain_text("The look has ended.")
    assert page.goto(address).status == 404
