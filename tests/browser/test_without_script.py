"""Without JavaScript everything essential still works."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, home
from tests.factories import paint


@pytest.fixture
def plain_page(new_page, people):
    """Return the Create page in a browser that runs no scripts."""
    return enter(new_page(java_script_enabled=False), next(people))


def test_a_picture_is_made_with_a_source_from_the_form(plain_page):
    page = plain_page
    page.get_by_role("textbox", name="Prompt").fill("By hand")
    file = {"name": "red.png", "mimeType": "image/png", "buffer": paint(colour="red")}
    page.locator("input[type=file]").set_input_files([file])
    page.locator(".send").click()
    expect(page.locator("[data-generation]")).to_have_count(1)
    page.goto(home(page))
    for _ in range(40):
        if page.locator("[data-state=completed]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".tile-link").click()
    expect(page.get_by_role("heading", name="Made from")).to_be_visible()


def test_what_is_wrong_is_said_beside_the_form(plain_page):
    page = plain_page
    page.get_by_role("textbox", name="Prompt").fill(" ")
    page.locator(".send").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the picture should show.")
