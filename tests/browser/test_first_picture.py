"""From nothing to a picture: sign up, describe, watch it come, look at it."""

from playwright.sync_api import expect

from tests.browser.conftest import home, sign_up
from tests.browser.steps import ask_for, make_picture, prompt, tile


def test_the_front_door_leads_to_signing_in(new_page):
    page = new_page()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url("/accounts/login/")


def test_whoever_signs_up_stands_before_the_composer(new_page):
    page = sign_up(new_page())
    expect(page.get_by_text("Describe a picture below")).to_be_visible()
    make_picture(page, "The first of all")
    expect(page.get_by_text("Describe a picture below")).to_be_hidden()


def test_a_tile_stands_at_once_and_becomes_the_picture_by_itself(page):
    ask_for(page, "A red fox in the snow")
    running = page.locator("[data-generation]")
    expect(running).to_contain_text("A red fox in the snow")
    expect(running.locator("tile-clock")).to_be_visible()
    expect(tile(page, "completed").get_by_role("img")).to_have_attribute(
        "alt", "A red fox in the snow"
    )
    expect(page.locator("#announcer")).to_have_text("The picture is ready: A red fox in the snow")
    expect(prompt(page)).to_have_value("")


def test_the_price_is_on_the_button_and_follows_the_parameters(page):
    button = page.locator(".send")
    prompt(page).fill("A lighthouse")
    expect(button).to_contain_text("Create · about $0.21")
    page.locator("[name=quality]").select_option("low")
    expect(button).to_contain_text("about $0.006")
    page.locator("[name=count]").select_option("4")
    expect(button).to_contain_text("Create 4 · about $0.02")


def test_several_pictures_stand_in_the_grid_in_their_order(page):
    make_picture(page, "First", count="2", quality="low")
    make_picture(page, "Second", count="1", quality="low")
    words = [image.get_attribute("alt") for image in page.locator(".tile img").all()]
    assert words == ["Second", "First", "First"]


def test_a_picture_shows_how_it_was_made(page):
    make_picture(page, "A paper crane", size="1536x1024", quality="high", output_format="webp")
    page.locator(".tile-link").click()
    panel = page.get_by_role("region", name="About this picture")
    expect(panel.get_by_role("row", name="Size 1536 × 1024 1536 × 1024")).to_be_visible()
    expect(panel.get_by_role("row", name="Format WEBP WEBP")).to_be_visible()
    expect(panel.locator("dl").last).to_contain_text("Completed")
    expect(panel.locator("dl").last).to_contain_text("Unified")
    expect(panel).to_contain_text("estimate")


def test_reuse_everything_fills_the_composer_again(page):
    make_picture(page, "A violin maker", size="1024x1536", quality="low")
    page.locator(".tile-link").click()
    page.get_by_role("link", name="Reuse everything").click()
    expect(prompt(page)).to_have_value("A violin maker")
    expect(page.locator("[name=size]")).to_have_value("1024x1536")
    expect(page.locator("[name=quality]")).to_have_value("low")


def test_the_library_keeps_what_was_made(page):
    make_picture(page, "Night train")
    page.goto(f"{home(page)}library/")
    expect(page.get_by_role("img", name="Night train")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".tile").hover()
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".png")


def test_a_double_click_makes_one_batch(page):
    prompt(page).fill("Only once")
    page.locator(".send").dblclick()
    expect(tile(page, "completed")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-generation]")).to_have_count(1)
