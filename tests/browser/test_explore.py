"""A picture in real browsers: published, found by a stranger, loved, remixed, and withdrawn."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import enter
from tests.browser.steps import make_picture, prompt
from tests.browser.test_axe import findings

LAYOUT = """() => {
  const tiles = [...document.querySelectorAll(".exhibit")];
  return tiles.every((one) => one.offsetWidth > 100 && one.offsetHeight > 100);
}"""


def test_a_picture_is_published_found_and_withdrawn(new_page, operator, people):
    page = enter(new_page(bypass_csp=True, reduced_motion="reduce"), operator)
    make_picture(page, "A fox for everybody", quality="low")
    page.goto(str(page.locator(".tile-link").first.get_attribute("href")))
    page.get_by_role("button", name="Publish").click()
    preview = page.locator(".publish-prompt")
    expect(preview).to_be_hidden()
    page.get_by_label("Show the prompt").check()
    expect(preview).to_have_text("A fox for everybody")
    assert findings(page) == []
    page.locator("#publish .button-primary").click()
    expect(page.get_by_text("Public since")).to_be_visible()

    stranger = new_page(bypass_csp=True, reduced_motion="reduce")
    stranger.goto("/explore/")
    assert stranger.evaluate(LAYOUT)
    assert findings(stranger) == []
    stranger.get_by_role("searchbox").fill("everybody")
    expect(stranger).to_have_url(re.compile("q=everybody"))
    stranger.locator(".exhibit-link").click()
    expect(stranger.locator("picture-viewer:defined img")).to_be_visible()
    stranger.get_by_role("link", name="Report this picture").click()
    dialog = stranger.get_by_role("dialog", name="Report this picture")
    dialog.get_by_label("Spam or unfair use").check()
    assert findings(stranger) == []
    dialog.get_by_role("button", name="Send the report").click()
    expect(dialog.get_by_role("heading", name="Thank you")).to_be_visible()
    stranger.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    member = enter(new_page(), next(people))
    member.goto(stranger.url)
    member.keyboard.press(".")
    expect(member.get_by_role("button", name="Love")).to_have_attribute("aria-pressed", "true")
    member.get_by_role("link", name="Remix").click()
    expect(prompt(member)).to_have_value("A fox for everybody")

    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="There is no such public picture")).to_be_visible()
