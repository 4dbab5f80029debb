"""Phones and wide screens, both themes, and nothing that jumps or loads too much."""

import gzip
from urllib.parse import urlsplit

from playwright.sync_api import Request, expect

from tests.browser.conftest import enter, home
from tests.browser.steps import make_picture, prompt, tile

PAGES = [
    *("", "library/", "activity/", "tokens/", "account/", "spending/", "presets/", "compare/"),
    *("shares/", "exports/", "albums/", "trash/"),
]
WIDTHS = (2560, 1280, 720, 360)  # pixels: a page that cannot become narrower again is noticed
# How wide the page and its window are once it is drawn, with all that follows its width.
DRAWN_WIDTHS = """() => new Promise((tell) => {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    tell([scrollWidth, clientWidth]);
  }));
})"""
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}


def test_no_page_scrolls_sideways_at_any_width(page):
    make_picture(page, "A wide one", size="1536x1024", quality="low")
    address = home(page)
    picture = page.locator(".tile-link").get_attribute("href")
    for path in [
        *(address + one for one in PAGES),
        picture,
        "/explore/",
        "/accounts/email/",
        "/nothing/",
    ]:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide, room = page.evaluate(DRAWN_WIDTHS)
            assert wide <= room, f"{path} at {width} pixels"


def test_on_a_phone_a_picture_is_made_with_the_options_in_a_sheet(new_page, people):
    page = enter(new_page(**PHONE), next(people))
    composer = page.locator("#composer")
    expect(prompt(page)).to_be_visible()
    assert composer.bounding_box()["height"] < 80  # one line
    page.get_by_role("button", name="Options").tap()
    page.locator("[name=quality]").select_option("low")
    page.locator("[name=quality]").press("Escape")
    prompt(page).fill("Small and quick")
    page.locator(".send").tap()
    expect(tile(page, "completed")).to_have_count(1)


def test_touch_targets_are_large_enough(new_page, people):
    page = enter(new_page(**PHONE), next(people))
    expect(prompt(page)).to_be_visible()
    for control in page.locator(".composer button, .nav a, .side-foot button").all():
        if control.is_visible():
            box = control.bounding_box()
            assert min(box["width"], box["height"]) >= 44, control.evaluate("one => one.outerHTML")


def test_the_theme_follows_the_system_and_a_choice_stays(new_page, people):
    page = enter(new_page(color_scheme="dark"), next(people))
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert dark != light
    switch = page.get_by_role("button", name="Theme")
    switch.click()  # light
    switch.click()  # dark
    assert page.evaluate(ground) == dark
    page.reload()
    assert page.evaluate(ground) == dark


def test_nothing_jumps_while_pictures_load(page):
    make_picture(page, "Steady", count="3", quality="low")
    page.goto(f"{home(page)}library/")
    page.add_init_script(
        """window.shifts = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.reload(wait_until="networkidle")
    assert page.evaluate("window.shifts") == 0


def test_the_first_visit_of_the_library_is_light(page, new_page):
    make_picture(page, "Not heavy", quality="low")
    visit = new_page(storage_state=page.context.storage_state())  # an empty cache
    asked: list[Request] = []
    visit.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - it wants a function
    visit.goto(f"{home(page)}library/", wait_until="networkidle")
    assert ["/renditions/" in one.url for one in asked].index(True) <= 5
    assert {urlsplit(one.url).netloc for one in asked} == {urlsplit(visit.url).netloc}
    code = [one for one in asked if one.resource_type in ("document", "stylesheet", "script")]
    weight = sum(len(gzip.compress(one.response().body())) for one in code)
    assert weight <= 120_000  # bytes
