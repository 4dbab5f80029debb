"""The grid of the library: selecting, walking, jumping in time, opening, dragging."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import NewPage, Person, enter
from tests.browser.libraries import fill_library, upload
from tests.browser.stack import Studio
from tests.browser.steps import at_work

COUNT = 1500  # pictures of 150 days
# Of what is in the grid: as a whole it moves when somebody jumps.
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) {
    const moved = sources.filter(({ node }) => node?.closest?.(".rows, .day"));
    window.shifts.push(...moved.map(({ node }) => node.outerHTML.slice(0, 80)));
  }
}).observe({ type: "layout-shift", buffered: true });"""
# The name of the first picture that is seen whole, below whatever lies over the page's top
IN_SIGHT = """() => [...document.querySelectorAll(".tile")].find((tile) => {
  const { top, bottom } = tile.getBoundingClientRect();
  return top > 120 && bottom <= innerHeight;
}).querySelector("img").alt"""
LAST_IS_FOCUSED = """() => document.activeElement.dataset.image
    && document.activeElement.closest(".tile")
        === document.querySelector("picture-grid").rows.tiles.at(-1)"""
HAS_MOVED = "document.activeElement.closest('.rows').dataset.goesOn !== undefined"
TOP = "one => one.getBoundingClientRect().top"


@pytest.fixture(scope="package")
def collector(people: Iterator[Person]) -> Person:
    """Return somebody whose library is full; the first test that needs it fills it."""
    return next(people)


@pytest.fixture
def library(new_page: NewPage, collector: Person, studio: Studio) -> Page:
    """Return a window on a full library, at work."""
    page = enter(new_page(), collector)
    if not getattr(studio, "is_filled", False):
        fill_library(page, studio, count=COUNT, days=150)
        studio.is_filled = True
    return opened(page, f"/a/{collector.slug}/library/")


def opened(page: Page, path: str) -> Page:
    """Open a page with a grid and wait until that is at work."""
    page.goto(path)
    at_work(page)
    expect(page.locator("selection-bar[data-empty]")).to_be_attached()
    return page


def tiles(page: Page) -> Locator:
    """Return the tiles in the document."""
    return page.locator(".tile")


def links(page: Page) -> Locator:
    """Return what opens the pictures."""
    return page.locator(".tile-link")


def expect_selected(page: Page, words: str) -> None:
    """Wait until the bar says so many are selected."""
    expect(page.locator(".selection-count")).to_have_text(words)


def go_to_the_end(page: Page) -> str:
    """Press End until the last picture has the focus, and return its id.

    More may be loaded at the same moment: then another one is the last.
    """
    for _ in range(10):
        page.keyboard.press("End")
        with suppress(Error):
            page.wait_for_function(LAST_IS_FOCUSED, timeout=1000)
            break
    return str(page.evaluate("document.activeElement.dataset.image"))


def test_ticks_ranges_all_that_is_loaded_and_all_that_matches(library):
    page = library
    tiles(page).nth(1).get_by_role("checkbox").check()
    expect_selected(page, "1 selected")
    links(page).nth(4).click(modifiers=["Shift"])
    expect_selected(page, "4 selected")
    links(page).nth(2).click(modifiers=["Control"])
    expect_selected(page, "3 selected")
    expect(page.locator(".tile[data-selected]")).to_have_count(3)
    page.keyboard.press("Control+a")
    expect(page.locator(".selection-count")).to_have_text(re.compile(r"^\d\d+ selected$"))
    loaded = int(page.locator(".selection-count").inner_text().split()[0])
    assert loaded < COUNT
    page.get_by_role("button", name=f"Select all {COUNT:,} matching").click()
    expect_selected(page, f"All {COUNT:,} matching selected")
    page.keyboard.press("Escape")
    expect(page.locator(".tile[data-selected]")).to_have_count(0)
    expect(page.locator(".selection")).to_be_hidden()


