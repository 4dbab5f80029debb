"""Everything works from the keyboard."""

from playwright.sync_api import expect

from tests.browser.conftest import home
from tests.browser.steps import at_work, go_wrong, make_picture, prompt, tile


def test_write_send_recall(page):
    expect(prompt(page)).to_be_visible()
    page.keyboard.press("c")
    expect(prompt(page)).to_be_focused()
    page.keyboard.type("Only keys")
    page.keyboard.press("Control+Enter")
    expect(tile(page, "completed")).to_have_count(1)
    expect(prompt(page)).to_have_value("")
    prompt(page).press("ArrowUp")
    expect(prompt(page)).to_have_value("Only keys")


def test_arrows_walk_through_the_grid_and_enter_opens(page):
    make_picture(page, "A row", count="3", quality="low")
    links = page.locator(".tile-link")
    links.first.focus()
    page.keyboard.press("ArrowRight")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="About this picture")).to_contain_text("A row")


def test_arrows_lead_from_picture_to_picture_and_escape_leads_back(page):
    make_picture(page, "Older", quality="low")
    make_picture(page, "Newer", quality="low")
    page.goto(f"{home(page)}library/")
    at_work(page)
    page.locator(".tile-link").first.click()
    expect_picture(page, "Newer")
    page.keyboard.press("ArrowRight")
    expect_picture(page, "Older")
    page.keyboard.press("ArrowLeft")
    expect_picture(page, "Newer")
    page.keyboard.press("Escape")
    expect(page).to_have_title("Library · Image Studio")


def expect_picture(page, title):
    """Wait for the page of a picture, and until it hears of keys."""
    expect(page).to_have_title(f"{title} · Image Studio")
    at_work(page)


def test_a_picture_is_zoomed_by_keys_and_by_the_pointer(page):
    make_picture(page, "Closer", quality="low")
    page.locator(".tile-link").click()
    stage = page.locator("picture-viewer:defined .stage")
    stage.press("+")
    expect(page.locator(".zoom")).to_contain_text("%")
    stage.press("0")
    expect(page.locator(".zoom")).to_be_empty()
    stage.dblclick()
    expect(page.locator(".zoom")).to_have_text("100 %")


def test_e_edits_the_picture_in_focus(page):
    make_picture(page, "Edit me", quality="low")
    page.locator(".tile-link").focus()
    page.keyboard.press("e")
    expect(page.locator("#sources [data-image]")).to_have_count(1)


def test_focus_stays_where_it_was_when_a_tile_becomes_a_picture(page, studio):
    go_wrong(studio, "delay", "Hold still", seconds=2)
    prompt(page).fill("Hold still")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Cancel").focus()
    expect(tile(page, "completed")).to_have_count(1)
    expect(page.locator(".tile-link")).to_be_focused()


def test_a_question_mark_shows_the_keys_but_not_while_typing(page):
    prompt(page).press("?")
    expect(prompt(page)).to_have_value("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_hidden()
    prompt(page).blur()
    page.keyboard.press("?")
    expect(keys).to_contain_text("Make the picture")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()
