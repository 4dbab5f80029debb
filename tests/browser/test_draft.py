"""What was begun is not lost: not by a reload, not by signing in again."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, home, sign_up
from tests.browser.steps import add_files, order, prompt, sources


def test_text_parameters_and_sources_survive_a_reload(page):
    add_files(page, "red", "green")
    kept = order(page)
    prompt(page).fill("A thought that is not finished")
    page.locator("[name=model]").select_option("openai/gpt-image-1.5")
    expect(page.locator("[name=background] option")).to_have_count(3)
    page.locator("[name=background]").select_option("transparent")
    page.locator("[name=role]").first.select_option("style")
    page.reload()
    expect(sources(page)).to_have_count(2)
    expect(prompt(page)).to_have_value("A thought that is not finished")
    expect(page.locator("[name=background]")).to_have_value("transparent")
    expect(page.locator("[name=role]").first).to_have_value("style")
    assert order(page) == kept


def test_a_draft_survives_signing_out_and_in(new_page):
    page = sign_up(new_page())
    address, slug = home(page), home(page).split("/")[2]
    prompt(page).fill("Until tomorrow")
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(address)
    page.get_by_label("Email").fill(f"{slug}@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(f"**{address}")
    expect(prompt(page)).to_have_value("Until tomorrow")


def test_what_a_model_cannot_do_is_not_offered_and_said(page):
    page.locator("[name=model]").select_option("openai/gpt-image-1.5")
    expect(page.locator("[name=background] option")).to_have_count(3)
    page.locator("[name=background]").select_option("transparent")
    page.locator("[name=model]").select_option("openai/gpt-image-2")
    expect(page.locator("[name=background] option")).to_have_count(2)
    expect(page.locator(".remark")).to_contain_text("GPT Image 1.5")