def test_a_selection_stays_while_its_rows_are_away(library):
    page = library
    tiles(page).first.get_by_role("checkbox").check()
    page.get_by_role("slider", name="Month").focus()  # what has the focus stays
    page.mouse.wheel(0, 3000)
    expect(page.locator(".rows").first).to_have_attribute("data-aside", "")
    expect_selected(page, "1 selected")
    page.evaluate("scrollTo(0, 0)")
    expect(tiles(page).first.get_by_role("checkbox")).to_be_checked()


def test_a_rubber_band_selects_what_it_touches(library):
    page = library
    boxes = [tiles(page).nth(n).bounding_box() for n in range(12)]  # a day may have few of them
    pairs = zip(boxes, boxes[2:], strict=False)
    first, third = next(pair for pair in pairs if pair[0]["y"] == pair[1]["y"])
    page.mouse.move(first["x"] - 15, first["y"] - 10)
    page.mouse.down()
    page.mouse.move(third["x"] + 20, third["y"] + 30, steps=3)
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator(".tile[data-selected]")).to_have_count(3)
    page.mouse.up()
    expect(page.locator(".band")).to_have_count(0)
    expect_selected(page, "3 selected")


def test_keys_walk_select_and_go_on_where_nothing_is_loaded_yet(library):
    page = library
    links(page).first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect_selected(page, "3 selected")
    page.keyboard.press("Escape")
    last = go_to_the_end(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("was => document.activeElement.dataset.image !== was", arg=last)
    expect(page.locator(".tile-link:focus")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator(".tile:focus-within input")).to_be_focused()  # and no other tile's


def test_what_has_the_focus_keeps_it_when_its_row_goes_on(library):
    page = library
    links(page).first.focus()
    goes_on = 0
    for _ in range(6):
        last = go_to_the_end(page)
        page.evaluate(
            "document.querySelector('picture-grid').pages.load("
            "document.querySelector('picture-grid > .older'))"
        )
        page.wait_for_function("() => !document.querySelector('picture-grid > .older')?.loading")
        assert page.evaluate("document.activeElement.dataset.image") == last
        goes_on += page.evaluate(HAS_MOVED)
    assert goes_on, "no row went on"


def test_arrows_begin_at_the_first_picture_in_sight_unless_they_are_for_something_else(library):
    page = library
    page.locator("#library-q").press("ArrowRight")
    expect(page.locator("#library-q")).to_be_focused()
    page.locator("#library-q").blur()
    page.mouse.wheel(0, 2500)
    page.wait_for_function("() => location.search.includes('at=')")
    page.evaluate("document.getElementById('user-menu').showPopover()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator("#user-menu")).to_be_hidden()
    expect(page.locator(".tile-link:focus")).to_have_count(0)
    first = page.evaluate(IN_SIGHT.replace("120", "33"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=first, exact=True)).to_be_focused()


def test_a_selection_outlasts_a_reload_and_back(library):
    page = library
    for number in (1, 3):
        tiles(page).nth(number).get_by_role("checkbox").check()
    page.wait_for_function("() => history.state?.chosen?.length === 2")
    page.reload()
    expect_selected(page, "2 selected")
    expect(tiles(page).nth(3)).to_have_attribute("data-selected", "")
    page.get_by_role("link", name="Albums").click()
    expect(page.get_by_role("heading", name="Albums")).to_be_visible()
    page.go_back()
    expect_selected(page, "2 selected")
    page.keyboard.press("Escape")
    page.wait_for_function("() => history.state.chosen.length === 0")
    page.reload()
    expect(page.locator("selection-bar:defined[data-empty]")).to_be_attached()


@pytest.mark.parametrize("width", [360, 1280])
def test_notices_cover_nothing_that_is_needed(library, width):
    page = library
    page.set_viewport_size({"width": width, "height": 740})
    tiles(page).nth(1).get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Favourite", exact=True).last.click()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("marked as favourite")
    tiles(page).nth(2).get_by_role("checkbox").check(force=True)
    expect(page.locator(".selection")).to_be_visible()
    names = (".search", ".toolbar density-switch", ".selection", ".side .nav", ".filters summary")
    for name in names:
        assert not overlaps(page, notice, page.locator(name)), name
    page.keyboard.press("Escape")
    notice.get_by_role("button", name="Undo").click()
    expect(notice).to_contain_text("Undone")


def overlaps(page: Page, one: Locator, other: Locator) -> bool:
    """Say whether two elements lie over each other."""
    a, b = one.bounding_box(), other.bounding_box()
    across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
    return across and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]


def test_the_months_jump_and_the_list_goes_on_in_both_directions(library):
    page = library
    page.add_init_script(SHIFTS)
    page.reload()
    at_work(page)
    scrubber = page.get_by_role("slider", name="Month")
    months = int(scrubber.get_attribute("aria-valuemax") or 0) + 1
    scrubber.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    month = scrubber.get_attribute("aria-valuetext").split(",")[0]
    assert months >= 5
    heading = page.locator(".day", has_text=month).first
    expect(heading).to_be_in_viewport()
    expect(page.locator(".newer")).to_be_attached()
    shown = heading.evaluate(TOP)
    expect(page.locator(".rows").first).to_have_attribute("data-aside", "")  # newer ones are there
    assert abs(heading.evaluate(TOP) - shown) < 1
    page.evaluate("scrollBy(0, -1500)")
    expect(scrubber).not_to_have_attribute("aria-valuetext", month)
    assert page.evaluate("shifts") == []


def test_a_picture_opens_over_the_grid_and_back_leads_where_one_was(library):
    page = library
    page.mouse.wheel(0, 2500)
    page.wait_for_function("() => location.search.includes('at=')")
    name = page.evaluate(IN_SIGHT)
    link = page.get_by_role("link", name=name, exact=True)
    where, top = page.url, link.evaluate(TOP)
    link.click()
    expect(page.locator(".overlay h1")).to_have_text(name)
    expect(page).to_have_url(re.compile("/images/"))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".overlay h1")).not_to_have_text(name)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".overlay h1")).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.locator(".overlay")).to_be_hidden()
    expect(page).to_have_url(where)
    assert link.evaluate(TOP) == top
    expect(link).to_be_focused()
    link.click()
    expect(page.locator(".overlay h1")).to_have_text(name)
    page.reload()  # the picture's own page
    at_work(page)
    page.go_back()
    again = page.locator(f'.tile-link[data-image="{page.url.rpartition("=")[2]}"]')
    expect(page).to_have_url(where)
    expect(again).to_be_in_viewport()
    page.wait_for_function(
        "([one, top]) => Math.abs(one.getBoundingClientRect().top - top) < 2",
        arg=[link.element_handle(), top],
    )


