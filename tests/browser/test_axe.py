"""axe finds nothing on any page, in either theme."""

from collections.abc import Iterator
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, enter, home
from tests.browser.steps import add_files, ask_for, at_work, go_wrong, make_picture, prompt, tile

OUTSIDE = [
    "/",
    "/explore/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/rules/",
    "/nothing/",
]
INSIDE = [
    *("library/", "activity/", "activity/?state=cancelled", "tokens/", "account/", "spending/"),
    *("members/", "presets/", "shares/", "exports/", "albums/", "trash/", "changes/"),
]
# The themes differ in nothing but colours.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ONLY_WRONG = {"resultTypes": ["violations"]}
OWN = [
    *("/accounts/email/", "/accounts/password/set/", "/accounts/2fa/", "/accounts/logout/"),
    *("/accounts/close/", "/teams/new/", "/decisions/", "/reports/"),
]


@pytest.fixture
def new_page(new_page: NewPage) -> NewPage:
    """Return a way to open a window into which axe may look, and whose colours do not glide."""
    return partial(new_page, bypass_csp=True, reduced_motion="reduce")


def findings(page: Page) -> list[str]:
    """Return what axe has to say about a page: all that it knows of, and the colours when dark."""
    found = broken_rules(page, {})
    page.emulate_media(color_scheme="dark")
    found += broken_rules(page, COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def broken_rules(page: Page, options: dict[str, object]) -> list[str]:
    """Return what axe says about a page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    answer = page.evaluate("options => axe.run(options)", ONLY_WRONG | options)
    return [
        f"{page.url}: {one['id']}: {node['html'][:160]}"
        for one in answer["violations"]
        for node in one["nodes"]
    ]


def visited(page: Page, paths: list[str]) -> Iterator[str]:
    """Visit pages and yield what axe has to say about each."""
    for path in paths:
        page.goto(path, wait_until="load")
        at_work(page)
        yield from findings(page)


def compared(address: str, picture: str) -> list[str]:
    """Return the pages on which a picture is compared, and what is like it found."""
    one = picture.rstrip("/").split("/")[-1]
    return [f"{address}compare/", f"{address}compare/?a={one}", f"{picture}similar/"]


def test_pages_for_everybody(new_page):
    page = new_page()
    assert list(visited(page, OUTSIDE)) == []


def test_pages_of_an_account(new_page, people, studio):
    page = enter(new_page(), next(people))
    assert findings(page) == []  # empty
    address = home(page)
    make_picture(page, "Something to look at", quality="low")
    picture = str(page.locator(".tile-link").get_attribute("href"))
    go_wrong(studio, "no_credits", "Something that failed")
    ask_for(page, "Something that failed", quality="low")
    expect(tile(page, "failed")).to_be_visible()
    add_files(page, "red", "green")
    prompt(page).fill("With sources")
    assert findings(page) == []
    page.get_by_role("button", name="What will be sent").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Prompts").click()
    page.get_by_label("Keep what is in").fill("Kept")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    assert findings(page) == []
    inside = [address + one for one in INSIDE]
    own = [picture, f"{picture}lineage/", f"{picture}share", *compared(address, picture)]
    assert list(visited(page, [*inside, *own, *OWN])) == []


def test_a_phone_and_its_sheet(new_page, people):
    page = enter(
        new_page(
            viewport={"width": 360, "height": 740},
            is_mobile=True,
            has_touch=True,
        ),
        next(people),
    )
    page.get_by_role("button", name="Options").tap()
    assert findings(page) == []


def test_the_style_guide(new_page, operator):
    page = enter(new_page(), operator)
    assert list(visited(page, ["/styleguide/"])) == []
