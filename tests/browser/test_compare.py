"""Two pictures in one frame or in two, by keys alone."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import home
from tests.browser.steps import add_files, order


def test_modes_swap_and_slider_by_keys(page):
    add_files(page, "red", "green")
    first, second = order(page)
    page.goto(f"{home(page)}compare/?a={first}&b={second}")
    compare = page.locator("picture-compare")
    expect(compare).to_have_attribute("data-mode", "slider")  # they have one shape
    page.keyboard.press("ArrowRight")
    expect(page.locator(".compare-slider")).to_have_value("52")
    page.keyboard.press("m")
    expect(compare).to_have_attribute("data-mode", "beside")
    page.keyboard.press("+")
    page.keyboard.press("+")
    shifts = page.locator(".compare-stage img").evaluate_all(
        "all => all.map((one) => one.style.transform)"
    )
    assert shifts[0] == shifts[1] != ""
    page.keyboard.press("c")
    expect(page.locator(".compare-stage img").first).to_have_attribute("alt", "green")
    expect(page).to_have_url(re.compile(rf"\?a={second}&b={first}$"))
    page.keyboard.press("2")
    expect(compare).to_have_attribute("data-mode", "flicker")
    expect(page.locator(".compare-stage img").nth(0)).to_be_hidden()
    expect(page.locator(".compare-stage img").nth(1)).to_be_visible()
