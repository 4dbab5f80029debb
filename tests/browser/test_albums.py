"""Albums in a browser: pictures are put in order by key and by mouse, and a deed is undone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import home
from tests.browser.steps import add_files, at_work, sources

FIRST = "one => one.querySelector('[data-image]').dataset.image"


def first(page: Page) -> str:
    """Return which picture stands first while an album is arranged."""
    found: str = page.locator("album-order").evaluate(FIRST)
    return found


def test_an_album_is_filled_arranged_and_emptied_again(page: Page) -> None:
    add_files(page, "red", "green", "blue")
    expect(sources(page)).to_have_count(3)
    root = home(page)
    page.goto(f"{root}library/")
    at_work(page)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Add to an album").click()
    page.get_by_label("New album").fill("Colours")
    page.keyboard.press("Enter")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("3 pictures added to “Colours”")

    page.goto(f"{root}albums/")
    page.get_by_role("link", name="Colours").click()
    page.get_by_role("link", name="Arrange").click()
    at_work(page)
    before = first(page)
    with page.expect_response("**/move"):
        page.locator("[data-image] button").first.focus()
        page.keyboard.press("Alt+ArrowRight")
    after = first(page)
    assert after != before
    with page.expect_response("**/move"):
        page.locator("[data-image] img").nth(2).drag_to(
            page.locator("[data-image] img").first, target_position={"x": 4, "y": 40}
        )
    last = first(page)
    assert last not in {before, after}
    page.reload()
    assert first(page) == last

    page.get_by_role("link", name="Done").click()
    at_work(page)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Take out of this album").click()
    expect(page.locator(".tile")).to_have_count(0)
    page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(page.locator(".tile")).to_have_count(3)