def test_what_is_trashed_leaves_and_comes_back_to_its_place(library):
    page = library
    names = [one.get_attribute("alt") for one in page.locator(".tile img").all()[:5]]
    links(page).nth(2).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("link", name=names[2], exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name=names[3], exact=True)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(links(page).nth(2).locator("img")).to_have_attribute("alt", names[2])


def test_a_selection_is_dragged_onto_a_new_album_and_then_onto_it(library):
    page = library
    for number in (0, 1):
        tiles(page).nth(number).get_by_role("checkbox").check()
    drop(page, links(page).first, "New album")
    page.get_by_role("textbox", name="New album").fill("Foxes")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("2 pictures added to “Foxes”")
    drop(page, links(page).nth(3), "Foxes")
    expect(page.locator(".notice").last).to_contain_text("1 picture added to “Foxes”")
    drop(page, links(page).nth(3), "Foxes")
    expect(page.locator(".notice").last).to_contain_text("1 picture was in “Foxes” already.")


def drop(page: Page, what: Locator, album: str) -> None:
    """Drag a tile onto an album of the strip that appears meanwhile."""
    what.hover()
    page.mouse.down()
    box = what.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2, steps=2)
    page.locator(".album-strip li", has_text=album).hover()
    page.mouse.up()


def test_a_new_picture_appears_where_the_beginning_is_seen(library):
    page = library
    expect(page.locator("account-events[data-line=open]")).to_be_attached()
    before = links(page).first.get_attribute("data-image")
    upload(page, page.url.split("/")[4])
    expect(links(page).first).not_to_have_attribute("data-image", before)
    expect(links(page).nth(1)).to_have_attribute("data-image", before)
